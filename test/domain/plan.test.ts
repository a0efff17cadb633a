import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  computerNames,
  dnsLabel,
  eventOfDeployment,
  keyedDeploymentId,
  newDeploymentId,
  operationId,
  parseOperationId,
  resourceGroupName,
} from '../../domain/names.ts';
import { compilePlan } from '../../domain/plan/compile.ts';
import { criticalPath, planGraph } from '../../domain/plan/graph.ts';
import { initialLayout, initialMembers } from '../../domain/plan/initial.ts';
import { machineAddress } from '../../domain/plan/layout.ts';
import { pollWait } from '../../domain/plan/polling.ts';
import { nodeSpec } from '../../domain/plan/specs.ts';
import type { NodeSpec } from '../../domain/seam/node-spec.ts';
import { stepTimes } from '../../domain/template/schema.ts';
import { inputOf, installation, languages, multilingual, requestOf, T0 } from './fixtures.ts';

const event = fc.stringMatching(/^[a-z][a-z0-9-]{1,18}[a-z0-9]$/);
const language = fc.stringMatching(/^[a-z]{2,12}(-[a-z0-9]{2,8})?$/);

describe('names', () => {
  it('are taken apart again', () => {
    fc.assert(
      fc.property(event, fc.nat(), fc.uint8Array({ minLength: 8, maxLength: 8 }), (name, time, random) => {
        for (const id of [newDeploymentId(name, T0 + time, random), keyedDeploymentId(name, 'me', 'key')]) {
          expect(eventOfDeployment(id)).toBe(name);
          expect(parseOperationId(operationId(id, 'deploy'))).toEqual({
            deploymentId: id,
            event: name,
            suffix: 'deploy',
          });
        }
      }),
    );
    expect(parseOperationId('demo-x-y-op-nonsense')).toBeUndefined();
    expect(eventOfDeployment('x-y')).toBeUndefined();
  });

  it('keep to the limits of Windows and DNS, and never collide over 50 languages', () => {
    fc.assert(
      fc.property(event, fc.uniqueArray(language, { minLength: 1, maxLength: 50 }), (name, all) => {
        const names = computerNames(name, all);
        expect(new Set(names).size).toBe(all.length);
        for (const each of names) expect(each).toMatch(/^[a-z][a-z0-9-]{0,13}[a-z0-9]$/);
        // Appending a language renames none.
        expect(computerNames(name, [...all, 'zz-zz'])).toEqual([...names, expect.any(String)]);
        for (const role of ['relay', 'slides'] as const)
          expect(dnsLabel(installation.subscriptionId, name, role)).toMatch(/^[a-z][a-z0-9-]{3,61}[a-z0-9]$/);
      }),
    );
  });

  it('of DNS do not depend on time but on the subscription', () => {
    expect(dnsLabel('A', 'demo', 'relay')).toBe(dnsLabel('a', 'demo', 'relay'));
    expect(dnsLabel('a', 'demo', 'relay')).not.toBe(dnsLabel('b', 'demo', 'relay'));
    expect(resourceGroupName('demo', 1_795_251_600)).toBe('streaming-demo-1795251600');
  });
});

describe('the plan', () => {
  it('has the nodes of the contract and no cycle, for 1 to 50 languages', () => {
    for (const count of [1, 3, 50]) {
      const all = languages(count);
      const graph = planGraph(multilingual, initialMembers(multilingual, requestOf({ languages: all })));
      expect(graph).toHaveLength(9 + 4 * count);
      const seen = new Set<string>();
      for (const node of graph) {
        for (const before of node.dependsOn) expect(seen.has(before), `${node.id} needs ${before}`).toBe(true);
        seen.add(node.id);
      }
      for (const id of ['resource-group', 'secrets', 'nsg-containers', 'nsg-mixers', 'vnet', 'relay', 'slides'])
        expect(seen.has(id)).toBe(true);
      for (const each of all)
        for (const kind of ['pip', 'nic', 'mixer', 'check-mixer']) expect(seen.has(`${kind}-${each}`)).toBe(true);
    }
  });

  it('finds the longest chain', () => {
    const plan = compilePlan(requestOf(), multilingual, installation);
    expect(plan.criticalPath).toEqual([
      'resource-group',
      'nsg-containers',
      'vnet',
      'nic-original',
      'mixer-original',
      'check-mixer-original',
    ]);
    const seconds = plan.criticalPath.map((id) => plan.nodes.find((node) => node.id === id)?.expectedSeconds ?? 0);
    expect(plan.criticalPathSeconds).toBe(
      seconds.reduce((a, b) => a + b, 0) + stepTimes(multilingual, 'preflight').expected,
    );
    expect(criticalPath([], () => 1)).toEqual({ seconds: 0, path: [] });
  });

  it('costs per hour what its parts cost', () => {
    const one = compilePlan(requestOf({ languages: ['en'] }), multilingual, installation).cost;
    const two = compilePlan(requestOf({ languages: ['en', 'fr'] }), multilingual, installation).cost;
    expect(two.perHour - one.perHour).toBeCloseTo(1.15 * (0.188 + 0.005 + 9.6 / 730), 3);
    expect(one.perEvent).toBeCloseTo(one.perHour * 24, 2);
  });

  it('has a hash that binds what was shown, whoever deploys it and when', () => {
    const hash = compilePlan(requestOf(), multilingual, installation).hash;
    expect(compilePlan(requestOf(), multilingual, installation).hash).toBe(hash);
    expect(compilePlan(requestOf({ ttl: '23h' }), multilingual, installation).hash).not.toBe(hash);
    expect(
      compilePlan(requestOf(), multilingual, { ...installation, images: { ...installation.images, mixer: '/other' } })
        .hash,
    ).not.toBe(hash);
    const { relay } = multilingual.components;
    const dearer = {
      ...multilingual,
      components: { ...multilingual.components, relay: { ...relay, cpu: 4 } as never },
    };
    expect(compilePlan(requestOf(), dearer, installation).hash).not.toBe(hash);
  });

  it('gives every node a spec without secrets, names within limits, ports that Azure allows', () => {
    const input = inputOf({ languages: languages(50), youtubeKeys: languages(50).map((each) => `SECRET-${each}`) });
    const layout = initialLayout(input);
    const specs = planGraph(multilingual, layout.members).map(({ id }) => nodeSpec(input, layout, id));
    expect(JSON.stringify(specs)).not.toContain('SECRET');
    const names = specs.flatMap((spec) => ('name' in spec && spec.kind !== 'check-agent' ? [spec.name] : []));
    expect(new Set(names).size).toBe(names.length);
    const addresses = specs.flatMap((spec) => (spec.kind === 'nic' ? [spec.privateIpAddress] : []));
    expect(new Set(addresses).size).toBe(50);
    expect(addresses.slice(0, 2)).toEqual(['10.42.2.11', '10.42.2.12']);
    for (const spec of specs) {
      if (spec.kind === 'machine') expect(spec.name.length).toBeLessThanOrEqual(64);
      if (spec.kind !== 'containers') continue;
      expect(spec.ports.length).toBeLessThanOrEqual(5);
      expect(new Set(spec.ports.map(({ port }) => port)).size).toBe(spec.ports.length);
      expect(spec.ports.some(({ port }) => port === 9999)).toBe(false);
    }
  });

  it('tells a mixer what the contract says, its title and layout, and no more', () => {
    const input = inputOf();
    const spec = nodeSpec(input, { ...initialLayout(input), identityClientId: 'c-1' }, 'mixer-french');
    const { userData } = spec as Extract<NodeSpec, { kind: 'machine' }>;
    expect(JSON.parse(userData)).toEqual({
      v: 1,
      deploymentId: input.deploymentId,
      event: 'demo',
      title: input.request.title,
      language: 'french',
      controlPlaneUrl: installation.publicUrl,
      heartbeatSeconds: 10,
      identityClientId: 'c-1',
      vaultUrl: installation.mixerVaultUrl,
      secrets: {
        streamKey: `${input.deploymentId}-stream-french`,
        egress: `${input.deploymentId}-egress`,
        agentToken: `${input.deploymentId}-agent`,
      },
      programme: { host: expect.stringMatching(/^demo-relay-.*\.westeurope\.azurecontainer\.io$/), port: 9996 },
      slides: { host: expect.stringMatching(/^demo-slides-.*\.westeurope\.azurecontainer\.io$/), port: 9996 },
      audio: 'fr',
      layout: { profile: '720p30', latencyMs: 200 },
    });
  });

  it('tells a mixer whose token to ask for where the installation says so', () => {
    const plain = inputOf();
    const input = { ...plain, installation: { ...plain.installation, controlPlaneAudience: 'api://control' } };
    const { userData } = nodeSpec(input, initialLayout(input), 'mixer-french') as Extract<
      NodeSpec,
      { kind: 'machine' }
    >;
    expect(JSON.parse(userData)).toMatchObject({ controlPlaneAudience: 'api://control' });
  });

  it('opens nothing to the mixers but RDP from the operators', () => {
    const rulesOf = (body: Record<string, unknown>) => {
      const input = inputOf(body);
      return (nodeSpec(input, initialLayout(input), 'nsg-mixers') as Extract<NodeSpec, { kind: 'nsg' }>).rules;
    };
    expect(rulesOf({}).map(({ access }) => access)).toEqual(['Deny']);
    expect(rulesOf({ operatorCidrs: ['203.0.113.0/24'] })[0]).toMatchObject({
      access: 'Allow',
      sources: ['203.0.113.0/24'],
      ports: ['3389'],
    });
  });

  it('never gives two machines one address, whatever became of their predecessors', () => {
    const taken = new Set<string>();
    for (let slot = 0; slot < 60; slot++)
      for (let variant = 1; variant <= 4; variant++)
        taken.add(machineAddress('10.42.2.0/24', 11, { name: 'mixer', each: 'x', slot, variant, size: '' }));
    expect(taken.size).toBe(240);
    expect([...taken].every((address) => Number(address.split('.')[3]) <= 254)).toBe(true);
  });
});

describe('polling', () => {
  const pace = (expectedSeconds: number, timeScale = 1) => ({ expectedSeconds, pollSeconds: 10, timeScale });
  it('looks at a short step when it has usually ended, then and at a long one at every tenth second', () => {
    expect(pollWait(pace(4), 0)).toBe(4800);
    expect(pollWait(pace(4), 4800)).toBe(5200);
    expect(pollWait(pace(4), 12_000)).toBe(8000);
    expect(pollWait(pace(180), 0)).toBe(10_000);
    expect(pollWait(pace(180), 175_000)).toBe(5000);
  });
  it('needs at most one look more than a step has intervals begun, whatever it takes and however early timers fire', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 2, max: 300, noNaN: true }),
        fc.double({ min: 0.1, max: 1200, noNaN: true }),
        fc.infiniteStream(fc.integer({ min: 0, max: 900 })),
        (expected, took, early) => {
          let elapsed = 0;
          let looks = 0;
          for (const ms of early) {
            if (elapsed >= took * 1000) break;
            elapsed += Math.max(1, pollWait(pace(expected), elapsed) - ms);
            looks++;
          }
          // A timer that fires early may put the look just before the end.
          expect(looks).toBeLessThanOrEqual(1 + Math.ceil((took + 1) / 10));
        },
      ),
    );
  });
  it('divides by the time scale, down to half a second', () => {
    expect(pollWait(pace(180, 10), 0)).toBe(1000);
    expect(pollWait(pace(180, 600), 0)).toBe(500);
  });
});
