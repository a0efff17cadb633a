/** Preflight against the simulator: each check's verdict, and what it tells people to do. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClients } from '../../azure/sdk.ts';
import { readSettings } from '../../azure/settings.ts';
import { installationOf } from '../../functions/installation.ts';
import type { CheckContext, CheckResult } from '../../inspect/preflight/check.ts';
import { runChecks } from '../../inspect/preflight/index.ts';
import type { Simulator } from '../../local/azure/simulator.ts';
import { VirtualClock } from '../../local/clock.ts';
import { createSimulator, DEFAULT_SUBSCRIPTION } from '../../local/fleet/simulator.ts';
import { simulatorSettings } from '../../local/serve/app-settings.ts';
import { PORTS } from '../../ports/index.ts';
import { ALERT_SECRET, APP_DIR, START } from '../system/world.ts';

const SUBSCRIPTION = `/subscriptions/${DEFAULT_SUBSCRIPTION}`;
const OID = '55555555-5555-5555-5555-555555555555';
const clock = new VirtualClock(START);
let simulator: Simulator;
let context: CheckContext;

beforeEach(() => {
  simulator = createSimulator({ clock, seed: 'preflight' });
  (globalThis as Record<symbol, unknown>)[PORTS] = {
    now: () => clock.now(),
    timer: () => () => {},
    random: (length: number) => new Uint8Array(length),
    httpClient: simulator.httpClient,
  };
  const settings = readSettings(
    simulatorSettings(
      APP_DIR,
      {},
      {
        subscriptionId: DEFAULT_SUBSCRIPTION,
        publicUrl: 'http://127.0.0.1:7071',
        simulatorUrl: 'http://simulator.localhost',
        timeScale: 1,
        alertSecret: ALERT_SECRET,
      },
    ),
  );
  context = {
    azure: createClients(settings),
    installation: installationOf(settings),
    spec: {
      kind: 'preflight',
      regions: ['westeurope'],
      vmSizes: ['Standard_D2s_v3'],
      spot: false,
      keysGiven: false,
      takesKeys: true,
      streamSecrets: [],
      needs: {
        machines: 1,
        computerNames: ['original-12345678'],
        identity: true,
        groups: [{ groups: 2, cpus: 4, dnsLabels: ['demo-relay-abcdef', 'demo-slides-abcdef'] }],
      },
    },
    deploymentId: 'demo-abc-12345678',
    resourceGroup: 'streaming-demo-1',
    region: 'westeurope',
  };
});
afterEach(() => simulator.stop());

const arm = (method: string, path: string, body?: object) =>
  clock.track(
    simulator.handle({
      method,
      url: new URL(path, 'https://management.azure.com'),
      headers: { authorization: 'Bearer test', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
async function verdict(name: string): Promise<CheckResult | undefined> {
  return (await clock.track(runChecks(context))).find((check) => check.name === name);
}

test('an untouched subscription passes everything but the keys that were not given', async () => {
  const results = await clock.track(runChecks(context));
  expect(results.filter(({ outcome }) => outcome !== 'pass').map(({ name }) => name)).toEqual(['stream keys']);
  expect(new Set(results.map(({ name }) => name)).size).toBe(10);
});

/** Calls as a principal of its own, whose roles then count. */
function asPrincipal(): void {
  const token = `x.${Buffer.from(JSON.stringify({ appid: OID, oid: OID })).toString('base64url')}.x`;
  const { azure } = context;
  const pipeline = azure.resources.pipeline;
  pipeline.addPolicy(
    {
      name: 'asPrincipal',
      sendRequest(request, next) {
        request.headers.set('authorization', `Bearer ${token}`);
        return next(request);
      },
    },
    { phase: 'Sign' },
  );
}
const assign = (scope: string, role: string, name: string) =>
  arm('PUT', `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}?api-version=2022-04-01`, {
    properties: {
      roleDefinitionId: `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
      principalId: OID,
      principalType: 'ServicePrincipal',
    },
  });
const CONTRIBUTOR = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const id = (digit: string) => `00000000-0000-0000-0000-00000000000${digit}`;

test('missing permissions are named with the role that gives them; unreadable ones only warn', async () => {
  await arm('PUT', '/_sim/settings', { rbac: true, roleDelaySeconds: 0 });
  asPrincipal();
  expect(await verdict('permissions')).toMatchObject({
    outcome: 'warn',
    detail: expect.stringContaining('AuthorizationFailed'),
  });
  await assign(SUBSCRIPTION, READER, id('a'));
  const reader = await verdict('permissions');
  expect(reader?.failure).toMatchObject({
    class: 'authorisation',
    message: expect.stringContaining('Microsoft.Resources/subscriptions/resourceGroups/write'),
    advice: expect.stringContaining(
      `Contributor on subscription ${DEFAULT_SUBSCRIPTION}, Managed Identity Operator on`,
    ),
  });
  expect(reader?.detail).not.toContain('resourceGroups/read');
  await assign(SUBSCRIPTION, CONTRIBUTOR, id('b'));
  expect(await verdict('permissions')).toMatchObject({ outcome: 'pass' });
});

async function holdLabel(group: string, region: string, scope?: string): Promise<void> {
  await arm('PUT', `${SUBSCRIPTION}/resourceGroups/${group}?api-version=2025-04-01`, { location: region });
  const path = `${SUBSCRIPTION}/resourceGroups/${group}/providers/Microsoft.ContainerInstance/containerGroups/left`;
  const answer = await arm('PUT', `${path}?api-version=2023-05-01`, {
    location: region,
    properties: {
      osType: 'Linux',
      containers: [
        {
          name: 'c',
          properties: {
            image: 'mcr.microsoft.com/azuredocs/aci-helloworld',
            ports: [{ port: 9998, protocol: 'UDP' }],
            resources: { requests: { cpu: 1, memoryInGB: 1 } },
          },
        },
      ],
      ipAddress: {
        type: 'Public',
        ports: [{ port: 9998, protocol: 'UDP' }],
        dnsNameLabel: 'demo-relay-abcdef',
        ...(scope ? { autoGeneratedDomainNameLabelScope: scope } : {}),
      },
    },
  });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
}

test.each([
  ['another group of the region', 'elsewhere', 'westeurope', undefined, 'fail'],
  ['this deployment’s own group', 'streaming-demo-1', 'westeurope', undefined, 'pass'],
  ['a group of another region', 'elsewhere', 'northeurope', undefined, 'pass'],
  ['a label with a hash of its own', 'elsewhere', 'westeurope', 'ResourceGroupReuse', 'pass'],
])('a DNS label held by %s', async (_what, group, region, scope, outcome) => {
  await holdLabel(group, region, scope);
  const found = await verdict('DNS labels');
  expect(found).toMatchObject({ outcome });
  if (outcome === 'fail') {
    expect(found?.detail).toContain('resourceGroups/elsewhere/');
    expect(found?.failure).toMatchObject({ class: 'conflict', advice: expect.stringContaining('remove') });
  }
});

test('a region that comes next and lacks the image is told, the first one refused', async () => {
  const mixerImageId = context.installation.images.mixer ?? '';
  const image = await arm('GET', `${mixerImageId}?api-version=2024-03-03`);
  const { location, properties } = image.body as { location: string; properties: { storageProfile: object } };
  const narrow = `${mixerImageId.slice(0, mixerImageId.lastIndexOf('/'))}/9.0.0`;
  const made = await arm('PUT', `${narrow}?api-version=2024-03-03`, {
    location,
    tags: { 'smoke-test': 'passed' },
    properties: {
      storageProfile: properties.storageProfile,
      publishingProfile: { targetRegions: [{ name: 'West Europe' }] },
    },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  // Of a definition, the latest version in a region counts.
  context.installation.images.mixer = narrow.replace(/\/versions\/.*/, '');
  context.spec.regions = ['westeurope', 'northeurope'];
  expect(await verdict('mixer image')).toMatchObject({ outcome: 'pass' });
  context.installation.images.mixer = `${narrow.replace(/\/images\/.*/, '')}/images/nobody`;
  expect((await verdict('mixer image'))?.failure).toMatchObject({ code: 'GalleryImageNotFound' });
  context.spec.regions = ['westeurope'];
  context.installation.images.mixer = narrow;
  expect(await verdict('mixer image')).toMatchObject({ outcome: 'pass' });
  context.spec.regions = ['westeurope', 'northeurope'];
  const next = await verdict('mixer image');
  expect(next).toMatchObject({ outcome: 'warn', detail: expect.stringContaining('not in northeurope: replicate') });
  context.region = 'northeurope';
  expect((await verdict('mixer image'))?.failure).toMatchObject({ code: 'GalleryImageNotFound' });
});

test('a version that has never passed its smoke test is refused, unless an admin has chosen it', async () => {
  const id = context.installation.images.mixer ?? '';
  const unproved = id.replace(/[^/]+$/, '0.9.0');
  const made = await arm('PUT', `${unproved}?api-version=2024-03-03`, {
    location: 'westeurope',
    properties: { storageProfile: { osDiskImage: { sizeInGB: 127 } } },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  await clock.drive(() => false, clock.now() + 3_600_000);
  context.installation.images.mixer = unproved;
  expect((await verdict('mixer image'))?.failure).toMatchObject({ code: 'ImageNotProved' });
  context.installation.unprovedImages = true;
  const forced = await verdict('mixer image');
  expect(forced).toMatchObject({ outcome: 'warn', detail: expect.stringContaining('0.9.0 has never passed') });
});

test.each([
  ['of an earlier deployment', { deployment: 'demo-mabc1234-a1b2c3d4' }, 'fail'],
  ['of another case', { DEPLOYMENT: 'demo-mabc1234-a1b2c3d4' }, 'fail'],
  ['of this deployment', { deployment: 'demo-abc-12345678' }, 'pass'],
  ['of another event', { deployment: 'other-mabc1234-a1b2c3d4' }, 'pass'],
  ['of nobody', {}, 'pass'],
])('a standing group %s', async (what, tags, outcome) => {
  const name = what === 'of another case' ? 'STREAMING-Demo-77' : 'streaming-demo-77';
  await simulator.handle({
    method: 'PUT',
    url: new URL(
      `/subscriptions/${DEFAULT_SUBSCRIPTION}/resourcegroups/${name}?api-version=2025-04-01`,
      'https://management.azure.com',
    ),
    headers: { authorization: 'Bearer test', 'content-type': 'application/json' },
    body: JSON.stringify({ location: 'westeurope', tags: { 'managed-by': 'stream-control', ...tags } }),
  });
  const found = (await runChecks(context)).find((check) => check.name === 'resource group');
  expect(found).toMatchObject({ outcome, detail: expect.stringContaining(outcome === 'fail' ? name : 'free') });
});
