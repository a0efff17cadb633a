import { afterEach, expect, test } from 'vitest';
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

test('a lifecycle that breaks under a live event takes nothing off the air; only teardown or its time ends it', async () => {
  world = await World.create({ seed: 'broken' });
  const youtubeKeys = { original: 'key' };
  await world.call('POST', '/api/deploy', { event: 'demo', languages: ['original'], youtubeKeys, ttl: '6h' });
  const { deploymentId } = await world.until('demo', ['live']);
  await world.call('POST', '/durabletask/instances/event-demo/terminate?reason=broken');
  await world.until('demo', ['failed'], 60);
  expect(await heartbeat(String(deploymentId))).toBe(200);

  // People are told, and see it.
  await world.pass(60);
  const told = await world.instance(`${String(deploymentId)}-notify-0`);
  expect(told.input).toMatchObject({ kind: 'people-needed', text: expect.stringContaining('lifecycle broke') });
  const list = await world.call<{ events: unknown[] }>('GET', '/api/events');
  expect(list.body.events).toMatchObject([{ event: 'demo', state: 'failed' }]);

  // What does not remove must not remove.
  for (const [path, body] of [
    ['extend', { ttl: '7h' }],
    ['pause', {}],
    ['languages', { add: ['french'] }],
  ] as const) {
    const answer = await world.call('POST', `/api/events/demo/${path}`, body);
    expect(answer.status, answer.text).toBe(409);
  }
  await world.pass(2 * 3600);
  const standing = (await world.resources()).map(({ name }) => name);
  expect(standing).toEqual(expect.arrayContaining(['mixer-original-demo']));
  expect(await heartbeat(String(deploymentId))).toBe(200);

  const removed = await world.call('POST', '/api/teardown', { event: 'demo', confirm: true });
  expect(removed.status, removed.text).toBe(202);
  await world.pass(1800);
  expect(await world.resources()).toEqual([]);
  const { body } = await world.call('GET', `/api/operations/${String(removed.body.operationId)}`);
  expect(body).toMatchObject({ command: 'teardown', outcome: 'done' });
});

test('without a teardown the reaper removes it when its time is over', async () => {
  world = await World.create({ seed: 'broken-expired' });
  await world.call('POST', '/api/deploy', { event: 'demo', languages: ['original'], ttl: '1h' });
  await world.until('demo', ['live']);
  await world.call('POST', '/durabletask/instances/event-demo/terminate?reason=broken');
  await world.pass(2 * 3600);
  expect(await world.resources()).toEqual([]);
});
