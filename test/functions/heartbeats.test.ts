import { afterAll, beforeAll, expect, test } from 'vitest';
import { World } from '../system/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.create({ seed: 'heartbeats' });
  await world.call('POST', '/api/deploy', { event: 'demo', languages: ['original'], ttl: '6h' });
  await world.until('demo', ['live']);
}, 120_000);
afterAll(() => world.stop());

test.each([
  ['no type', undefined, (body: string) => body],
  ['plain text', 'text/plain', (body: string) => body],
  ['a form', 'application/x-www-form-urlencoded', (body: string) => body],
  ['a byte order mark', 'application/json; charset=utf-8', (body: string) => `\uFEFF${body}`],
  ['a field twice', 'application/json', (body: string) => body.replace('{', '{"scene":"a","scene":"b",')],
  [
    'depth',
    'application/json',
    (body: string) => body.replace('{', `{"sources":${'['.repeat(5000)}${']'.repeat(5000)},`),
  ],
  [
    'huge numbers',
    'application/json',
    (body: string) => body.replace('{', '{"reconnects":1e999,"droppedFrames":-1e308,'),
  ],
])('a heartbeat with %s is heard', async (_what, type, mangle) => {
  const { deploymentId } = (await world.call<{ deploymentId: string }>('GET', '/api/status/demo')).body;
  const body = mangle(JSON.stringify({ deploymentId, language: 'original', streaming: true }));
  const headers = {
    host: '127.0.0.1',
    ...(type && { 'content-type': type }),
    authorization: `Bearer ${await token(deploymentId)}`,
  };
  const sent = new TextEncoder().encode(body);
  const answer = await world.driven(
    world.host.fetch(
      new Request(new URL('/api/agents/heartbeat', world.host.origin), { method: 'POST', headers, body: sent }),
    ),
  );
  expect(answer.status, await answer.text()).toBe(200);
});

const token = async (deploymentId: string): Promise<string> => {
  const { body } = await world.clock.track(
    world.simulator.handle({
      method: 'GET',
      url: new URL(`https://mixers.vault.azure.net/secrets/${deploymentId}-agent?api-version=7.5`),
      headers: { authorization: 'Bearer test' },
    }),
  );
  return (body as { value: string }).value;
};

test('a mixer whose every heartbeat looks odd stays on air for hours, and is shown with what was clipped', async () => {
  const { deploymentId } = (await world.call<{ deploymentId: string }>('GET', '/api/status/demo')).body;
  const headers = { authorization: `Bearer ${await token(deploymentId)}` };
  await world.sim('PUT', '/_sim/faults', [
    { match: { type: 'Microsoft.Compute/virtualMachines', name: 'mixer-*' }, outcome: { kind: 'silent' } },
  ]);
  for (let beat = 0; beat < 120; beat++) {
    const body = {
      ...{ deploymentId, language: 'original', streaming: true, scene: 'S'.repeat(61 + beat * 2000) },
      ...{
        reconnects: -beat,
        droppedFrames: 2 ** 70,
        sources: { ['x'.repeat(900)]: { deep: [[[]]] } },
        later: 'field',
      },
    };
    expect((await world.call('POST', '/api/agents/heartbeat', body, headers)).status).toBe(200);
    await world.pass(10);
  }
  expect((await world.call('GET', '/api/status/demo')).body).toMatchObject({ state: 'live' });
  const metrics = await world.call<{ mixers: { warnings: { text: string }[] }[] }>('GET', '/api/events/demo/metrics');
  expect(metrics.body.mixers[0]?.warnings.map(({ text }) => text)).toEqual([
    expect.stringContaining('clipped or ignored: scene, sources'),
  ]);
});
