import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploy, journal, leftovers, teardown } from './look.ts';
import { World } from './world.ts';

const VM = 'Microsoft.Compute/virtualMachines';
const GROUP = 'Microsoft.ContainerInstance/containerGroups';
/** What breaks in each event, and what its status must say about it. */
const CASES = [
  {
    event: 'silent',
    type: VM,
    name: 'mixer-original-silent*',
    kind: 'silent',
    reason: /^mixer-original: no heartbeat since 2026-/,
  },
  {
    event: 'evicted',
    type: VM,
    name: 'mixer-original-evicted*',
    kind: 'evict',
    reason: /^mixer-original: no heartbeat since 2026-/,
  },
  { event: 'crashing', type: GROUP, name: 'relay-crashing*', kind: 'crash-loop', reason: /^relay: / },
  { event: 'sick', type: VM, name: 'mixer-original-sick*', kind: 'unhealthy', reason: /^mixer-original: / },
];

let world: World;
let broken: number;
beforeAll(async () => {
  world = await World.create({ seed: 'health' });
  for (const { event } of CASES) await deploy(world, event);
  for (const { event } of CASES) await world.until(event, ['live']);
  broken = world.clock.now();
  const plan = CASES.map(({ type, name, kind }) => ({ match: { type, name }, times: 1, outcome: { kind } }));
  await world.sim('PUT', '/_sim/faults', plan);
}, 240_000);
afterAll(() => world.stop());

describe('a component that fails on air', { timeout: 240_000 }, () => {
  it.each(CASES)(
    '$event: degraded with since and reason, remedied by itself, and live again',
    async ({ event, reason }) => {
      const { body } = await world.call('GET', `/api/events/${event}/journal`);
      if (!JSON.stringify(body).includes('"unhealthy"')) {
        const degraded = await world.until(event, ['degraded', 'remediating'], 600, 2);
        const health = degraded.health as { state: string; since: string; reasons: string[] };
        expect(health).toMatchObject({ state: 'degraded', reasons: [expect.stringMatching(reason)] });
        expect(Date.parse(health.since)).toBeGreaterThanOrEqual(broken);
        expect(Date.parse(health.since)).toBeLessThanOrEqual(world.clock.now());
      }
      const live = await world.until(event, ['live'], 2 * 3600);
      expect(live.health).toMatchObject({ state: 'healthy', reasons: [] });
      const lines = await journal(world, event);
      const told = lines.find((line) => line.startsWith('unhealthy '))?.slice('unhealthy '.length);
      expect(told).toMatch(reason);
      expect(lines.some((line) => line.startsWith('healthy '))).toBe(true);
    },
  );

  it('leaves nothing', async () => {
    for (const { event } of CASES) await teardown(world, event);
    for (const { event } of CASES) await world.until(event, ['gone']);
    expect(await leftovers(world)).toEqual([]);
  });
});
