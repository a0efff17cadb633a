/** What is told at once is written down once, however often a page asks the same because it had no answer. */
import { afterEach, expect, test } from 'vitest';
import { World } from '../system/world.ts';

let world: World;
afterEach(() => world.stop());

test('the same command under one Idempotency-Key is one line of the journal; under another one it is another', async () => {
  world = await World.create({ seed: 'notes' });
  await world.call('POST', '/api/deploy', { event: 'demo', languages: ['original'] });
  await world.until('demo', ['live']);
  await world.pass(10);
  const told = (key: string) =>
    world.call('POST', '/api/events/demo/source', { active: 'backup' }, { 'idempotency-key': key });
  for (const key of ['one', 'one', 'two']) {
    expect((await told(key)).status).toBe(200);
    // A relay takes each proof once, and its time is a part of it.
    await world.pass(1);
  }
  await world.pass(5);
  const { body } = await world.call<{ entries: { code: string; text: string }[] }>('GET', '/api/events/demo/journal');
  expect(body.entries.filter(({ text }) => text.startsWith('source backup'))).toHaveLength(2);
});
