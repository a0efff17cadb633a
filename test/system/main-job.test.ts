import { afterEach, describe, expect, it } from 'vitest';
import { World } from './world.ts';

let world: World | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

const KEYS = { original: 'key-of-original', spanish: 'key-of-spanish', french: 'key-of-french' };

describe('the main job', () => {
  it('makes an event appear and go away again', async () => {
    world = await World.create();
    const accepted = await world.call('POST', '/api/deploy', { event: 'demo', youtubeKeys: KEYS });
    expect(accepted.status, accepted.text).toBe(202);
    const live = await world.until('demo', ['live', 'failed', 'gone']);
    expect(live, JSON.stringify(live)).toMatchObject({ state: 'live' });
    expect((await world.resources()).length).toBeGreaterThan(10);

    const teardown = await world.call('POST', '/api/teardown', { event: 'demo', confirm: true });
    expect(teardown.status).toBe(202);
    await world.until('demo', ['gone']);
    expect(await world.resources()).toEqual([]);
  });
});
