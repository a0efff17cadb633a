/** An image that is built by itself: once a week, on what Windows is then, and never twice at once. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Build, BuildScheduleAnswer } from '../../contract/api/image-builds.ts';
import { World } from './world.ts';

let world: World;
beforeAll(async () => {
  // A Saturday, 08:00 UTC.
  world = await World.create({ seed: 'image-schedule' });
});
afterAll(() => world.stop());

const file = { url: 'https://example.blob.core.windows.net/build/file', sha256: 'a'.repeat(64) };
const request = {
  agent: file,
  obs: file,
  node: file,
  windowsVersion: 'latest',
  specialised: false,
  region: 'westeurope',
  identity:
    '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/stream-control/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mixer',
};
const weekly = { days: ['saturday'], at: '10:00', timeZone: 'Europe/Zurich', request };
const SCHEDULE = '/api/images/mixer/schedule';
const schedule = async () => (await world.call<BuildScheduleAnswer>('GET', SCHEDULE)).body.schedule;
const builds = async () => (await world.call<{ builds: Build[] }>('GET', '/api/images/mixer/builds')).body.builds;

test('it is checked as deeply as what it will build', async () => {
  const wrong = await world.call('POST', SCHEDULE, {
    ...weekly,
    at: '25:00',
    request: { ...request, windowsVersion: 'newest' },
  });
  expect(wrong.status).toBe(400);
  const paths = (wrong.body.errors as { path: string }[]).map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(['at', 'request.windowsVersion']));
  expect(await schedule()).toBeNull();
});

test('it begins at its time, once, on the newest Windows, and says what came of it', { timeout: 240_000 }, async () => {
  const made = await world.call<BuildScheduleAnswer>('POST', SCHEDULE, weekly);
  expect(made.body.schedule).toMatchObject({ next: '2026-11-21T09:00:00.000Z', last: null });
  await world.pass(3600 + 600);
  const [build] = await builds();
  expect(build).toMatchObject({ state: 'running', by: expect.stringMatching(/^schedule:/) });
  const { input } = await world.instance<{ sources: { windowsVersion: string } }>('image-mixer');
  expect(input.sources.windowsVersion).toMatch(/^20348\./);
  await world.pass(4 * 3600);
  expect(await builds()).toMatchObject([{ state: 'done', version: '1.0.1' }]);
  expect(await schedule()).toMatchObject({
    next: '2026-11-28T09:00:00.000Z',
    last: { occurrence: '2026-11-21T09:00:00.000Z', buildId: build?.buildId },
  });
  expect((await world.call('DELETE', SCHEDULE)).body).toEqual({ schedule: null });
});
