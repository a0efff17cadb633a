/** What a build of an image adds to the time that Azure takes for it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Build, BuildAccepted } from '../../contract/api/image-builds.ts';
import { World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await World.create({ seed: 'image-time' });
});
afterAll(() => world.stop());

/** Share of Azure's time. Most of it is the minute in which the removal waits for a request that might still bring the group back. */
const MOST = 0.035;
const file = { url: 'https://example.blob.core.windows.net/build/file', sha256: 'a'.repeat(64) };
const request = {
  agent: file,
  obs: file,
  node: file,
  windowsVersion: '20348.3091.250112',
  region: 'westeurope',
  regions: ['northeurope'],
  identity:
    '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/stream-control/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mixer',
};

type Span = [from: number, to: number];

/** Operations that have ended, and machines that have booted: forgotten with what they are about, so they are looked at on the way. */
function spans(seen: Map<string, Span>): void {
  for (const [id, value] of world.simulator.snapshot().state.operations ?? []) {
    const { startedAt, endedAt } = value as { startedAt: number; endedAt?: number };
    if (endedAt !== undefined) seen.set(String(id), [startedAt, endedAt]);
  }
  for (const { id, hidden } of world.simulator.kernel.resources.ofType('Microsoft.Compute/virtualMachines')) {
    const { since, agentAt, boots } = hidden.vm as { since: number; agentAt?: number; boots: number };
    if (agentAt !== undefined) seen.set(`${id} ${boots}`, [since, agentAt]);
  }
}

/** Milliseconds in which at least one of them was under way. */
function covered(seen: Iterable<Span>): number {
  let sum = 0;
  let end = 0;
  for (const [from, to] of [...seen].sort(([a], [b]) => a - b)) {
    sum += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return sum;
}

test('it is little', { timeout: 120_000 }, async () => {
  const { body } = await world.call<BuildAccepted>('POST', '/api/images/mixer/builds', request);
  const seen = new Map<string, Span>();
  let build: Build;
  do {
    await world.pass(15);
    build = (await world.call<Build>('GET', `/api/images/mixer/builds/${body.buildId}`)).body;
    spans(seen);
  } while (build.state === 'running');
  expect(build.state).toBe('done');
  const azure = covered(seen.values());
  const took = Date.parse(String(build.endedAt)) - Date.parse(build.acceptedAt);
  expect((took - azure) / azure).toBeGreaterThan(0);
  expect((took - azure) / azure).toBeLessThan(MOST);
});
