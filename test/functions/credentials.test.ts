import { afterEach, expect, test } from 'vitest';
import { journal } from '../system/look.ts';
import { World } from '../system/world.ts';

let world: World;
afterEach(() => world.stop());

test('who reads credentials stands in the journal: which, when, and never what', async () => {
  world = await World.create({ seed: 'credentials' });
  await world.call('POST', '/api/deploy', { event: 'demo', languages: ['original', 'french'] });
  await world.until('demo', ['live']);
  for (const _twice of [1, 2]) expect((await world.call('GET', '/api/events/demo/credentials')).status).toBe(200);
  await world.pass(1);
  const read = (await journal(world, 'demo')).filter((line) => line.startsWith('credentials '));
  expect(read).toEqual(Array(2).fill('credentials programme, slides, original, french read by local'));
});
