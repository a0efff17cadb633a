import { afterEach, expect, test } from 'vitest';
import { START, World } from '../system/world.ts';

let world: World;
afterEach(() => world.stop());

interface Plan {
  criticalPathSeconds: number;
  readySeconds: { p50: number; p95: number; runs: number; source: string };
  nodes: { id: string; expectedSeconds: number; learnedSeconds?: number }[];
  checks: { name: string; outcome: string; detail: string }[];
  hash: string;
}

test('past deployments tell how long the next one takes, and how early it must begin', async () => {
  // Machines here take ten minutes longer than the template believes.
  const slow = {
    match: { type: 'Microsoft.Compute/virtualMachines', operation: 'create' },
    outcome: { kind: 'slow', seconds: 600 },
  };
  world = await World.create({ seed: 'learned', faults: [slow] });
  const request = { languages: ['original'], ttl: '1h' };
  const plan = async (more: object = {}) =>
    (await world.call<Plan>('POST', '/api/plan', { event: 'next', ...request, ...more })).body;
  const before = await plan();
  expect(before.readySeconds).toMatchObject({ source: 'prior', runs: 0, p50: before.criticalPathSeconds });
  expect(before.nodes.every(({ learnedSeconds }) => learnedSeconds === undefined)).toBe(true);

  const events = ['one', 'two', 'three', 'four', 'five'];
  for (const event of events) await world.call('POST', '/api/deploy', { event, ...request });
  const took: number[] = [];
  for (const event of events) {
    const { readyAt } = await world.until(event, ['live'], 7200, 30);
    took.push((Date.parse(String(readyAt)) - START) / 1000);
  }
  await world.pass(30);

  // An event may stand for days: what it took is known when it is live.
  const after = await plan();
  for (const event of events) await world.call('POST', '/api/teardown', { event, confirm: true });
  for (const event of events) await world.until(event, ['gone'], 7200, 30);
  await world.pass(30);
  // Their end teaches nothing twice.
  expect((await plan()).readySeconds).toEqual(after.readySeconds);
  expect(after.hash).toBe(before.hash);
  expect(after.criticalPathSeconds).toBe(before.criticalPathSeconds);
  expect(after.readySeconds).toMatchObject({ source: 'learned', runs: 5 });
  expect(after.readySeconds.p95).toBeGreaterThan(before.readySeconds.p95);
  expect(Math.abs(after.readySeconds.p95 - Math.max(...took))).toBeLessThan(15);
  const mixer = after.nodes.find(({ id }) => id === 'mixer-original');
  expect(mixer?.learnedSeconds).toBeGreaterThan((mixer?.expectedSeconds ?? 0) + 500);

  const at = (seconds: number) => new Date(world.clock.now() + seconds * 1000).toISOString();
  const checkOf = ({ checks }: Plan) => checks.find(({ name }) => name === 'ready in time')?.outcome;
  expect(checkOf(await plan({ startsAt: at(600) }))).toBe('warn');
  expect(checkOf(await plan({ startsAt: at(3600) }))).toBe('pass');

  const startsAt = at(7200);
  await world.call('POST', '/api/deploy', { event: 'next', ...request, startsAt });
  await world.until('next', ['scheduled']);
  const { createdAt } = await world.until('next', ['provisioning'], 7200);
  const lead = (Date.parse(startsAt) - Date.parse(String(createdAt))) / 1000;
  expect(lead).toBeGreaterThan(after.readySeconds.p95);
  expect(lead).toBeLessThan(after.readySeconds.p95 * 1.1 + 90);
});
