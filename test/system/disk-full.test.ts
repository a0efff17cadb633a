/** The whole product on a disk that fills up in the middle of a deployment. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SmallDisk, smallDisks } from '../local/disk.ts';
import { World } from './world.ts';

const disk = new SmallDisk();
const before = process.env.TMPDIR;
let world: World;
beforeEach(async () => {
  disk.mount();
  process.env.TMPDIR = disk.folder;
  world = await World.create({ seed: 'disk full' });
});
afterEach(async () => {
  await world.stop();
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  disk.unmount();
});

const REQUEST = { languages: ['original'], ttl: '4h' };
interface Health {
  status: string;
  troubles?: string[];
}

test.runIf(smallDisks())(
  'nothing is accepted meanwhile, health says why, and what was under way comes to its end',
  async () => {
    expect((await world.call('POST', '/api/deploy', { event: 'first', ...REQUEST })).status).toBe(202);
    await world.pass(90);
    disk.fill();
    const healthy = async () => (await world.call<Health>('GET', '/api/health')).body;
    while ((await healthy()).status === 'ok') await world.pass(10);
    expect(await healthy()).toMatchObject({
      status: 'degraded',
      troubles: [expect.stringMatching(/the disk is full/)],
    });
    // Who is not a viewer hears that something is wrong, not what.
    const stranger = await world.call<Health>('GET', '/api/health', undefined, { host: 'elsewhere.example' });
    expect(stranger.body).toEqual({ status: 'degraded' });
    const refused = await world.call('POST', '/api/deploy', { event: 'second', ...REQUEST });
    expect([refused.status, refused.body.detail]).toEqual([503, expect.stringMatching(/\/api\/health/)]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    for (const path of ['/api/status/first', '/api/events', '/api/status/second'])
      expect([path, (await world.call('GET', path)).status]).toEqual([path, 503]);
    await world.pass(600);
    disk.makeRoom();
    await world.pass(10);
    expect((await healthy()).status).toBe('ok');
    expect((await world.call('GET', '/api/status/second')).status).toBe(404);
    await world.until('first', ['live']);
    const names = (await world.resources()).map(({ id }) => id.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    expect((await world.call('POST', '/api/deploy', { event: 'second', ...REQUEST })).status).toBe(202);
    await world.until('second', ['live']);
  },
  120_000,
);
