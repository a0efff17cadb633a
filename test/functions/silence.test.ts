import { afterEach, expect, test } from 'vitest';
import { World } from '../system/world.ts';

let world: World;
afterEach(() => world.stop());

const silent = (name: string) => ({
  match: { type: 'Microsoft.Compute/virtualMachines', name },
  outcome: { kind: 'silent' },
});

test('a mixer that falls silent is noticed by the sweep, and its next word brings the event back', async () => {
  world = await World.create({ seed: 'silence' });
  await world.call('POST', '/api/deploy', { event: 'demo', languages: ['original', 'french'], ttl: '4h' });
  await world.until('demo', ['live']);
  await world.sim('PUT', '/_sim/faults', [silent('*french*')]);
  const degraded = await world.until('demo', ['degraded'], 120);
  expect(degraded).toMatchObject({
    health: { state: 'degraded', reasons: [expect.stringContaining('mixer-french: no heartbeat since')] },
    connection: {
      mixers: [
        { language: 'original', health: 'healthy' },
        { language: 'french', health: 'unhealthy' },
      ],
    },
  });
  await world.sim('DELETE', '/_sim/faults');
  const live = await world.until('demo', ['live'], 900);
  expect(live).toMatchObject({ health: { state: 'healthy', reasons: [] } });
  const journal = await world.call<{ entries: { code: string }[] }>('GET', '/api/events/demo/journal');
  const codes = journal.body.entries.map(({ code }) => code);
  // Word is sent on difference only: silence and return are one entry each, however many sweeps looked.
  expect(codes.filter((code) => code === 'unhealthy')).toHaveLength(1);
  expect(codes.filter((code) => code === 'healthy')).toHaveLength(1);
});

test('streaming is switched per language and a new key is read again', async () => {
  world = await World.create({ seed: 'streaming' });
  const youtubeKeys = { original: 'k1', french: 'k2' };
  await world.call('POST', '/api/deploy', { event: 'demo', languages: ['original', 'french'], youtubeKeys });
  await world.until('demo', ['live']);
  type Metrics = {
    mixers: { language: string; streaming: boolean; desired: { rereadId?: string } }[];
    relay: { healthy: boolean };
  };
  const metrics = async () => (await world.call<Metrics>('GET', '/api/events/demo/metrics')).body;
  await world.pass(30);
  expect(await metrics()).toMatchObject({
    relay: { healthy: true },
    mixers: [{ streaming: true }, { streaming: true }],
  });
  const path = '/api/events/demo/streaming';
  expect((await world.call('POST', path, { streaming: false, languages: ['german'] })).status).toBe(400);
  expect((await world.call('POST', path, { streaming: false, languages: ['french'] })).status).toBe(200);
  await world.pass(30);
  expect((await metrics()).mixers).toMatchObject([{ streaming: true }, { language: 'french', streaming: false }]);
  const rotated = await world.call('POST', '/api/events/demo/keys', { youtubeKeys: { french: 'k3' } });
  expect(rotated.body).toEqual({ event: 'demo', languages: ['french'] });
  await world.pass(1);
  expect((await metrics()).mixers[1]?.desired.rereadId).toMatch(/^[0-9a-f]{16}$/);
});
