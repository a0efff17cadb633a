import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arm, deploy, journal, leftovers, settled } from './look.ts';
import { START, World } from './world.ts';

const iso = (ms: number) => new Date(ms).toISOString();
/** Tags of a group of ours that has long expired, and that no lifecycle looks after. */
const ORPHAN = {
  'managed-by': 'stream-control',
  purpose: 'streaming-event',
  auto_cleanup: 'true',
  expires: iso(START - 7 * 86_400_000),
  event: 'ghost',
  deployment: 'ghost-mabc1234-a1b2c3d4',
};
const without = (name: string) => Object.fromEntries(Object.entries(ORPHAN).filter(([key]) => key !== name));
const NEAR_MISSES: Record<string, Record<string, string>> = {
  ...Object.fromEntries(Object.keys(ORPHAN).map((name) => [`no-${name}`, without(name)])),
  'expires-word': { ...ORPHAN, expires: 'yesterday' },
  'expires-local': { ...ORPHAN, expires: '2026-11-14 08:00' },
  'expires-epoch': { ...ORPHAN, expires: '1763107200' },
  held: { ...ORPHAN, hold: 'true' },
  foreign: { ...ORPHAN, 'managed-by': 'terraform' },
  'not-auto': { ...ORPHAN, auto_cleanup: 'false' },
  'other-purpose': { ...ORPHAN, purpose: 'archive' },
  'other-event': { ...ORPHAN, deployment: 'elsewhere-mabc1234-a1b2c3d4' },
  untagged: {},
};

/** Every one has a name that we give. */
const groupOf = (name: string): string =>
  name === 'orphan' ? 'streaming-ghost-1' : `streaming-ghost-${Object.keys(NEAR_MISSES).indexOf(name) + 2}`;

let world: World;
beforeAll(async () => {
  world = await World.create({ seed: 'ttl' });
  for (const [name, tags] of Object.entries({ ...NEAR_MISSES, orphan: ORPHAN }))
    expect(await arm(world, 'PUT', `resourcegroups/${groupOf(name)}`, { location: 'westeurope', tags })).toBe(201);
});
afterAll(() => world.stop());

const groups = async () => (await world.resources()).map(({ name }) => name);

describe('the time to live', { timeout: 240_000 }, () => {
  it('twice extended outlives its first end by alarm and reaper alike, warns, and ends at the last', async () => {
    await deploy(world, 'sermon', { ttl: '20m' });
    const live = await world.until('sermon', ['live']);
    const created = Date.parse(String(live.createdAt));
    expect(Date.parse(String(live.expiresAt))).toBe(created + 20 * 60_000);
    for (const ttl of ['40m', '100m']) {
      const { body } = await world.call('POST', '/api/events/sermon/extend', { ttl });
      expect(await settled(world, String(body.operationId))).toMatchObject({ outcome: 'done' });
    }
    // The reaper gives a running lifecycle an hour beyond the end it reads: the last look is later than that.
    for (const minutes of [21, 41, 99]) {
      await world.pass((created + minutes * 60_000 - world.clock.now()) / 1000);
      expect((await world.call('GET', '/api/status/sermon')).body).toMatchObject({ state: 'live' });
    }
    expect((await journal(world, 'sermon')).filter((line) => line.startsWith('expiring'))).toHaveLength(1);
    await world.pass((created + 100 * 60_000 - world.clock.now()) / 1000 + 20);
    expect((await world.call('GET', '/api/status/sermon')).body.state).toBe('tearing-down');
    await world.until('sermon', ['gone']);
  });

  it('is read by the reaper over a day: the orphan goes, no near miss ever does', async () => {
    await world.pass(86_400 - (world.clock.now() - START) / 1000);
    expect((await groups()).sort()).toEqual(
      Object.keys(NEAR_MISSES)
        .map((name) => groupOf(name))
        .sort(),
    );
    const { body } = await world.call('GET', '/api/reaper');
    expect(body).toMatchObject({ dryRun: true, reaped: [] });
    for (const name of Object.keys(NEAR_MISSES))
      expect(await arm(world, 'DELETE', `resourcegroups/${groupOf(name)}`)).toBe(202);
    await world.pass(600);
    expect(await leftovers(world)).toEqual([]);
  });
});
