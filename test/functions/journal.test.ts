/** What is done to an event stands in its journal, whichever door it came through. */
import { afterEach, expect, test } from 'vitest';
import { arm, deploy, journal, outcomeOf, settled, teardown } from '../system/look.ts';
import { World } from '../system/world.ts';

let world: World;
afterEach(() => world.stop());

/** Every door that acts on an event, what it is sent, and how the journal tells of it; in an order in which all are taken. */
const TOLD: Readonly<Record<string, { body?: unknown; query?: string; line: RegExp }>> = {
  credentials: { query: '?language=french', line: /^credentials french read by local$/ },
  streaming: {
    body: { streaming: true, languages: ['french'] },
    line: /^command streaming on french by local$/,
  },
  keys: { body: { youtubeKeys: { french: 'k-9' } }, line: /^command keys french by local$/ },
  source: { body: { active: 'backup' }, line: /^command source backup by local$/ },
  // Not of an event that is no stream server (test/system/stream-server.test.ts).
  access: { body: { name: 'anna', role: 'publish', paths: ['stage'] }, line: /^command access/ },
  'access/withdraw': { body: { name: 'anna' }, line: /^command access withdraw/ },
  extend: { body: { ttl: '30h' }, line: /^command extend to 30h by local$/ },
  remediate: { body: { component: 'relay' }, line: /^command remediate relay by local$/ },
  relay: {
    body: { image: 'streamcontrol.azurecr.io/relay:1' },
    line: /^command replace relay by .* by local$/,
  },
  scale: { body: { component: 'mixer', count: 1 }, line: /^command scale mixer to 1 by local$/ },
  languages: { body: { remove: ['french'] }, line: /^command languages -french by local$/ },
  pause: { body: {}, line: /^command pause by local$/ },
  resume: { body: {}, line: /^command resume by local$/ },
  // Refused while it is well, by the door itself: nothing is done, and nothing is written down.
  relocate: { body: {}, line: /^command/ },
};

/** Names in TOLD of all doors that act on one event, as the API itself lists them. */
async function acting(): Promise<string[]> {
  const { body } = await world.call<{ paths: Record<string, Record<string, unknown>> }>('GET', '/api/openapi.json');
  return Object.entries(body.paths).flatMap(([path, methods]) => {
    const verb = /^\/api\/events\/\{event\}\/(.+)$/.exec(path)?.[1];
    // Reading secrets leaves a trace too, though it is a GET.
    const acts = Object.keys(methods).some((method) => method !== 'get') || verb === 'credentials';
    return verb && acts ? [verb] : [];
  });
}

test('every command that changes an event is in its journal, with who gave it', async () => {
  world = await World.create({ seed: 'journal' });
  expect(Object.keys(TOLD).sort(), 'a new door needs its line here').toEqual((await acting()).sort());
  await deploy(world, 'demo', { languages: ['original', 'french'], youtubeKeys: { original: 'k-1', french: 'k-2' } });
  await world.until('demo', ['live']);
  for (const [name, { body, query = '', line }] of Object.entries(TOLD)) {
    const method = body === undefined ? 'GET' : 'POST';
    const { status, text, body: answer } = await world.call(method, `/api/events/demo/${name}${query}`, body);
    expect([200, 202, 409], `${name}: ${text}`).toContain(status);
    if (status === 202) await settled(world, String(answer.operationId));
    await world.pass(5);
    if (status !== 409)
      expect(
        (await journal(world, 'demo')).filter((each) => line.test(each)),
        name,
      ).toHaveLength(1);
  }
  await teardown(world, 'demo');
  await world.until('demo', ['gone']);
  expect((await journal(world, 'demo')).join('\n')).toMatch(/command teardown by local/);
}, 120_000);

test('credentials of one language: nothing else is read, and nothing else is recorded', async () => {
  world = await World.create({ seed: 'one-language' });
  const id = await deploy(world, 'demo', { languages: ['original', 'french'] });
  await world.until('demo', ['live']);
  const reads = async () =>
    ((await world.sim('GET', '/_sim/requests')) as { requests: { method: string; path: string }[] }).requests.filter(
      ({ method, path }) => method === 'GET' && path.includes('/secrets/'),
    );
  const before = (await reads()).length;
  const { status, body } = await world.call('GET', '/api/events/demo/credentials?language=french');
  expect(status).toBe(200);
  expect(body).toMatchObject({ event: 'demo', mixers: [{ language: 'french', password: expect.stringMatching(/./) }] });
  expect(Object.keys(body).sort()).toEqual(['deploymentId', 'event', 'mixers']);
  expect((await reads()).slice(before).map(({ path }) => path.split('/')[2])).toEqual([`${id}-windows-french`]);
  const foreign = await world.call('GET', '/api/events/demo/credentials?language=fr');
  expect(foreign).toMatchObject({ status: 400, text: expect.stringContaining('did you mean french?') });
  expect((await world.call('GET', '/api/events/demo/credentials?language=FR')).status).toBe(400);
  await world.pass(1);
  const read = (await journal(world, 'demo')).filter((line) => line.startsWith('credentials '));
  expect(read).toEqual(['credentials french read by local']);
}, 120_000);

test('a teardown that failed is tried again when it is repeated, and answers nothing old', async () => {
  world = await World.create({ seed: 'again' });
  await deploy(world, 'demo');
  const { resourceGroup } = await world.until('demo', ['live']);
  const lock = `resourceGroups/${resourceGroup}/providers/Microsoft.Authorization/locks/keep`;
  await arm(world, 'PUT', lock, { properties: { level: 'CanNotDelete' } }, '2020-05-01');
  const { body } = await teardown(world, 'demo');
  const id = String(body.operationId);
  expect(await settled(world, id)).toMatchObject({ outcome: 'failed' });
  await arm(world, 'DELETE', lock, undefined, '2020-05-01');
  expect(await teardown(world, 'demo')).toMatchObject({ status: 202, body: { operationId: id } });
  // Well before it would have been tried again by itself.
  expect((await outcomeOf(world, id)).outcome).toBe('accepted');
  await world.until('demo', ['gone'], 500);
  expect(await settled(world, id)).toMatchObject({ outcome: 'done' });
  expect((await journal(world, 'demo')).filter((line) => /^command teardown( again)? by/.test(line))).toHaveLength(2);
}, 120_000);

test('a plan keeps its hash when keys are added', async () => {
  world = await World.create({ seed: 'plan-hash' });
  const request = { event: 'demo', languages: ['original'] };
  const { body: plan } = await world.call('POST', '/api/plan', request);
  const { body: again } = await world.call('POST', '/api/plan', { ...request, youtubeKeys: { original: 'k-1' } });
  expect(again.hash).toBe(plan.hash);
  const deployed = await world.call('POST', '/api/deploy', { ...request, youtubeKeys: ['k-1'], planHash: plan.hash });
  expect(deployed.status, deployed.text).toBe(202);
  const other = { ...request, event: 'other', planHash: plan.hash };
  expect((await world.call('POST', '/api/deploy', other)).status).toBe(409);
}, 60_000);
