/** A kind of component is a plug-in: a folder in each of two rooms and a line in each index, in a copy of the built app. */
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { journal, leftovers, teardown } from './look.ts';
import { APP_DIR, World } from './world.ts';

/** A beacon: a container group with another name for everything, which knows how it is priced, healed and taken away. */
const DOMAIN = `
import { z } from 'zod';
import { checkId, componentId } from '../../component.js';
import { containerHost, dnsLabel } from '../../names.js';
import { commonShape } from '../../template/schema.js';
const TYPE = 'Microsoft.ContainerInstance/containerGroups';
const name = ({ id, input }) => id + '-' + input.event + '-beacon';
const label = ({ id, input }) => dnsLabel(input.installation.subscriptionId, input.event, id);
export const beacon = {
  name: 'beacon',
  schema: z.strictObject({ ...commonShape, kind: z.literal('beacon'), light: z.string() }),
  problems: ({ light }) => (light === 'green' ? [] : [{ path: 'light', message: 'must be green' }]),
  steps: ['beacon', 'check-http'],
  sized: false,
  heartbeat: () => undefined,
  nodes: (member) => {
    const component = componentId(member);
    return [
      { id: component, kind: TYPE, step: 'beacon', dependsOn: ['resource-group', 'secrets'], component },
      { id: checkId(component), kind: 'check', step: 'check-http', dependsOn: [component], component, check: true },
    ];
  },
  spec: (part, node) =>
    node === part.id
      ? {
          kind: 'beacon', name: name(part), container: part.id, region: part.layout.region, dnsLabel: label(part),
          image: part.input.installation.images.relay, identityIds: [part.input.installation.identities.containers],
          cpu: 1, memoryGb: 1, ports: [{ port: 8080, protocol: 'TCP' }], health: { path: '/health', port: 8080 },
          environment: { LIGHT: part.rule.light, ROLE: 'relay' }, secureEnvironment: {},
        }
      : { kind: 'check-http', container: name(part), ...beacon.health(part), ...part.input.template.checks },
  power: (part, action) => ({ kind: 'power', of: 'beacon', component: part.id, name: name(part), action }),
  discard: (part) => ({ names: { group: name(part) }, variant: part.member.variant }),
  isOne: ({ names, component }, event) => names.group === component + '-' + event + '-beacon',
  made: (spec) => (spec.kind === 'beacon' ? [{ type: TYPE, name: spec.name, perHour: 0.05, fromRequest: true }] : undefined),
  hour: () => ({ running: 0.05, paused: 0 }),
  needs: (part) => ({ group: { groups: 1, cpus: 1, dnsLabels: [label(part)] } }),
  resources: (part) => [name(part)],
  value: (part, reference) => (reference === 'host' ? containerHost(label(part), part.layout.region) : undefined),
  health: (part) => ({ host: containerHost(label(part), part.layout.region), port: 8080, path: '/health' }),
};
`;
const ACTIVITIES = `
import { containers } from '../containers/index.js';
export const beacon = { ...containers, handlers: { beacon: containers.handlers.containers } };
`;

let appDir: string;
let world: World;
beforeAll(async () => {
  appDir = mkdtempSync(join(tmpdir(), 'toy-kind-'));
  for (const part of ['dist', 'host.json', 'package.json', 'local.settings.sample.json'])
    cpSync(join(APP_DIR, part), join(appDir, part), { recursive: true });
  symlinkSync(join(APP_DIR, 'node_modules'), join(appDir, 'node_modules'));
  const add = (room: string, text: string, line: string) => {
    mkdirSync(join(appDir, 'dist', room, 'beacon'));
    writeFileSync(join(appDir, 'dist', room, 'beacon/index.js'), text);
    appendFileSync(join(appDir, 'dist', room, 'index.js'), line);
  };
  add('domain/kinds', DOMAIN, "\nimport { beacon } from './beacon/index.js';\naddKind(beacon);\n");
  add(
    'activities/kinds',
    ACTIVITIES,
    "\nimport { beacon } from './beacon/index.js';\naddKindActivities('beacon', beacon);\n",
  );
  const templates = join(appDir, 'own');
  mkdirSync(templates);
  const example = readFileSync(join(APP_DIR, 'examples/templates/two-relays.yaml'), 'utf8');
  const head = example.slice(0, example.indexOf('components:')).replaceAll('two-relays', 'beacons');
  const tail = example
    .slice(example.indexOf('checks:'))
    .replace('steps:', 'steps:\n  beacon: { expected: 20, timeout: 900 }');
  const component = 'components:\n  tower: { kind: beacon, light: green, heal: [restart, redeploy] }\n';
  writeFileSync(join(templates, 'beacons.yaml'), head + component + tail);
  world = await World.create({ seed: 'toy', appDir, settings: { TEMPLATES_DIR: templates } });
}, 240_000);
afterAll(async () => {
  await world.stop();
  rmSync(appDir, { recursive: true, force: true });
});

describe('a kind that was plugged in', { timeout: 240_000 }, () => {
  it('judges its templates', async () => {
    const template = readFileSync(join(appDir, 'own/beacons.yaml'), 'utf8').replace('green', 'red');
    const { status, text } = await world.call('POST', '/api/templates/validate', { template });
    expect(status).toBe(400);
    expect(text).toContain('components.tower.light');
  });

  it('is deployed, priced, healed and removed', async () => {
    const accepted = await world.call('POST', '/api/deploy', { event: 'harbour', template: 'beacons' });
    expect(accepted.status, accepted.text).toBe(202);
    const live = await world.until('harbour', ['live', 'failed']);
    expect(live, JSON.stringify(live)).toMatchObject({ state: 'live', cost: { perHour: 0.05 } });
    expect((await world.resources()).map(({ name }) => name)).toContain('tower-harbour-beacon');

    await world.sim('PUT', '/_sim/faults', [
      {
        match: { type: 'Microsoft.ContainerInstance/containerGroups', name: 'tower-harbour*' },
        times: 1,
        outcome: { kind: 'unhealthy' },
      },
    ]);
    await world.until('harbour', ['degraded', 'remediating'], 1200, 5);
    await world.until('harbour', ['live'], 2 * 3600);
    expect((await journal(world, 'harbour')).some((line) => line.startsWith('remedy tower: restart'))).toBe(true);

    await teardown(world, 'harbour');
    await world.until('harbour', ['gone']);
    expect(await leftovers(world)).toEqual([]);
  });
});
