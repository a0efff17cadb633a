import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploy, leftovers, perHour, teardown } from './look.ts';
import { World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await World.create({ seed: 'starts-at', start: Date.parse('2026-11-21T22:00:00Z') });
});
afterAll(() => world.stop());

/** Deploys for three hours from now, and looks at it all the way. @returns seconds from its begin to `startsAt` */
async function ahead(event: string): Promise<number> {
  const startsAt = world.clock.now() + 3 * 3_600_000;
  const ttl = 1800;
  await deploy(world, event, { startsAt: new Date(startsAt).toISOString(), ttl: `${ttl}s` });
  await world.pass(2 * 3600);
  expect((await world.call('GET', `/api/status/${event}`)).body).toMatchObject({ state: 'scheduled', createdAt: null });
  expect(await leftovers(world)).toEqual([]);
  const live = await world.until(event, ['live'], 3600);
  expect(Date.parse(String(live.readyAt))).toBeLessThan(startsAt);
  expect(Date.parse(String(live.startsAt))).toBe(startsAt);
  const created = Date.parse(String(live.createdAt));
  expect(Date.parse(String(live.expiresAt))).toBe(created + ttl * 1000);
  expect(await perHour(world)).toBeGreaterThan(0);
  return (startsAt - created) / 1000;
}

describe('an event that is to be ready at a time', { timeout: 240_000 }, () => {
  it('costs nothing before, is live in time, and begins as early as was learned', async () => {
    const prior = await ahead('first');
    await world.until('first', ['gone'], 2 * 3600, 60);
    expect(await leftovers(world)).toEqual([]);
    for (const run of [1, 2, 3, 4]) {
      await deploy(world, `run-${run}`);
      await world.until(`run-${run}`, ['live'], 3600, 30);
      await teardown(world, `run-${run}`);
      await world.until(`run-${run}`, ['gone'], 3600, 30);
    }
    const learned = await ahead('second');
    const { body } = await world.call<{ readySeconds: { p95: number; source: string } }>('POST', '/api/plan', {
      event: 'third',
      languages: ['original'],
    });
    expect(body.readySeconds.source).toBe('learned');
    // The learned p95 and a tenth, and a minute; what is created comes within seconds of the begin.
    const lead = body.readySeconds.p95 * 1.1 + 60;
    expect(Math.abs(learned - lead)).toBeLessThan(15);
    expect(learned).not.toBe(prior);
  });
});
