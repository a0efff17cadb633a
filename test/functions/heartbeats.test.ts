import { afterAll, beforeAll, expect, test } from 'vitest';
import { World } from '../system/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.create({ seed: 'heartbeats' });
  await world.call('POST', '/api/deploy', { event: 'demo', languages: ['original'], ttl: '6h' });
  await world.until('demo', ['live']);
}, 120_000);
afterAll(() => world.stop());

test('a mixer whose every heartbeat looks odd stays on air for hours, and is shown with what was clipped', async () => {
  const { deploymentId } = (await world.call<{ deploymentId: string }>('GET', '/api/status/demo')).body;
  const vault = await world.clock.track(
    world.simulator.handle({
      method: 'GET',
      url: new URL(`https://mixers.vault.azure.net/secrets/${deploymentId}-agent?api-version=7.5`),
      headers: { authorization: 'Bearer test' },
    }),
  );
  const headers = { authorization: `Bearer ${(vault.body as { value: string }).value}` };
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
