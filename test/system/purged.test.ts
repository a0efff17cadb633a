import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_SUBSCRIPTION } from '../../local/azure/simulator.ts';
import { World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await World.create({ seed: 'purged' });
});
afterAll(() => world.stop());

async function ask(method: string, url: string, body?: unknown): Promise<unknown> {
  const headers = { authorization: 'Bearer test', 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  return (await world.clock.track(world.simulator.handle({ method, url: new URL(url), headers, ...sent }))).body;
}
const vault = async (
  name: 'control' | 'mixers',
  path: string,
  send?: 'DELETE' | { value: string; tags: Record<string, string> },
) =>
  (await ask(
    send === undefined ? 'GET' : typeof send === 'string' ? send : 'PUT',
    `https://${name}.vault.azure.net/${path}?api-version=7.5`,
    typeof send === 'object' ? send : undefined,
  )) as { value: { id: string; recoveryId: string }[] };
const deleted = async (name: 'control' | 'mixers') =>
  (await vault(name, 'deletedsecrets')).value.map(({ recoveryId }) => recoveryId.split('/').at(-1));

test('what is deleted outside a removal is purged by the reaper; what somebody still has can be called back', async () => {
  const request = { languages: ['original'], ttl: '6h', youtubeKeys: { original: 'canary-key' } };
  await world.call('POST', '/api/schedules', {
    name: 'vespers',
    days: ['sunday'],
    at: '10:30',
    timeZone: 'Europe/Zurich',
    ahead: '2h',
    request: { ...request, event: 'vespers' },
  });
  await world.call('DELETE', '/api/schedules/vespers');
  // A group that is kept carries the deployment, so its secret may still be wanted.
  const held = { deployment: 'held-abc-12345678', event: 'held', 'managed-by': 'stream-control' };
  const group = `/subscriptions/${DEFAULT_SUBSCRIPTION}/resourcegroups/streaming-held-1?api-version=2025-04-01`;
  await ask('PUT', `https://management.azure.com${group}`, { location: 'westeurope', tags: held });
  const own = 'held-abc-12345678-stream-original';
  await vault('mixers', `secrets/${own}`, { value: 'x', tags: held });
  await vault('mixers', `secrets/${own}`, 'DELETE');
  // A start that never came to be left a key, which the reaper deletes itself.
  const orphan = { deployment: 'orphan-abc-12345678', event: 'orphan', 'managed-by': 'stream-control' };
  await vault('mixers', 'secrets/orphan-abc-12345678-stream-original', { value: 'x', tags: orphan });
  await world.pass(30 * 60);
  expect(await deleted('control')).toEqual(['schedule-vespers-stream-original']);
  await world.pass(3 * 3600);
  expect(await deleted('control')).toEqual([]);
  expect(await deleted('mixers')).toEqual([own]);
  expect((await vault('mixers', 'secrets')).value.some(({ id }) => id.includes('orphan'))).toBe(false);
});
