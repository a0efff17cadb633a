import { beforeEach, expect, test } from 'vitest';
import { removeStep as remove } from '../../activities/remove.ts';
import type { RemoveStepInput } from '../../domain/seam/removal.ts';
import { DEPLOYMENT, durableWith, GROUP, installation, MemoryArm, SUBSCRIPTION } from './arm.ts';

const GROUP_ID = `/subscriptions/${SUBSCRIPTION}/resourcegroups/${GROUP}`;
const input = (action: RemoveStepInput['action'], token?: string): RemoveStepInput => ({
  deploymentId: DEPLOYMENT,
  event: 'demo',
  parent: 'event-demo',
  n: 1,
  resourceGroup: GROUP,
  agents: ['mixer-french'],
  vaultSecrets: ['stream-french', 'egress'].map((name) => ({ vault: 'mixers', secret: `${DEPLOYMENT}-${name}` })),
  secrets: true,
  installation,
  pollSeconds: 10,
  action,
  ...(token === undefined ? {} : { token }),
});

const removeStep = (given: RemoveStepInput) => remove(given, durableWith());

let arm: MemoryArm;
const group = (tags: Record<string, string> = { deployment: DEPLOYMENT }, provisioningState = 'Succeeded') =>
  arm.resources.set(GROUP_ID, { body: { location: 'westeurope', tags, properties: { provisioningState } } });
beforeEach(() => {
  arm = new MemoryArm();
  arm.install();
});

test('deleting what is gone is done, and never asks Azure to delete', async () => {
  expect(await removeStep(input('delete'))).toEqual({ step: 'gone' });
  expect(await removeStep(input('list'))).toEqual({ step: 'listed', exists: false, resources: [] });
  expect(arm.sent('DELETE', GROUP)).toEqual([]);
});

test.each([
  ['another deployment’s', { deployment: 'other' }],
  ['untagged', {}],
])('never deletes a group that is %s', async (_what, tags) => {
  group(tags);
  expect(await removeStep(input('delete'))).toMatchObject({ step: 'failed', failure: { class: 'foreign' } });
  expect(arm.sent('DELETE', GROUP)).toEqual([]);
});

test('a group that is being deleted is waited for, not deleted twice', async () => {
  group(undefined, 'Deleting');
  const step = await removeStep(input('delete'));
  expect(step).toMatchObject({ step: 'deleting' });
  expect(arm.sent('DELETE', GROUP)).toEqual([]);
  arm.resources.clear();
  expect(await removeStep(input('poll', step.step === 'deleting' ? step.token : ''))).toEqual({
    step: 'gone',
  });
});

test('a deletion that Azure gave up because something is in use is sent again, a lock is told to people', async () => {
  group();
  const location = `https://management.azure.com/subscriptions/${SUBSCRIPTION}/operations/1?api-version=2025-04-01`;
  arm.interfere = (seen) => {
    if (seen.method === 'DELETE') group();
    return seen.method === 'DELETE' ? { status: 202, headers: { location } } : undefined;
  };
  let step = await removeStep(input('delete'));
  arm.operation = { status: 409, body: { error: { code: 'InUseSubnetCannotBeDeleted', message: 'in use' } } };
  if (step.step === 'deleting') step = await removeStep(input('poll', step.token));
  expect(step).toMatchObject({ step: 'deleting', afterSeconds: 15 });
  if (step.step === 'deleting') step = await removeStep(input('poll', step.token));
  expect(arm.sent('DELETE', GROUP)).toHaveLength(2);
  arm.operation = { status: 409, body: { error: { code: 'ScopeLocked', message: 'Please remove the lock.' } } };
  if (step.step === 'deleting') step = await removeStep(input('poll', step.token));
  expect(step).toMatchObject({ step: 'failed', failure: { code: 'ScopeLocked', class: 'policy' } });
});

test('secrets go by name and by listing; strangers’ stay; verification tells what is left', async () => {
  const mine = { deployment: DEPLOYMENT };
  arm.secrets.set(`${DEPLOYMENT}-programme`, { value: 'v', tags: mine });
  arm.secrets.set(`${DEPLOYMENT}-stream-german`, { value: 'v', tags: mine });
  arm.secrets.set(`${DEPLOYMENT}-1-2-programme`, { value: 'v', tags: { deployment: `${DEPLOYMENT}-1-2` } });
  expect(await removeStep(input('verify'))).toMatchObject({ step: 'remains', resources: [] });
  expect(await removeStep(input('secrets'))).toEqual({ step: 'gone' });
  expect([...arm.secrets.keys()]).toEqual([`${DEPLOYMENT}-1-2-programme`]);
  expect(await removeStep(input('verify'))).toEqual({ step: 'gone' });
  group();
  expect(await removeStep(input('verify'))).toMatchObject({ step: 'remains', resources: [{ name: GROUP }] });
  arm.resources.clear();
  arm.secrets.set(`${DEPLOYMENT}-programme`, { value: 'v', tags: mine });
  expect(await removeStep({ ...input('verify'), secrets: false })).toEqual({ step: 'gone' });
});

const purges = () => arm.sent('DELETE', '/deletedsecrets/').map(({ path }) => path.split('/')[2]);
const refuses = (status: number, code: string) => {
  arm.interfere = ({ method, path }) =>
    method === 'DELETE' && path.startsWith('/deletedsecrets/')
      ? { status, body: { error: { code, message: code, innererror: { code } } } }
      : undefined;
};
const deletedOnes = () => {
  for (const name of [`${DEPLOYMENT}-programme`, `${DEPLOYMENT}-op-0123456789abcdef-stream-french`])
    arm.deletedSecrets.set(name, { value: 'v', tags: { Deployment: DEPLOYMENT } });
  arm.deletedSecrets.set('other-mabc1234-a1b2c3d4-programme', { value: 'v', tags: {} });
  arm.deletedSecrets.set(`${DEPLOYMENT}-stream-german`, { value: 'v', tags: { deployment: 'other' } });
};

test('what a vault keeps of deleted secrets is purged; strangers’ is not', async () => {
  deletedOnes();
  expect(await removeStep(input('purge'))).toEqual({ step: 'gone' });
  expect([...arm.deletedSecrets.keys()]).toEqual(['other-mabc1234-a1b2c3d4-programme', `${DEPLOYMENT}-stream-german`]);
});

test('who may not purge leaves it at that; what is still being deleted is purged later', async () => {
  deletedOnes();
  refuses(403, 'Forbidden');
  expect(await removeStep(input('purge'))).toEqual({ step: 'gone' });
  deletedOnes();
  refuses(409, 'ObjectIsBeingDeleted');
  expect(await removeStep(input('purge'))).toMatchObject({ step: 'again', failure: { code: 'BeingDeleted' } });
  arm.interfere = ({ path }) => (path.startsWith('/deletedsecrets') ? { status: 403, body: {} } : undefined);
  const before = purges().length;
  expect(await removeStep(input('purge'))).toEqual({ step: 'gone' });
  expect(purges()).toHaveLength(before);
});

const at = (type: string, name: string) => `${GROUP_ID}/providers/${type}/${name}`;
const VM = at('Microsoft.Compute/virtualMachines', 'mixer-french-demo');
const lists = (...value: { id: string; type: string; name: string; tags?: Record<string, string> }[]) => {
  arm.resources.set(`${GROUP_ID}/resources`, { body: { value } });
};
const machine = { id: VM, type: 'Microsoft.Compute/virtualMachines', name: 'mixer-french-demo' };
const machines = (properties: Record<string, unknown>) =>
  arm.resources.set(`${GROUP_ID}/providers/microsoft.compute/virtualmachines`, {
    body: { value: [{ ...machine, properties }] },
  });

test('a group that holds a stranger’s disk is not deleted: ours go one by one, and then its marks', async () => {
  group({ Deployment: DEPLOYMENT, 'managed-by': 'stream-control', DeleteAfter: 'x', owner: 'us' });
  machines({});
  arm.interfere = ({ method }) =>
    method === 'PATCH' ? { status: 200, body: { properties: { tags: {} } } } : undefined;
  const theirs = { id: at('Microsoft.Compute/disks', 'ledger'), type: 'Microsoft.Compute/disks', name: 'ledger' };
  lists({ ...machine, tags: { deployment: DEPLOYMENT } }, theirs);
  const step = await removeStep(input('delete'));
  expect(step).toMatchObject({ step: 'deleting' });
  expect(arm.sent('DELETE', GROUP).map(({ path }) => path.split('/').at(-1))).toEqual(['mixer-french-demo']);
  lists(theirs);
  expect(await removeStep(input('poll', step.step === 'deleting' ? step.token : ''))).toMatchObject({
    step: 'gone',
    left: [{ name: 'ledger' }],
  });
  expect(JSON.parse(arm.sent('PATCH', GROUP)[0]?.body ?? '')).toEqual({
    operation: 'Delete',
    properties: { tags: { 'managed-by': 'stream-control', DeleteAfter: 'x' } },
  });
});

test('what Azure would delete along with a machine of ours, and is not ours, is in the way', async () => {
  group();
  lists({ ...machine, tags: { deployment: DEPLOYMENT } });
  const lent = '/subscriptions/s/resourceGroups/payroll/providers/Microsoft.Compute/disks/ledger';
  machines({ storageProfile: { dataDisks: [{ lun: 0, managedDisk: { id: lent }, deleteOption: 'Delete' }] } });
  expect(await removeStep(input('delete'))).toMatchObject({ step: 'failed', failure: { code: 'WouldTakeAlong' } });
  expect(arm.sent('DELETE', '')).toEqual([]);
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['no deployment', { ...input('delete'), deploymentId: undefined }],
  ['an empty deployment', { ...input('delete'), deploymentId: '' }],
  ['a quote', { ...input('verify'), deploymentId: "demo-abc-1234567' or '1' eq '1" }],
  ['another’s group', { ...input('delete'), resourceGroup: 'payroll' }],
  [
    'another subscription',
    { ...input('delete'), installation: { ...installation, subscriptionId: SUBSCRIPTION.replace('1', '2') } },
  ],
  ['another vault', { ...input('secrets'), installation: { ...installation, keyVaultUrl: 'https://evil.example' } }],
])('given %s it fails and asks Azure nothing', async (_what, given) => {
  group();
  expect(await removeStep(given as RemoveStepInput)).toMatchObject({ step: 'failed' });
  expect(arm.seen).toEqual([]);
});

test('the group of an event that lives is not removed by who is not its lifecycle', async () => {
  group();
  const status = {
    runtimeStatus: 'Running',
    input: { deploymentId: DEPLOYMENT, acceptedAt: new Date(1000).toISOString() },
    customStatus: { s: 'live', r: 0 },
  };
  for (const parent of ['', 'event-demo'])
    expect(await remove({ ...input('delete'), parent }, durableWith({ 'event-demo': status }))).toMatchObject({
      step: 'failed',
      failure: { code: 'LifecycleLives' },
    });
  expect(arm.seen).toEqual([]);
  const leaving = { ...status, customStatus: { s: 'tearing-down', r: 0 } };
  expect(await remove(input('delete'), durableWith({ 'event-demo': leaving }))).toMatchObject({ step: 'gone' });
});

test('a stranger’s network interface in our network keeps the group; what it uses is named when it cannot go', async () => {
  group();
  const net = 'Microsoft.Network';
  const vnet = {
    id: at(`${net}/virtualNetworks`, 'streaming-vnet'),
    type: `${net}/virtualNetworks`,
    name: 'streaming-vnet',
  };
  const nic = { id: at(`${net}/networkInterfaces`, 'theirs'), type: `${net}/networkInterfaces`, name: 'theirs' };
  lists({ ...vnet, tags: { deployment: DEPLOYMENT } }, nic);
  arm.interfere = ({ method }) =>
    method === 'DELETE'
      ? { status: 400, body: { error: { code: 'InUseSubnetCannotBeDeleted', message: 'in use' } } }
      : undefined;
  let step = await removeStep(input('delete'));
  for (let looks = 0; step.step === 'deleting' && looks < 60; looks++)
    step = await removeStep(input('poll', step.token));
  expect(step).toMatchObject({ step: 'failed', failure: { message: expect.stringContaining('theirs') } });
  expect(arm.sent('DELETE', '').every(({ path }) => path.endsWith('streaming-vnet'))).toBe(true);
});
