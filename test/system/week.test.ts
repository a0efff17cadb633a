import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leftovers, perHour } from './look.ts';
import { World } from './world.ts';

let world: World;
beforeAll(async () => {
  // The sweep looks every 20 s after what is silent; nothing is in this world, and a week of looks takes its time.
  world = await World.create({ seed: 'week', settings: { 'AzureWebJobs.sweep.Disabled': 'true' } });
});
afterAll(() => world.stop());

const HOUR = 3600;
const service = {
  name: 'evensong',
  days: ['sunday'],
  at: '17:00',
  timeZone: 'Europe/London',
  ahead: '2h',
  request: { event: 'evensong', languages: ['original'], ttl: '1h' },
};

describe('a week', { timeout: 240_000 }, () => {
  it('has one service and costs nothing in between', async () => {
    expect((await world.call('POST', '/api/schedules', service)).status).toBe(201);
    // Saturday 08:00 until Sunday 14:30: nothing stands.
    await world.pass(30.5 * HOUR);
    expect(await leftovers(world)).toEqual([]);
    const live = await world.until('evensong', ['live'], 3 * HOUR, 60);
    expect(Date.parse(String(live.readyAt))).toBeLessThanOrEqual(Date.parse('2026-11-22T17:00:00Z'));
    expect(await perHour(world)).toBeGreaterThan(0);
    await world.until('evensong', ['gone'], 3 * HOUR, 60);
    expect(await leftovers(world)).toEqual([]);
    const spent = ((await world.sim('GET', '/_sim/meter')) as { cost: number }).cost;
    expect(spent).toBeGreaterThan(0);

    // Until the next Sunday 14:00.
    await world.pass((Date.parse('2026-11-29T14:00:00Z') - world.clock.now()) / 1000);
    expect(await leftovers(world)).toEqual([]);
    expect(((await world.sim('GET', '/_sim/meter')) as { cost: number }).cost).toBe(spent);
    await world.until('evensong', ['live'], 4 * HOUR, 60);
    const { body } = await world.call<{ events: { event: string }[] }>('GET', '/api/events?past=true');
    expect(body.events.filter(({ event }) => event === 'evensong')).toHaveLength(1);
    await world.call('POST', '/api/teardown', { event: 'evensong', confirm: true });
    await world.until('evensong', ['gone']);
    expect(await leftovers(world)).toEqual([]);
  });
});
