import { afterEach, expect, test } from 'vitest';
import { deploy, teardown } from '../system/look.ts';
import { World } from '../system/world.ts';

let world: World;
afterEach(() => world.stop());

const listed = async () =>
  (await world.call<{ events: { event: string }[] }>('GET', '/api/events')).body.events.map(({ event }) => event);
const schedules = async () =>
  (await world.call<{ schedules: { name: string; at: string }[] }>('GET', '/api/schedules')).body.schedules;

test('what was accepted is shown to whoever asks next', async () => {
  world = await World.create({ seed: 'after-write' });
  await deploy(world, 'now');
  expect(await listed()).toEqual(['now']);
  await deploy(world, 'later', { startsAt: new Date(world.clock.now() + 86_400_000).toISOString() });
  expect(await listed()).toEqual(['later', 'now']);
  const schedule = { name: 'weekly', days: ['sunday'], at: '10:00', timeZone: 'UTC', request: { event: 'weekly' } };
  for (const at of ['10:00', '11:30', '09:15']) {
    expect((await world.call('POST', '/api/schedules', { ...schedule, at })).status).toBeLessThan(300);
    expect(await schedules()).toMatchObject([{ name: 'weekly', at }]);
  }
  expect((await world.call('DELETE', '/api/schedules/weekly')).status).toBe(200);
  expect(await schedules()).toEqual([]);
}, 120_000);

test('a door that meets an event just ending waits for the end', async () => {
  world = await World.create({ seed: 'ending' });
  await deploy(world, 'ends');
  await world.until('ends', ['live']);
  await teardown(world, 'ends');
  // The very first moment at which it says so.
  await world.until('ends', ['gone'], 3600, 0.05);
  expect((await world.call('GET', '/api/events/ends/certificate')).status).toBe(200);
  const again = await world.call('POST', '/api/deploy', { event: 'ends', languages: ['original'] });
  expect(again.status, again.text).toBe(202);
}, 120_000);
