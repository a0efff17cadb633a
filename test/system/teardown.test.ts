import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createdTwice, deploy, leftovers, settled, teardown } from './look.ts';
import { World } from './world.ts';

/** A deployment of one language takes about so long in this world, seconds. */
const WHOLE = 600;
/** Seconds: the network is made within the first half minute, so the beginning is looked at more closely. */
const EARLY = [0.5, 1, 2, 3, 4.5, 6, 8, 11, 15, 20];
const TWENTIETHS = Array.from({ length: 20 }, (_, index) => (WHOLE * 5 * index) / 100);
const MOMENTS = [...EARLY, ...TWENTIETHS]
  .sort((a, b) => a - b)
  .map((at, index) => ({ event: `e-${String(index).padStart(2, '0')}`, at }));

let world: World;
beforeAll(async () => {
  world = await World.create({ seed: 'teardown' });
});
afterAll(() => world.stop());

describe('a teardown at any moment', { timeout: 300_000 }, () => {
  it('ends gone and empty at every twentieth of a deployment, and nothing comes back', async () => {
    const begun = world.clock.now();
    for (const { event } of MOMENTS) await deploy(world, event, { languages: ['original'], ttl: '6h' });
    const states = new Set<unknown>();
    const sizes = new Set<number>();
    const operations: string[] = [];
    for (const { event, at } of MOMENTS) {
      await world.pass(Math.max(0, (begun + at * 1000 - world.clock.now()) / 1000));
      states.add((await world.call('GET', `/api/status/${event}`)).body.state);
      sizes.add((await world.resources()).filter(({ id }) => id.includes(`-${event}-`)).length);
      const answer = await teardown(world, event);
      expect(answer.status, answer.text).toBe(202);
      operations.push(String(answer.body.operationId));
    }
    // The moments do lie in different phases of the work.
    expect([...states]).toEqual(expect.arrayContaining(['provisioning', 'live']));
    expect(sizes.size).toBeGreaterThan(2);
    for (const operation of operations)
      expect(await settled(world, operation), operation).toMatchObject({ outcome: 'done' });
    for (const { event } of MOMENTS)
      expect((await world.call('GET', `/api/status/${event}`)).body, event).toMatchObject({ state: 'gone' });
    expect(await leftovers(world)).toEqual([]);
    expect(await createdTwice(world)).toEqual([]);
    await world.pass(3600);
    expect(await leftovers(world)).toEqual([]);
  });
});
