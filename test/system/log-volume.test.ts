/** host.json's levels: what is said of every action is dropped, what somebody must read stays. */
import { afterEach, expect, test } from 'vitest';
import { teardown } from './look.ts';
import { World } from './world.ts';

const LANGUAGES = Array.from(
  { length: 50 },
  (_, index) => `lang${String.fromCharCode(97 + Math.floor(index / 26), 97 + (index % 26))}`,
);
let world: World;
afterEach(() => world.stop());

async function live(event: string, languages: string[]): Promise<void> {
  await world.call('POST', '/api/deploy', { event, languages, ttl: '4h' });
  await world.until(event, ['live'], 3 * 3600, 60);
}

test('fifty languages from deploy to gone: some hundred lines, each audit line and warning among them', {
  timeout: 240_000,
}, async () => {
  world = await World.create({ seed: 'volume', tracking: true });
  await live('babel', LANGUAGES);
  const read = ['/api/events/babel/credentials', '/api/events/babel/credentials'];
  for (const path of read) expect((await world.call('GET', path)).status).toBe(200);
  await teardown(world, 'babel');
  await world.until('babel', ['gone'], 3600, 60);
  expect(world.log.length).toBeLessThan(1000);
  const audit = world.log.filter((line) => line.includes(' audit: '));
  expect(audit).toEqual(
    read.map(() =>
      expect.stringMatching(/^warning Function\.api-events-credentials\.User audit: credentials of babel-/),
    ),
  );
  expect(world.log.filter((line) => /^(information|debug) Function\./.test(line))).toEqual([]);
});

test('without the level of Function, three languages alone say more', { timeout: 120_000 }, async () => {
  world = await World.create({
    seed: 'loud',
    tracking: true,
    settings: { AzureFunctionsJobHost__logging__logLevel__Function: 'Information' },
  });
  await live('loud', ['original', 'french', 'german']);
  const tracked = world.log.filter((line) => /^information Function\.\S+\.User .*State: /.test(line));
  expect(tracked.length).toBeGreaterThan(1000);
});
