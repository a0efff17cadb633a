import { afterAll, beforeAll, expect, test } from 'vitest';
import { deploy, leftovers, secretNames, settled, teardown } from './look.ts';
import { World } from './world.ts';

let world: World;
let id: string;
beforeAll(async () => {
  world = await World.create({ seed: 'keys' });
  id = await deploy(world, 'demo', { languages: ['original', 'french'], youtubeKeys: ['live-one', 'live-two'] });
  await world.until('demo', ['live']);
});
afterAll(() => world.stop());

/** Current values of the deployment's stream keys, by the names of their secrets. */
function keys(): Record<string, string> {
  const kept = (world.simulator.snapshot({ secrets: true }).state['vault-secrets'] ?? []) as [
    string,
    { name: string; deleted?: unknown; versions: { value: string }[] },
  ][];
  const ours = kept.filter(([, { name, deleted }]) => !deleted && name.startsWith(id) && name.includes('-stream-'));
  return Object.fromEntries(
    ours.map(([, { name, versions }]) => [name.slice(id.length), versions.at(-1)?.value ?? '']),
  );
}
const languages = (body: object) => world.call('POST', '/api/events/demo/languages', body);
const LIVE = { '-stream-original': 'live-one', '-stream-french': 'live-two' };

test('a change of languages that is refused touches no key that is live', async () => {
  expect(keys()).toEqual(LIVE);
  const { status, body } = await languages({ add: ['french'], youtubeKeys: { french: 'stolen' } });
  expect(status).toBe(202);
  expect(await settled(world, String(body.operationId))).toMatchObject({ outcome: 'refused' });
  await world.pass(5);
  // Nor is the key that came with it kept anywhere.
  expect(keys()).toEqual(LIVE);
  expect((await languages({ add: ['french', 'german'], youtubeKeys: { french: 'stolen' } })).status).toBe(400);
  expect(keys()).toEqual(LIVE);
});

test('a change of languages that fails keeps no key of what it did not bring', async () => {
  await world.sim('PUT', '/_sim/faults', [
    {
      match: { type: 'Microsoft.Compute/virtualMachines', name: 'mixer-italian*', operation: 'create' },
      outcome: { kind: 'error', status: 400, code: 'InvalidParameter', message: 'not today' },
    },
  ]);
  const { body } = await languages({ add: ['italian'], youtubeKeys: { italian: 'never-used' } });
  expect(await settled(world, String(body.operationId))).toMatchObject({ outcome: 'failed' });
  await world.sim('PUT', '/_sim/faults', []);
  await world.pass(5);
  expect(keys()).toEqual(LIVE);
});

test('of two that come at once, the keys are those of the one that is accepted', async () => {
  const both = await Promise.all(
    ['one', 'two'].map((key) => languages({ add: ['german'], youtubeKeys: { german: key } })),
  );
  const outcomes = await Promise.all(
    both.map(({ status, body }) =>
      status === 202 ? settled(world, String(body.operationId)) : { outcome: 'refused' },
    ),
  );
  const done = outcomes.findIndex(({ outcome }) => outcome === 'done');
  expect(outcomes.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
  await world.pass(5);
  expect(keys()).toEqual({ ...LIVE, '-stream-german': ['one', 'two'][done] });
});

/** What a mixer of any language says, with the token that all mixers of the deployment have. */
function beat(language: string) {
  const kept = world.simulator.snapshot({ secrets: true }).state['vault-secrets'] as [
    string,
    { name: string; versions: { value: string }[] },
  ][];
  const token = kept.find(([, { name }]) => name === `${id}-agent`)?.[1].versions.at(-1)?.value;
  const body = { deploymentId: id, language, streaming: true };
  return world.call('POST', '/api/agents/heartbeat', body, { authorization: `Bearer ${token}` });
}
const known = async (language: string) =>
  (await world.call('GET', `/durabletask/entities/agent/${id}-mixer-${language}`)).status;

test('a mixer of a language that does not exist is nobody, and nothing is kept of it', async () => {
  expect((await beat('french')).status).toBe(200);
  for (const language of ['klingon', 'elvish', 'french-x1', 'constructor'])
    expect((await beat(language)).status).toBe(404);
  await world.pass(30);
  expect(await known('french')).toBe(200);
  for (const language of ['klingon', 'elvish', 'french-x1', 'constructor']) expect(await known(language)).toBe(404);
});

test('a language that has left is told to stop, and does not come back by speaking', async () => {
  const { body } = await languages({ remove: ['german'] });
  expect(await settled(world, String(body.operationId))).toMatchObject({ outcome: 'done' });
  expect((await beat('german')).status).toBe(404);
  await world.pass(30);
  expect(await known('german')).toBe(404);
  expect(Object.keys(keys()).filter((name) => name.endsWith('-german') && !name.includes('-op-'))).toEqual([]);
});

test('an event on its way out takes no keys any more, and leaves none', async () => {
  await teardown(world, 'demo');
  await world.until('demo', ['tearing-down'], 60, 1);
  const before = secretNames(world, id);
  expect((await world.call('POST', '/api/events/demo/keys', { youtubeKeys: ['x', 'y'] })).status).toBe(409);
  expect((await world.call('POST', '/api/events/demo/streaming', { streaming: true })).status).toBe(409);
  expect(secretNames(world, id)).toEqual(before);
  await world.until('demo', ['gone']);
  expect(await leftovers(world)).toEqual([]);
});
