import { describe, expect, it } from 'vitest';
import { leftovers } from './look.ts';
import { World } from './world.ts';

const service = {
  name: 'matins',
  days: ['saturday', 'sunday'],
  at: '10:00',
  timeZone: 'Europe/Zurich',
  ahead: '2h',
  request: { event: 'matins', languages: ['original'], ttl: '30m' },
};

/** The change is in the night between the two occurrences: 10:00 in Zurich is another time in UTC on each. */
const CHANGES = [
  ['spring', '2027-03-27T06:30:00Z', ['2027-03-27T09:00:00.000Z', '2027-03-28T08:00:00.000Z']],
  ['autumn', '2026-10-24T05:30:00Z', ['2026-10-24T08:00:00.000Z', '2026-10-25T09:00:00.000Z']],
] as const;

describe('a service every week over the change of summer time', { timeout: 240_000 }, () => {
  it.each(CHANGES)('keeps its time on the wall in %s', async (season, start, occurrences) => {
    const world = await World.create({ seed: season, start: Date.parse(start) });
    try {
      expect((await world.call('POST', '/api/schedules', service)).status).toBe(201);
      for (const occurrence of occurrences) {
        const { body } = await world.call<{ schedules: { next: string }[] }>('GET', '/api/schedules');
        expect(body.schedules.map(({ next }) => next)).toEqual([occurrence]);
        const at = Date.parse(occurrence);
        await world.pass((at - 2 * 3_600_000 - 60_000 - world.clock.now()) / 1000);
        expect(await leftovers(world)).toEqual([]);
        expect((await world.call('GET', '/api/status/matins')).body.state).not.toBe('scheduled');
        // The scheduler looks every five minutes.
        const scheduled = await world.until('matins', ['scheduled'], 7 * 60, 10);
        expect(scheduled.startsAt).toBe(occurrence);
        const live = await world.until('matins', ['live'], 3 * 3600, 30);
        expect(Date.parse(String(live.readyAt))).toBeLessThanOrEqual(at);
        expect(at - Date.parse(String(live.createdAt))).toBeLessThan(3_600_000);
        await world.until('matins', ['gone'], 3 * 3600, 60);
        expect(await leftovers(world)).toEqual([]);
      }
    } finally {
      await world.stop();
    }
  });
});
