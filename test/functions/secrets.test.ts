import { afterEach, expect, test } from 'vitest';
import { secretNames } from '../system/look.ts';
import { START, World } from '../system/world.ts';

let world: World;
afterEach(() => world.stop());

const DAY = 86_400_000;

/** When a secret expires, by the vault's own account; milliseconds since the Unix epoch. */
async function expiry(vault: string, name: string): Promise<number> {
  const { body } = await world.simulator.handle({
    method: 'GET',
    url: new URL(`https://${vault}.vault.azure.net/secrets/${name}?api-version=7.5`),
    headers: { 'x-sim-host': `${vault}.vault.azure.net`, authorization: 'Bearer x' },
  });
  return (body as { attributes: { exp: number } }).attributes.exp * 1000;
}

test('secrets of an event that begins in a month outlive it, extended as far as it goes', async () => {
  world = await World.create({ seed: 'secrets' });
  const startsAt = START + 30 * DAY;
  const request = { event: 'demo', languages: ['original'], youtubeKeys: { original: 'key' } };
  const { body } = await world.call<{ deploymentId: string }>('POST', '/api/deploy', {
    ...request,
    startsAt: new Date(startsAt).toISOString(),
  });
  const { deploymentId } = body;
  // Until its lifecycle takes it the key has a name of its request.
  const [key = ''] = secretNames(world, deploymentId).filter((name) => name.endsWith('-stream-original'));
  expect(await expiry('mixers', key)).toBeGreaterThanOrEqual(startsAt + 7 * DAY);
  await world.until('demo', ['scheduled']);
  // A month of timers that find nothing to do would take a minute of the test.
  await world.host.stop();
  const before = startsAt - 2 * 3_600_000;
  world.clock.at(before, () => {});
  await world.clock.drive(() => false, before);
  await world.startHost();
  await world.until('demo', ['live'], 10_800, 30);
  const extended = await world.call('POST', '/api/events/demo/extend', { ttl: '7d' });
  expect(extended.status, extended.text).toBe(202);
  await world.pass(30);
  const { expiresAt } = (await world.call('GET', '/api/status/demo')).body;
  const end = Date.parse(String(expiresAt));
  expect(end).toBeGreaterThan(startsAt + 6 * DAY);
  const names = secretNames(world, deploymentId);
  expect(names).toHaveLength(6);
  for (const name of names) {
    const vault = /-(stream-original|egress|agent)$/.test(name) ? 'mixers' : 'control';
    expect(await expiry(vault, name), name).toBeGreaterThan(end);
  }
});
