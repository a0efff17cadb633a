import { expect, test } from 'vitest';
import { claimOf, holdOf, isOurSecret, isTaggedOurs, odata, sortOut, tagOf } from '../../domain/ownership.ts';
import { agentKeyOf, scheduleInputs } from '../../domain/seam/entity-inputs.ts';
import { inputProblem } from '../../domain/seam/input.ts';
import { nodeInput } from '../../domain/seam/node-input.ts';
import { indexEntry } from '../../domain/seam/records.ts';
import { removeInput } from '../../domain/seam/removal.ts';
import { DEPLOYMENT, GROUP, installation, nodeInput as nodeOf } from '../activities/arm.ts';

const at = (type: string, name: string) => `/subscriptions/s/resourceGroups/${GROUP}/providers/${type}/${name}`;
const one = (type: string, name: string, more: object = {}) => ({ id: at(type, name), type, name, ...more });
const ours = { tags: { deployment: DEPLOYMENT } };
const VM = one('Microsoft.Compute/virtualMachines', 'mixer-french-demo', ours);

test('names of tags have no case, values have; two answers are none', () => {
  expect(tagOf({ DEPLOYMENT: 'x' }, 'deployment')).toBe('x');
  expect(tagOf({ deployment: 'x', Deployment: 'y' }, 'deployment')).toBeUndefined();
  expect(tagOf({ deployment: 'x', Deployment: 'x' }, 'deployment')).toBe('x');
  expect(tagOf({}, 'constructor')).toBeUndefined();
  expect(isTaggedOurs({ deployment: DEPLOYMENT.toUpperCase() }, DEPLOYMENT)).toBe(false);
  expect(holdOf({ hold: 'no', HOLD: 'yes' })).toBe('yes');
});

test.each([
  undefined,
  null,
  '',
  0,
  [],
  {},
  [DEPLOYMENT],
  '*',
  'demo',
  'demo-*-12345678',
  'constructor',
  `${DEPLOYMENT}\n`,
])('%j is no deployment and owns nothing', (id) => {
  expect(isTaggedOurs({ deployment: id }, id)).toBe(false);
  expect(isTaggedOurs({}, id)).toBe(false);
  expect(isTaggedOurs(undefined, id)).toBe(false);
});

test.each([
  [
    'an extension of our machine',
    one('Microsoft.Compute/virtualMachines/extensions', 'mixer-french-demo/agent', { id: `${VM.id}/extensions/agent` }),
    'child',
  ],
  ['its system disk', one('Microsoft.Compute/disks', 'any', { tags: { cost: '1' } }), 'child'],
  [
    'a disk that Azure named for it',
    one('Microsoft.Compute/disks', 'mixer-french-demo-os', { managedBy: VM.id.toUpperCase() }),
    'child',
  ],
  [
    'a disk that was lent to it',
    one('Microsoft.Compute/disks', 'lent', { managedBy: VM.id, tags: { owner: 'accounting' } }),
    'stranger',
  ],
  [
    'an alert that a policy linked to it',
    one('Microsoft.Insights/metricAlerts', 'cpu', { tags: { [`hidden-link:${VM.id}`]: 'Resource' } }),
    'child',
  ],
  ['a resource without a tag', one('Microsoft.Network/publicIPAddresses', 'theirs'), 'stranger'],
  [
    'another deployment’s',
    one('Microsoft.Network/publicIPAddresses', 'theirs', { tags: { deployment: 'demo-abc-99999999' } }),
    'stranger',
  ],
  ['our tag on a kind we never make', one('Microsoft.Storage/storageAccounts', 'ledger', ours), 'stranger'],
  [
    'an extension of a stranger’s machine',
    one('Microsoft.Compute/virtualMachines/extensions', 'x/agent', {
      id: `${at('Microsoft.Compute/virtualMachines', 'x')}/extensions/agent`,
    }),
    'nobody',
  ],
  [
    'our tag in another case',
    one('Microsoft.Network/publicIPAddresses', 'pip', { tags: { Deployment: DEPLOYMENT } }),
    'ours',
  ],
])('%s', (_what, resource, expected) => {
  const sorted = sortOut([VM, resource], DEPLOYMENT, [at('Microsoft.Compute/disks', 'any')]);
  const has = (list: readonly { id: string }[]) => list.some(({ id }) => id === resource.id);
  const found = has(sorted.ours)
    ? 'ours'
    : has(sorted.children)
      ? 'child'
      : has(sorted.strangers)
        ? 'stranger'
        : 'nobody';
  expect(found).toBe(expected);
});

test('a secret is ours by tag and name; one that lost its tags by its whole name', () => {
  expect(isOurSecret(`${DEPLOYMENT}-stream-pt-br`, ours.tags, DEPLOYMENT)).toBe(true);
  expect(isOurSecret(`${DEPLOYMENT}-egress`, {}, DEPLOYMENT)).toBe(true);
  expect(isOurSecret(`${DEPLOYMENT}-egress`, { deployment: 'demo-abc-99999999' }, DEPLOYMENT)).toBe(false);
  for (const odd of ['a copy of mine', 'Backup', 'stream-x', 'stream-pt-br-2', ''])
    expect(isOurSecret(`${DEPLOYMENT}-${odd}`, ours.tags, DEPLOYMENT), odd).toBe(false);
  expect(isOurSecret('payroll', ours.tags, DEPLOYMENT)).toBe(false);
});

test('what goes into a filter stays inside its quotes', () => {
  expect(odata("x' or '1' eq '1")).toBe("x'' or ''1'' eq ''1");
});

test('a claim needs the whole shape', () => {
  const tags = { event: 'demo', deployment: DEPLOYMENT, expires: '2026-11-21T11:30:00.000Z' };
  expect(claimOf({ name: GROUP, tags })).toMatchObject({ event: 'demo', deploymentId: DEPLOYMENT });
  expect(claimOf({ name: GROUP, tags: { ...tags, expires: '2026-11-31T11:30:00Z' } })).toHaveProperty('odd');
  expect(claimOf({ name: 'payroll', tags })).toHaveProperty('odd');
});

const removal = {
  deploymentId: DEPLOYMENT,
  event: 'demo',
  parent: 'event-demo',
  n: 1,
  resourceGroup: GROUP,
  agents: ['mixer-french'],
  vaultSecrets: [],
  secrets: true,
  installation,
  pollSeconds: 10,
};
test.each<[string, Record<string, unknown>]>([
  ['no deployment', { deploymentId: undefined }],
  ['a list for a deployment', { deploymentId: [DEPLOYMENT] }],
  ['another event’s group', { resourceGroup: 'streaming-other-1' }],
  ['another event', { event: 'other' }],
  ['another event’s lifecycle', { parent: 'event-other' }],
  ['a path for a group', { resourceGroup: `${GROUP}/providers/x` }],
  ['odd components', { agents: ['*'] }],
  ['no installation', { installation: {} }],
])('a removal with %s is none', (_what, changed) => {
  expect(inputProblem(removeInput, removal)).toBeUndefined();
  expect(inputProblem(removeInput, { ...removal, ...changed })).toBeTruthy();
});

test('the deletion of a machine names one machine of its language', () => {
  const spec = {
    kind: 'discard' as const,
    of: 'machine',
    component: 'mixer-french',
    variant: 2,
    names: { machine: 'mixer-french-demo-2', nic: 'nic-french-demo-2', publicIp: 'pip-french-demo-2' },
    secrets: [{ vault: 'mixers' as const, secret: `${DEPLOYMENT}-stream-french` }],
    forget: true,
  };
  expect(inputProblem(nodeInput, nodeOf(spec))).toBeUndefined();
  for (const changed of [
    { names: { ...spec.names, machine: 'payroll' } },
    { names: { ...spec.names, nic: 'nic-german-demo-2' } },
    { names: { ...spec.names, publicIp: 'pip-french-demo' } },
    { names: { ...spec.names, machine: '' } },
    { component: '*' },
    { of: 'payroll' },
    { variant: 1 },
    { secrets: [{ vault: 'mixers' as const, secret: 'payroll' }] },
  ])
    expect(inputProblem(nodeInput, nodeOf({ ...spec, ...changed })), JSON.stringify(changed)).toBeTruthy();
  expect(inputProblem(nodeInput, { ...nodeOf(spec), tags: {} })).toBeTruthy();
});

test('entities take what is of their own only', () => {
  const key = `${DEPLOYMENT}-mixer-french`;
  expect(inputProblem(agentKeyOf(key), DEPLOYMENT)).toBeUndefined();
  for (const id of [undefined, '', 'demo', 'demo-abc-99999999', key])
    expect(inputProblem(agentKeyOf(key), id)).toBeTruthy();
  const entry = {
    event: 'demo',
    deploymentId: DEPLOYMENT,
    state: 'gone',
    resourceGroup: GROUP,
    at: '2026-11-21T08:00:00Z',
  };
  expect(inputProblem(indexEntry, entry)).toBeUndefined();
  for (const changed of [
    { event: 'other' },
    { state: 'constructor' },
    { resourceGroup: 'payroll' },
    { at: '2026-02-30T08:00:00Z' },
  ])
    expect(inputProblem(indexEntry, { ...entry, ...changed })).toBeTruthy();
  for (const name of [undefined, '', '*', '__proto__', 7])
    expect(inputProblem(scheduleInputs.remove, name)).toBeTruthy();
});
