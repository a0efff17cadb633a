import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_SUBSCRIPTION } from '../../local/azure/simulator.ts';
import { START, World } from '../system/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.create({ seed: 'reaper' });
});
afterAll(() => world.stop());

const ours = (event: string, expires: number) => ({
  'managed-by': 'stream-control',
  purpose: 'streaming-event',
  auto_cleanup: 'true',
  expires: new Date(expires).toISOString(),
  event,
  deployment: `${event}-abc-12345678`,
});
const group = async (name: string, tags: Record<string, string>) => {
  const path = `/subscriptions/${DEFAULT_SUBSCRIPTION}/resourcegroups/${name}?api-version=2025-04-01`;
  const answer = await world.clock.track(
    world.simulator.handle({
      method: 'PUT',
      url: new URL(path, 'https://management.azure.com'),
      headers: { authorization: 'Bearer test', 'content-type': 'application/json' },
      body: JSON.stringify({ location: 'westeurope', tags }),
    }),
  );
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
};
const names = async () => {
  const all = await world.resources();
  return [...new Set(all.map(({ id }) => id.split('/')[4]))].sort();
};
interface Report {
  reaped: { group: string }[];
  kept: { group: string; reason: string }[];
  refused?: string;
}

test('orphans past their time go by themselves; near misses, held, foreign and living ones stay', async () => {
  await world.call('POST', '/api/deploy', { event: 'alive', languages: ['original'], ttl: '2h' });
  await world.until('alive', ['live']);
  const past = START - 60_000;
  await group('streaming-orphan-1', ours('orphan', past));
  const { purpose: _purpose, ...noPurpose } = ours('nopurpose', past);
  await group('streaming-nopurpose-1', noPurpose);
  await group('streaming-held-1', { ...ours('held', past), hold: 'true' });
  await group('streaming-odd-1', { ...ours('odd', past), expires: 'yesterday' });
  await group('streaming-later-1', ours('later', START + 86_400_000));
  await group('someone-elses', { owner: 'someone', purpose: 'streaming-event' });

  const dry = await world.call<Report>('GET', '/api/reaper');
  expect(dry.body.reaped.map(({ group: name }) => name)).toEqual(['streaming-orphan-1']);
  expect(dry.body.kept.map(({ group: name }) => name).sort()).toEqual([
    'streaming-held-1',
    'streaming-nopurpose-1',
    'streaming-odd-1',
  ]);
  expect(await names()).toContain('streaming-orphan-1');

  await world.pass(20 * 60);
  const left = await names();
  expect(left).not.toContain('streaming-orphan-1');
  expect(left).toEqual(
    expect.arrayContaining([
      'someone-elses',
      'streaming-held-1',
      'streaming-later-1',
      'streaming-nopurpose-1',
      'streaming-odd-1',
    ]),
  );
  expect((await world.call('GET', '/api/status/alive')).body.state).toBe('live');
});

test('too many at once: nothing goes, and it says so', async () => {
  for (let nth = 0; nth < 21; nth++) await group(`streaming-many${nth}-1`, ours(`many${nth}`, START - 60_000));
  const { body } = await world.call<Report>('POST', '/api/reaper', {});
  expect(body.refused).toContain('more than 20');
  expect(body.reaped).toEqual([]);
});
