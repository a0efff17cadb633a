import { beforeEach, describe, expect, test } from 'vitest';
import { begin, poll } from '../../activities/node.ts';
import type { NodeStep } from '../../domain/seam/node.ts';
import type { NodeSpec } from '../../domain/seam/node-spec.ts';
import { DEPLOYMENT, durableWith, GROUP, MemoryArm, nodeInput, SUBSCRIPTION } from './arm.ts';

let arm: MemoryArm;
beforeEach(() => {
  arm = new MemoryArm();
  arm.install();
  for (const name of ['programme', 'egress', 'windows-french']) {
    arm.secrets.set(`${DEPLOYMENT}-${name}`, { value: `secret-of-${name}`, tags: {} });
  }
});

const specs = {
  nsg: { kind: 'nsg', name: 'mixers-nsg', rules: [] },
  vnet: {
    kind: 'vnet',
    name: 'streaming-vnet',
    addressSpace: '10.42.0.0/16',
    subnets: [{ name: 'mixers', prefix: '10.42.2.0/24', nsg: 'mixers-nsg' }],
  },
  pip: { kind: 'public-ip', name: 'pip-french-demo' },
  nic: {
    kind: 'nic',
    name: 'nic-french-demo',
    vnet: 'streaming-vnet',
    subnet: 'mixers',
    nsg: 'mixers-nsg',
    publicIp: 'pip-french-demo',
    privateIpAddress: '10.42.2.11',
  },
  relay: {
    kind: 'containers',
    name: 'relay-demo-westeurope',
    container: 'relay',
    region: 'westeurope',
    dnsLabel: 'demo-relay-abcdef',
    image: 'streamcontrol.azurecr.io/relay:1',
    identityIds: ['/subscriptions/s/relay'],
    cpu: 2,
    memoryGb: 4,
    ports: [{ port: 9998, protocol: 'UDP' }],
    environment: { ROLE: 'relay' },
    secureEnvironment: { INGEST_PASSPHRASE: { vault: 'control', secret: `${DEPLOYMENT}-programme` } },
  },
  mixer: {
    kind: 'machine',
    name: 'mixer-french-demo',
    computerName: 'french-12345678',
    nic: 'nic-french-demo',
    vmSize: 'Standard_D2s_v3',
    imageId: '/image',
    identityId: '/subscriptions/s/mixer',
    spot: false,
    adminUsername: 'streamadmin',
    passwordSecret: `${DEPLOYMENT}-windows-french`,
    userData: '{"v":1}',
  },
} satisfies Record<string, NodeSpec>;

const tokenOf = (step: NodeStep): string => {
  if (step.step !== 'running') throw new Error(`expected a running step, got ${JSON.stringify(step)}`);
  return step.token;
};
const durable = durableWith();

async function toTheEnd(spec: NodeSpec): Promise<NodeStep> {
  let step = await begin(nodeInput(spec), durable);
  for (let looks = 0; step.step === 'running' && looks < 10; looks++)
    step = await poll({ ...nodeInput(spec), token: step.token }, durable);
  return step;
}

describe.each(Object.entries(specs))('%s', (_name, spec) => {
  test('is created by one request, and begun again it is found, not sent again', async () => {
    expect(await toTheEnd(spec)).toMatchObject({ step: 'done' });
    expect(await toTheEnd(spec)).toMatchObject({ step: 'done' });
    expect(arm.sent('PUT', spec.name)).toHaveLength(1);
  });

  test('killed between the request and its token, it is not sent twice', async () => {
    arm.interfere = (seen) => {
      if (seen.method === 'PUT' && seen.path.includes(GROUP))
        throw Object.assign(new Error('cut'), { code: 'ECONNRESET' });
      return undefined;
    };
    expect(await begin(nodeInput(spec), durable)).toMatchObject({ step: 'again', failure: { class: 'transient' } });
    arm.interfere = () => undefined;
    expect(await toTheEnd(spec)).toMatchObject({ step: 'done' });
    expect(arm.sent('PUT', spec.name)).toHaveLength(1);
  });

  test('carries the deployment’s tags', async () => {
    await toTheEnd(spec);
    const body = JSON.parse(arm.sent('PUT', spec.name)[0]?.body ?? '{}') as { tags: Record<string, string> };
    expect(body.tags).toMatchObject({ deployment: DEPLOYMENT, 'managed-by': 'stream-control' });
  });

  test('meets a stranger’s resource and leaves it alone', async () => {
    await toTheEnd(spec);
    for (const { body } of arm.resources.values()) body.tags = { deployment: 'other' };
    expect(await begin(nodeInput(spec), durable)).toMatchObject({ step: 'failed', failure: { class: 'foreign' } });
    expect(arm.sent('PUT', spec.name)).toHaveLength(1);
  });
});

const bodyOf = (name: string) => JSON.parse(arm.sent('PUT', name)[0]?.body ?? '{}');

describe('an attempt after one that died', () => {
  const input = { ...nodeInput(specs.mixer), attempt: 2, after: 1 };
  const T = '2026-11-21T08:00:00Z';
  const came = (...results: unknown[]) => ({
    ...durable,
    getStatusBy: async () => ({
      historyEvents: results.map((Result) => ({
        EventType: 'TaskCompleted',
        FunctionName: 'begin',
        Timestamp: T,
        Result,
      })),
    }),
  });
  const gives = (history: object) => begin(input, history as typeof durable);

  test('goes on from its token, and so knows when its request was sent', async () => {
    const first = await begin(nodeInput(specs.mixer), durable);
    if (first.step !== 'running') throw new Error(`it is ${first.step}`);
    arm.seen.length = 0;
    expect(await gives(came(first))).toMatchObject({ step: 'done', facts: { sentAt: Date.UTC(2026, 10, 21) } });
    expect(arm.seen.every(({ method }) => method === 'GET')).toBe(true);
  });

  test('says what that had come to, when it had only not been heard', async () => {
    const done = { step: 'done', facts: { ip: '203.0.113.7' } };
    expect(await gives(came({ step: 'running', token: '{}' }, done))).toEqual(done);
    expect(arm.seen).toEqual([]);
  });

  test('looks as ever when that had sent nothing, or nobody can say', async () => {
    const refused = { step: 'again', afterSeconds: 1, failure: { class: 'throttled', code: 'x', message: 'x' } };
    expect(await gives(came(refused))).toMatchObject({ step: expect.stringMatching(/running|done/) });
    expect(arm.sent('PUT', 'mixer-french-demo')).toHaveLength(1);
    const lost = { ...durable, getStatusBy: () => Promise.reject(new Error('replied with HTTP 404 response')) };
    expect(await gives(lost)).toMatchObject({ step: expect.stringMatching(/running|done/) });
    expect(arm.sent('PUT', 'mixer-french-demo')).toHaveLength(1);
  });
});

test('everything that hangs on a machine goes with it', async () => {
  await toTheEnd(specs.mixer);
  await toTheEnd(specs.nic);
  const vm = bodyOf('virtualMachines').properties;
  expect(vm.storageProfile.osDisk.deleteOption).toBe('Delete');
  expect(vm.networkProfile.networkInterfaces[0].properties.deleteOption).toBe('Delete');
  const nic = bodyOf('networkInterfaces').properties;
  expect(nic.ipConfigurations[0].properties.publicIPAddress.properties.deleteOption).toBe('Delete');
});

test('subnets have no default way out, container groups keep their plain name', async () => {
  await toTheEnd(specs.vnet);
  await toTheEnd(specs.relay);
  expect(bodyOf('virtualNetworks').properties.subnets[0].properties.defaultOutboundAccess).toBe(false);
  expect(bodyOf('containerGroups').properties.ipAddress).toMatchObject({
    dnsNameLabel: 'demo-relay-abcdef',
    autoGeneratedDomainNameLabelScope: 'Unsecure',
  });
});

test('secrets travel in the request only, never in a step', async () => {
  const steps = [await toTheEnd(specs.relay), await toTheEnd(specs.mixer)];
  expect(bodyOf('containerGroups').properties.containers[0].properties.environmentVariables).toContainEqual({
    name: 'INGEST_PASSPHRASE',
    secureValue: 'secret-of-programme',
  });
  expect(bodyOf('virtualMachines').properties.osProfile.adminPassword).toBe('secret-of-windows-french');
  expect(JSON.stringify(steps)).not.toContain('secret-of');
});

describe('failures', () => {
  test('no room: the operation’s own code comes through', async () => {
    arm.provisioningState = 'Creating';
    const token = tokenOf(await begin(nodeInput(specs.mixer), durable));
    arm.operation = {
      status: 200,
      body: {
        status: 'Failed',
        error: { code: 'AllocationFailed', message: 'Allocation failed. We do not have room' },
      },
    };
    expect(await poll({ ...nodeInput(specs.mixer), token }, durable)).toMatchObject({
      step: 'failed',
      failure: { class: 'capacity', code: 'AllocationFailed' },
    });
  });

  test('no room, and the token was lost: the machine itself remembers why', async () => {
    arm.provisioningState = 'Creating';
    await begin(nodeInput(specs.mixer), durable);
    const token = tokenOf(await begin(nodeInput(specs.mixer), durable));
    for (const { body } of arm.resources.values())
      Object.assign(body.properties ?? {}, {
        provisioningState: 'Failed',
        instanceView: { statuses: [{ code: 'ProvisioningState/failed/AllocationFailed', message: 'no room' }] },
      });
    expect(await poll({ ...nodeInput(specs.mixer), token }, durable)).toMatchObject({
      step: 'failed',
      failure: { class: 'capacity', code: 'AllocationFailed', message: 'no room' },
    });
    expect(arm.sent('PUT', 'virtualMachines')).toHaveLength(1);
  });

  test('an image that cannot be pulled ends the wait early', async () => {
    const pulling = (count: number) => ({
      status: 200,
      body: {
        status: 'Pending',
        properties: {
          events: [
            { name: 'Pulling', count: 4 },
            { name: 'Failed', count: 4, message: 'Failed to pull image "relay:1": not found' },
            { name: 'BackOff', count },
          ],
        },
      },
    });
    arm.provisioningState = 'Creating';
    arm.operation = pulling(1);
    const token = tokenOf(await begin(nodeInput(specs.relay), durable));
    expect(await poll({ ...nodeInput(specs.relay), token }, durable)).toMatchObject({ step: 'running' });
    arm.operation = pulling(3);
    expect(await poll({ ...nodeInput(specs.relay), token }, durable)).toMatchObject({
      step: 'failed',
      failure: { class: 'configuration', message: 'Failed to pull image "relay:1": not found' },
    });
  });

  test('an image of a strange registry gets neither identity nor passphrases', async () => {
    const image = 'evil.example/relay:1';
    expect(await begin(nodeInput({ ...specs.relay, image }), durable)).toMatchObject({
      step: 'failed',
      failure: { code: 'ImageNotAllowed' },
    });
    expect(arm.seen.filter(({ method, path }) => method === 'PUT' || path.startsWith('/secrets'))).toEqual([]);
  });

  test('Windows that reports late is watched on until it is up', async () => {
    arm.provisioningState = 'Failed';
    const first = tokenOf(await begin(nodeInput(specs.mixer), durable));
    arm.operation = {
      status: 200,
      body: { status: 'Failed', error: { code: 'OSProvisioningTimedOut', message: 'm' } },
    };
    const second = tokenOf(await poll({ ...nodeInput(specs.mixer), token: first }, durable));
    const third = tokenOf(await poll({ ...nodeInput(specs.mixer), token: second }, durable));
    for (const { body } of arm.resources.values())
      Object.assign(body.properties ?? {}, {
        instanceView: {
          statuses: [{ code: 'PowerState/running' }],
          vmAgent: { statuses: [{ code: 'ProvisioningState/succeeded', displayStatus: 'Ready' }] },
        },
      });
    expect(await poll({ ...nodeInput(specs.mixer), token: third }, durable)).toMatchObject({ step: 'done' });
    expect(arm.sent('PUT', 'virtualMachines')).toHaveLength(1);
  });

  test('a passing failure inside the operation sends the request again', async () => {
    arm.provisioningState = 'Creating';
    const first = tokenOf(await begin(nodeInput(specs.mixer), durable));
    arm.operation = { status: 200, body: { status: 'Failed', error: { code: 'OperationPreempted', message: 'm' } } };
    const second = tokenOf(await poll({ ...nodeInput(specs.mixer), token: first }, durable));
    for (const { body } of arm.resources.values())
      Object.assign(body.properties ?? {}, { provisioningState: 'Failed' });
    expect(await poll({ ...nodeInput(specs.mixer), token: second }, durable)).toMatchObject({ step: 'running' });
    expect(arm.sent('PUT', 'virtualMachines')).toHaveLength(2);
  });

  test('throttled: nothing happened, come back when Azure says', async () => {
    arm.interfere = (seen) =>
      seen.method === 'PUT'
        ? { status: 429, headers: { 'retry-after': '17' }, body: { error: { code: 'TooManyRequests', message: 'm' } } }
        : undefined;
    expect(await begin(nodeInput(specs.nsg), durable)).toMatchObject({ step: 'again', afterSeconds: 17 });
  });

  test('a secret that is not there fails before anything is sent', async () => {
    arm.secrets.clear();
    expect(await begin(nodeInput(specs.mixer), durable)).toMatchObject({
      step: 'failed',
      failure: { class: 'configuration', code: 'SecretMissing' },
    });
    expect(arm.sent('PUT', 'virtualMachines')).toHaveLength(0);
  });

  test('someone removes it while it is made', async () => {
    arm.provisioningState = 'Creating';
    let step = await begin(nodeInput(specs.nsg), durable);
    arm.resources.clear();
    while (step.step === 'running') step = await poll({ ...nodeInput(specs.nsg), token: step.token }, durable);
    expect(step).toMatchObject({ step: 'failed', failure: { code: 'Vanished' } });
  });
});

describe('the resource group', () => {
  const spec: NodeSpec = { kind: 'resource-group', tags: { deployment: DEPLOYMENT } };
  const id = `/subscriptions/${SUBSCRIPTION}/resourcegroups/${GROUP}`;
  test('is made once', async () => {
    expect(await begin(nodeInput(spec), durable)).toMatchObject({ step: 'done' });
    expect(await begin(nodeInput(spec), durable)).toMatchObject({ step: 'done' });
    expect(arm.sent('PUT', GROUP)).toHaveLength(1);
  });
  test('that exists without our tag is a stranger’s', async () => {
    arm.resources.set(id, { body: { location: 'westeurope', properties: { provisioningState: 'Succeeded' } } });
    expect(await begin(nodeInput(spec), durable)).toMatchObject({ step: 'failed', failure: { class: 'foreign' } });
  });
});
