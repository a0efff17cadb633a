/** The training ground: what is broken by name, and what the status then shows. */
import { afterEach, expect, test } from 'vitest';
import type { EventStatus } from '../../contract/api/event.ts';
import { World } from '../system/world.ts';

let world: World;
afterEach(() => world.stop());

test('the main presenter goes: the backup is on air, and the main one comes back by itself', async () => {
  world = await World.create({ seed: 'training' });
  await world.call('POST', '/api/deploy', { event: 'demo', languages: ['original'] });
  await world.until('demo', ['live']);
  const presenters = async () => (await world.call<EventStatus>('GET', '/api/status/demo')).body.presenters;
  await world.pass(10);
  expect(await presenters()).toMatchObject({ onAir: 'main', main: { connected: true } });
  const told = await world.call('POST', '/api/training', { exercise: 'presenter-gone', event: 'demo' });
  expect(told).toMatchObject({ status: 200, body: { running: [{ exercise: 'presenter-gone', event: 'demo' }] } });
  await world.pass(5);
  expect(await presenters()).toMatchObject({
    ...{ onAir: 'backup', wanted: 'auto' },
    ...{ main: { connected: false, bitrate: 0 }, backup: { connected: true } },
  });
  await world.pass(130);
  expect(await presenters()).toMatchObject({ onAir: 'main', main: { connected: true } });
});
