/** Whoever has the host's key may start and signal anything with anything: no garbage deletes, stops or breaks a live event. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACTIVITY, ORCHESTRATION } from '../../domain/seam/functions.ts';
import { deploy, settled, teardown } from './look.ts';
import { World } from './world.ts';

let world: World;
let id: string;
let group: string;
beforeAll(async () => {
  world = await World.create({ seed: 'garbage' });
  id = await deploy(world, 'demo', { ttl: '6h' });
  group = String((await world.until('demo', ['live'])).resourceGroup);
}, 120_000);
afterAll(() => world.stop());

const HOOK = '/runtime/webhooks/durabletask';
const GARBAGE = [
  undefined,
  null,
  0,
  '',
  'demo',
  [],
  {},
  { deploymentId: 'demo' },
  { parent: 'event-demo', at: 'never', input: {} },
  { deploymentId: null, event: { toString: 1 }, resourceGroup: ['x'], spec: { kind: '__proto__' } },
];
const withId = () => [
  ...GARBAGE,
  { deploymentId: id },
  { deploymentId: id, event: 'demo', resourceGroup: group },
  {
    deploymentId: id,
    parent: 'event-demo',
    event: 'demo',
    node: 'mixer-original',
    attempt: 1,
    spec: { kind: 'power' },
  },
  { deploymentId: id, at: '2099-01-01T00:00:00Z', healthy: false, problems: [{ code: 'made-up' }] },
];
const standing = async () => (await world.resources()).map(({ id: resource }) => resource).sort();

test('every orchestration, every entity and the inbox take garbage, and the event stays as it is', async () => {
  const before = await standing();
  const inputOfLife = (await world.instance('event-demo')).input;
  const started: string[] = [];
  for (const name of [...Object.values(ORCHESTRATION), ...Object.values(ACTIVITY), 'nonsense'])
    for (const [nth, garbage] of withId().entries()) {
      const instance = `garbage-${name}-${nth}`;
      const { status } = await world.call('POST', `${HOOK}/orchestrators/${name}/${instance}`, garbage);
      if (status === 202) started.push(instance);
      // Under ids that the event will need, or has.
      for (const taken of [`op-${id}-op-teardown`, `record-${id}`, `${id}-delete-1`, `${id}-ttl-2`, 'event-demo'])
        if (nth % 4 === 3) await world.call('POST', `${HOOK}/orchestrators/${name}/${taken}`, garbage);
    }
  // A second life of the same event, from its own input.
  await world.call('POST', `${HOOK}/orchestrators/${ORCHESTRATION.lifecycle}/event-twin`, inputOfLife);
  for (const [entity, key, operations] of [
    ['agent', `${id}-mixer-original`, ['hear', 'want', 'tell', 'forget', 'nonsense', 'delete']],
    ['presenter', id, ['want', 'forget', 'nonsense', 'delete']],
    ['posted', id, ['post', 'forget', 'nonsense', 'delete']],
    ['eventIndex', 'all', ['put', 'nonsense', 'delete']],
    ['images', 'all', ['built', 'choose', 'pin', 'schedule', 'came', 'delete']],
    ['schedules', 'all', ['put', 'outcome', 'remove', 'delete']],
    ['learned', 'multilingual.standard_d4s_v5', ['learn', 'delete']],
  ] as const)
    for (const operation of operations)
      for (const garbage of withId())
        await world.call('POST', `${HOOK}/entities/${entity}/${key}?op=${operation}`, garbage);
  for (const garbage of withId())
    await world.call('POST', `${HOOK}/instances/event-demo/raiseEvent/inbox`, garbage ?? null);
  await world.pass(1800);
  expect(started.length).toBeGreaterThan(0);
  expect(await standing()).toEqual(before);
  const status = await world.call('GET', '/api/status/demo');
  expect(status.body).toMatchObject({ state: 'live', deploymentId: id, health: { state: 'healthy' } });
  expect((await world.call('GET', '/api/events')).body.events).toMatchObject([{ event: 'demo', state: 'live' }]);
  expect((await world.call('GET', '/api/status/twin')).status).toBe(404);
  for (const path of ['/api/events/demo/metrics', '/api/schedules', '/api/reaper', '/api/health?checks=true'])
    expect((await world.call('GET', path)).status, path).toBe(200);
  for (const path of ['plan', 'deploy'])
    expect((await world.call('POST', `/api/${path}`, { event: 'twin' })).status, path).toBeLessThan(300);
}, 240_000);

test('and it still ends as any other, with its own certificate', async () => {
  const { status, body } = await teardown(world, 'demo');
  expect(status).toBe(202);
  expect(await settled(world, String(body.operationId))).toMatchObject({ outcome: 'done' });
  const certificate = await world.call('GET', '/api/events/demo/certificate');
  expect(certificate.body).toMatchObject({ deploymentId: id, outcome: 'gone' });
  expect((await standing()).filter((resource) => resource.includes('-demo'))).toEqual([]);
}, 120_000);
