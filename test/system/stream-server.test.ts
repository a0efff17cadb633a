/** A stream server from one request to nothing left: users made and withdrawn, playback by number, a part that dies. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { putPartition } from '../../local/azure/storage/tables.ts';
import { arm, createdTwice, deploy, journal, leftovers, secretNames, settled, teardown } from './look.ts';
import { World } from './world.ts';

const TABLES = 'table.core.windows.net';
const GROUP = 'Microsoft.ContainerInstance/containerGroups';
let world: World;
let deploymentId: string;
beforeAll(async () => {
  world = World.prepare({
    seed: 'stream-server',
    settings: { USERS_TABLE_URL: `https://studiousers.${TABLES}/users` },
  });
  // As bicep/modules/users.bicep makes them.
  const account = 'resourceGroups/stream-control/providers/Microsoft.Storage/storageAccounts/studiousers';
  const made = { location: 'westeurope', kind: 'StorageV2', sku: { name: 'Standard_LRS' }, properties: {} };
  expect(await arm(world, 'PUT', account, made, '2024-01-01')).toBeLessThan(300);
  await world.pass(60);
  expect(await arm(world, 'PUT', `${account}/tableServices/default`, {}, '2024-01-01')).toBeLessThan(300);
  expect(await arm(world, 'PUT', `${account}/tableServices/default/tables/users`, {}, '2024-01-01')).toBeLessThan(300);
  await world.startHost();
  const accepted = await world.call('POST', '/api/deploy', { event: 'studio', template: 'stream-server' });
  deploymentId = String(accepted.body.deploymentId);
  expect(await world.until('studio', ['live', 'failed'], 600, 1)).toMatchObject({ state: 'live' });
}, 240_000);
afterAll(() => world?.stop());

const access = (method: string, body?: object, rest = '') =>
  world.call<{ token: { id: string; secret: string }; users: object[]; title: string }>(
    method,
    `/api/events/studio/access${rest}`,
    body,
  );
/** Deployments that users are kept of. */
const userRows = () => {
  const [account] = world.simulator.kernel.resources.ofType('Microsoft.Storage/storageAccounts');
  const { users = [] } = (account?.hidden.tables ?? {}) as Record<string, { PartitionKey: string }[]>;
  return users.map(({ PartitionKey }) => PartitionKey);
};
const groups = async () =>
  (await world.resources())
    .filter(({ type }) => type === GROUP)
    .map(({ name }) => name.replace(/-studio-.*/, ''))
    .sort();

test('users are made, listed and withdrawn; their tokens are shown once and stand nowhere', async () => {
  const made = await access('POST', { name: 'anna', role: 'publish', paths: ['stage'] });
  expect(made.status, made.text).toBe(200);
  expect(made.body).toMatchObject({
    ...{ component: 'access', event: 'studio' },
    user: { name: 'anna', role: 'publish', paths: ['stage'], password: false, tokens: [{ id: made.body.token.id }] },
    token: { secret: expect.stringMatching(/^[0-9a-f]{40}$/) },
  });
  const { id, secret } = made.body.token;
  const more = await access('POST', { name: 'ben', role: 'read', paths: ['*'], password: 'correct-horse-1' });
  expect(more.body).toMatchObject({ user: { password: true } });
  expect((await access('GET')).body).toMatchObject({ users: [{ name: 'anna' }, { name: 'ben' }], sessions: [] });
  const told = await journal(world, 'studio');
  expect(told).toContain('command access anna publish stage by local');
  expect(JSON.stringify([(await access('GET')).body, told])).not.toMatch(new RegExp(`${secret}|correct-horse`));
  expect((await access('POST', { name: 'anna', token: id }, '/withdraw')).body).toMatchObject({
    name: 'anna',
    ended: 0,
  });
  expect((await access('POST', { name: 'anna', token: id }, '/withdraw')).status).toBe(404);
  expect((await access('POST', { name: 'anna' }, '/withdraw')).status).toBe(200);
  expect((await access('GET')).body).toMatchObject({ users: [{ name: 'ben' }] });
});

test.each([
  [{ name: 'eve', role: 'publish', paths: [] }, /one path/],
  [{ name: 'eve', role: 'publish', paths: ['stage', 'other'] }, /one path/],
  [{ name: 'eve', role: 'publish', paths: ['*'] }, /one path/],
  [{ name: 'eve', role: 'read' }, /must name what may be played/],
  [{ name: 'eve', role: 'admin', paths: ['*'] }, /must be left out/],
  [{ name: '../eve', role: 'admin' }, /must be 1 to 40/],
  [{ name: 'eve', role: 'root' }, /publish, read, admin/],
  [{ name: 'eve', role: 'admin', password: 'short' }, /12 to 128/],
  [{ name: 'eve', role: 'admin', token: 'a'.repeat(40) }, /Unknown field/],
])('%j is refused', async (body, message) => {
  const answer = await access('POST', body);
  expect(answer.status).toBe(400);
  expect(answer.text).toMatch(message);
});

test('another event has no users, and one that is not there none either', async () => {
  expect((await world.call('GET', '/api/events/nobody/access')).status).toBe(404);
  await deploy(world, 'plain', { template: 'interpreted', languages: ['french'] });
  const { status, text } = await world.call('GET', '/api/events/plain/access');
  expect([status, text]).toEqual([409, expect.stringContaining('nobody who asks who may publish')]);
  await teardown(world, 'plain');
  await world.until('plain', ['gone']);
});

test('playback is scaled, a part that is unwell is healed, and nothing stays', { timeout: 240_000 }, async () => {
  expect(await groups()).toEqual(['access', 'hls', 'ingest', 'playback-1']);
  for (const count of [3, 1]) {
    const scaled = await world.call('POST', '/api/events/studio/scale', { component: 'playback', count });
    expect(await settled(world, String(scaled.body.operationId))).toMatchObject({ outcome: 'done' });
    expect((await groups()).filter((name) => name.startsWith('playback'))).toHaveLength(count);
  }
  const match = { type: GROUP, name: 'ingest-studio*' };
  await world.sim('PUT', '/_sim/faults', [{ match, times: 1, outcome: { kind: 'crash-loop' } }]);
  await world.until('studio', ['degraded', 'remediating'], 600, 2);
  expect((await world.until('studio', ['live'], 7200)).health).toMatchObject({ state: 'healthy' });
  expect((await journal(world, 'studio')).some((line) => /^unhealthy ingest: /.test(line))).toBe(true);
  expect(await createdTwice(world)).toEqual([]);
  // Ben is still there, as a row of the deployment; somebody else's row stays.
  putPartition(world.simulator.kernel, `https://studiousers.${TABLES}/users`, 'other', ['ben']);
  expect(userRows()).toEqual([deploymentId, 'other']);
  await teardown(world, 'studio');
  await world.until('studio', ['gone']);
  expect(userRows()).toEqual(['other']);
  // The installation's own account stays.
  expect((await leftovers(world)).filter((id) => !id.includes('/storageAccounts/studiousers'))).toEqual([]);
  expect(secretNames(world, deploymentId)).toEqual([]);
  const { body } = await world.call<{ resources: { name: string }[] }>('GET', '/api/events/studio/certificate');
  const names = body.resources.map(({ name }) => name.replace(/-studio-.*/, ''));
  expect(names).toEqual(expect.arrayContaining(['access', 'hls', 'ingest', 'playback-1', 'playback-2', 'playback-3']));
  expect((await access('GET')).status).toBe(410);
});
