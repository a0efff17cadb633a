import { afterEach, describe, expect, it, test } from 'vitest';
import type { Certificate } from '../../domain/certificate.ts';
import { deploy, isClose, leftovers, outcomeOf, secretNames, settled } from '../system/look.ts';
import { World } from '../system/world.ts';

let world: World;
afterEach(() => world.stop());

/** What an agent says that proves itself by the deployment's token. */
async function heartbeat(deploymentId: string): Promise<number> {
  const answer = await world.clock.track(
    world.simulator.handle({
      method: 'GET',
      url: new URL(`https://mixers.vault.azure.net/secrets/${deploymentId}-agent?api-version=7.5`),
      headers: { authorization: 'Bearer test' },
    }),
  );
  const { value } = answer.body as { value: string };
  const body = { deploymentId, language: 'original', streaming: true };
  return (await world.call('POST', '/api/agents/heartbeat', body, { authorization: `Bearer ${value}` })).status;
}

const instance = (verb: string) => world.call('POST', `/durabletask/instances/event-demo/${verb}?reason=broken`);
const request = { event: 'demo', languages: ['original'], ttl: '6h' };
const names = async () => (await world.resources()).map(({ name }) => name);
const listed = async (query = '') =>
  (await world.call<{ events: Record<string, unknown>[] }>('GET', `/api/events${query}`)).body.events;

/** A lifecycle broke: it is shown as that everywhere, at once, and nothing but a teardown is taken. */
async function isShownBroken(deploymentId: string): Promise<void> {
  const status = await world.call('GET', '/api/status/demo');
  expect(status.body).toMatchObject({ state: 'broken', deploymentId, health: { state: 'unknown' } });
  expect(await listed()).toMatchObject([{ event: 'demo', state: 'broken', deploymentId }]);
  expect(await listed('?state=broken')).toHaveLength(1);
  const one = await world.call('GET', `/api/deployment/${deploymentId}/status`);
  expect(one.body).toMatchObject({ state: 'broken', error: { code: 'LifecycleBroken' }, finishedAt: null });
  const health = await world.call<{ checks: { name: string }[] }>('GET', '/api/health?checks=true');
  expect(health.body.checks.find(({ name }) => name === 'events')).toMatchObject({
    outcome: 'fail',
    detail: expect.stringContaining('demo'),
    advice: expect.stringContaining('teardown'),
  });
  const again = await world.call('POST', '/api/deploy', request);
  expect(again.status, again.text).toBe(409);
  expect(again.body).toMatchObject({ state: 'broken', detail: expect.stringContaining('tear it down') });
  const certificate = await world.call('GET', '/api/events/demo/certificate');
  expect(certificate.status).toBe(409);
  expect(await outcomeOf(world, `${deploymentId}-op-teardown`)).not.toMatchObject({ outcome: 'done' });
}

/** Dollars: a lifecycle whose past is lost, or makes each that hears it fail, has its cost guessed from what was shown or planned. */
const GUESSED = 0.01;

/** A teardown of what broke: done only when nothing stands, with a certificate that names what stood and what it cost. */
async function isTornDown(deploymentId: string, stood: readonly string[], least = 0.001): Promise<void> {
  const preview = await world.call('POST', '/api/teardown', { event: 'demo' });
  expect(preview.body).toMatchObject({ state: 'broken' });
  const removed = await world.call('POST', '/api/teardown', { event: 'demo', confirm: true });
  expect(removed.status, removed.text).toBe(202);
  expect(removed.body).toMatchObject({ deploymentId, operationId: `${deploymentId}-op-teardown` });
  const repeated = await world.call('POST', '/api/teardown', { event: 'demo', confirm: true });
  expect(repeated.status, repeated.text).toBe(202);
  expect(await settled(world, String(removed.body.operationId))).toMatchObject({ outcome: 'done' });
  // Done is said only when nothing stands.
  expect(await leftovers(world)).toEqual([]);
  const { body } = await world.call<Certificate & Record<string, unknown>>('GET', '/api/events/demo/certificate');
  expect(body).toMatchObject({ deploymentId, outcome: 'gone', verification: { resourcesLeft: 0, secretsLeft: 0 } });
  expect(body.resources.map(({ name }) => name)).toEqual(expect.arrayContaining([...stood]));
  const { cost } = (await world.sim('GET', '/_sim/meter')) as { cost: number };
  isClose(body.cost.total, cost, 'certificate', least);
  expect((await world.call('GET', '/api/status/demo')).body).toMatchObject({ state: 'gone' });
  expect(await listed()).toEqual([]);
  const next = await world.call('POST', '/api/deploy', request);
  expect(next.status, next.text).toBe(202);
}

describe('a lifecycle that breaks when its deployment has failed and was kept', () => {
  test('has its cost counted once', async () => {
    const match = { type: 'Microsoft.Compute/virtualMachines', operation: 'create' };
    const faults = [{ match, outcome: { kind: 'error', status: 403, code: 'AuthorizationFailed' } }];
    world = await World.create({ seed: 'broken-kept', faults });
    const id = await deploy(world, 'demo', { ...request, keepOnFailure: true });
    await world.until('demo', ['failed']);
    await world.pass(600);
    await instance('terminate');
    await world.pass(600);
    await isTornDown(id, ['relay-demo-westeurope']);
  }, 120_000);
});

describe('a lifecycle that breaks under a live event', { timeout: 240_000 }, () => {
  test('by termination takes nothing off the air; teardown or its time ends it', async () => {
    world = await World.create({ seed: 'broken' });
    const id = await deploy(world, 'demo', { ...request, youtubeKeys: { original: 'key' } });
    await world.until('demo', ['live']);
    await instance('terminate');
    await isShownBroken(id);
    expect(await heartbeat(id)).toBe(200);
    const { body } = await world.call('GET', '/api/status/demo');
    expect(body.connection).toMatchObject({ srtUrl: expect.stringContaining('srt://') });

    // People are told, once.
    await world.pass(120);
    const { body: all } = await world.call<Record<string, unknown>>('GET', '/durabletask/instances?showInput=true');
    const told = (all as unknown as { instanceId: string; input: unknown }[]).filter(({ instanceId }) =>
      instanceId.includes('-broken-'),
    );
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told)).toContain('lifecycle broke');

    // What does not remove must not remove.
    for (const [path, asked] of [
      ['extend', { ttl: '7h' }],
      ['pause', {}],
      ['languages', { add: ['french'] }],
    ] as const) {
      const answer = await world.call('POST', `/api/events/demo/${path}`, asked);
      expect(answer.status, answer.text).toBe(409);
      expect(answer.body).toMatchObject({ state: 'broken' });
    }
    await world.pass(1800);
    expect(await names()).toEqual(expect.arrayContaining(['mixer-original-demo']));
    expect(await heartbeat(id)).toBe(200);
    await isTornDown(id, ['mixer-original-demo', 'streaming-vnet', 'relay-demo-westeurope']);
  });

  test('and is purged, is known by what it was accepted with', async () => {
    world = await World.create({ seed: 'purged' });
    const id = await deploy(world, 'demo', request);
    await world.until('demo', ['live']);
    await instance('terminate');
    await world.pass(1);
    expect((await world.call('DELETE', '/durabletask/instances/event-demo')).status).toBe(200);
    await isShownBroken(id);
    await world.pass(60);
    expect(await listed()).toMatchObject([{ event: 'demo', state: 'broken' }]);
    expect(await heartbeat(id)).toBe(200);
    await isTornDown(id, ['mixer-original-demo', 'streaming-vnet'], GUESSED);
  });

  test('is ended when its time is over, with a certificate', async () => {
    world = await World.create({ seed: 'broken-expired' });
    const id = await deploy(world, 'demo', { ...request, ttl: '1h' });
    const { expiresAt } = await world.until('demo', ['live']);
    await instance('terminate');
    await world.pass((Date.parse(String(expiresAt)) - world.clock.now()) / 1000 - 60);
    expect(await names()).toEqual(expect.arrayContaining(['mixer-original-demo']));
    await world.until('demo', ['gone'], 1200);
    expect(await leftovers(world)).toEqual([]);
    const { body } = await world.call('GET', '/api/events/demo/certificate');
    expect(body).toMatchObject({ deploymentId: id, outcome: 'gone', reason: 'the time to live ended' });
    const { cost } = (await world.sim('GET', '/_sim/meter')) as { cost: number };
    isClose((body as unknown as Certificate).cost.total, cost, 'certificate');
  });
});

describe('a lifecycle that breaks while something is under way that goes on without it', { timeout: 240_000 }, () => {
  const command = async (path: string, body: object) => {
    const { status, text } = await world.call('POST', path, body);
    expect(status, text).toBe(202);
  };
  it.each([
    ['pauses', () => command('/api/events/demo/pause', {}), 5],
    [
      'resumes',
      async () => {
        await command('/api/events/demo/pause', {});
        await world.until('demo', ['paused']);
        await world.pass(1800);
        await command('/api/events/demo/resume', {});
      },
      5,
    ],
    ['adds a language', () => command('/api/events/demo/languages', { add: ['french'] }), 30],
    ['removes a language', () => command('/api/events/demo/languages', { remove: ['original'] }), 5],
    ['tears down', () => command('/api/teardown', { event: 'demo', confirm: true }), 20],
  ])('counts what it comes to: it %s', async (what, begin, seconds) => {
    world = await World.create({ seed: `broken-as-it-${what}` });
    const id = await deploy(world, 'demo', { ...request, languages: ['original', 'spanish'] });
    await world.until('demo', ['live']);
    await world.pass(600);
    await begin();
    await world.pass(seconds);
    await instance('terminate');
    await world.pass(3600);
    await isShownBroken(id);
    await isTornDown(id, ['relay-demo-westeurope']);
  });
});

describe('a lifecycle that breaks at other times', { timeout: 240_000 }, () => {
  test('before its first turn, or while it looks: the keys go too', async () => {
    world = await World.create({ seed: 'broken-early' });
    const id = await deploy(world, 'demo', { ...request, youtubeKeys: { original: 'key' } });
    await instance('terminate');
    await world.pass(1);
    expect(secretNames(world, id)).not.toEqual([]);
    await isShownBroken(id);
    await isTornDown(id, []);
  });

  test('while a machine is being made: nothing is left behind', async () => {
    world = await World.create({ seed: 'broken-making' });
    const id = await deploy(world, 'demo', request);
    await world.until('demo', ['provisioning']);
    while (!(await names()).includes('mixer-original-demo')) await world.pass(1);
    await instance('terminate');
    await world.pass(2);
    await isShownBroken(id);
    await isTornDown(id, ['streaming-vnet']);
    await world.pass(1800);
    await world.until('demo', ['live']);
  });

  test('while it is being removed: a teardown takes it up', async () => {
    world = await World.create({ seed: 'broken-removing' });
    const id = await deploy(world, 'demo', request);
    await world.until('demo', ['live']);
    await world.call('POST', '/api/teardown', { event: 'demo', confirm: true });
    await world.pass(20);
    await instance('terminate');
    await world.pass(1);
    await isShownBroken(id);
    expect(await settled(world, `${id}-op-teardown`)).toMatchObject({ outcome: 'failed' });
    await isTornDown(id, []);
  });

  test('as failed: it is taken up three times and no more, people are told twice, and a teardown ends it', async () => {
    world = await World.create({ seed: 'broken-failed' });
    const id = await deploy(world, 'demo', request);
    await world.until('demo', ['live']);
    const { input } = await world.instance<Record<string, unknown>>('event-demo');
    await instance('terminate');
    await world.pass(1);
    // A reducer that this build has not: it fails in its first turn, before any status, and always will.
    const start = '/durabletask/orchestrators/lifecycle/event-demo';
    expect((await world.call('POST', start, { ...input, version: 99 })).status).toBe(202);
    await world.pass(1);
    await isShownBroken(id);
    await world.pass(300);
    await isShownBroken(id);
    const { body } = await world.call('GET', '/durabletask/instances?showInput=true');
    const all = body as unknown as { instanceId: string; input: { text: string } }[];
    const told = all.filter(({ instanceId }) => instanceId.startsWith(`${id}-broken-`)).map((one) => one.input.text);
    expect(told.sort()).toEqual([
      expect.stringContaining('it is taken up again'),
      expect.stringContaining('taking it up again did not help'),
    ]);
    await isTornDown(id, ['mixer-original-demo', 'streaming-vnet'], GUESSED);
  });

  test('and twice: the lifecycle that took over may break as well', async () => {
    world = await World.create({ seed: 'broken-twice' });
    const id = await deploy(world, 'demo', request);
    await world.until('demo', ['live']);
    await instance('terminate');
    await world.call('POST', '/api/teardown', { event: 'demo', confirm: true });
    await world.until('demo', ['tearing-down']);
    await world.pass(10);
    await instance('terminate');
    await world.pass(1);
    await isShownBroken(id);
    await isTornDown(id, []);
  });
});
