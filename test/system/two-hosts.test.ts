import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_SUBSCRIPTION } from '../../local/azure/simulator.ts';
import { createHost, type Host, type Role } from '../../local/host/host.ts';
import { simulatorSettings } from '../../local/serve/app-settings.ts';
import { createdTwice, deploy, leftovers, settled, teardown } from './look.ts';
import { ALERT_SECRET, APP_DIR, World } from './world.ts';

let world: World;
let durable: Host;

/** A host of the world's app with some of its roles, on the world's one data folder. */
const part = (roles: Role[], durableOrigin?: string): Host =>
  createHost({
    appDir: APP_DIR,
    dataDir: join(world.dataDir, 'host'),
    clock: world.clock,
    roles,
    ...(durableOrigin !== undefined && { durableOrigin }),
    ports: { httpClient: world.simulator.httpClient },
    log: (level, category, message) => world.log.push(`${level} ${category} ${message}`),
    settings: (publicUrl) =>
      simulatorSettings(
        APP_DIR,
        {},
        {
          subscriptionId: DEFAULT_SUBSCRIPTION,
          publicUrl,
          simulatorUrl: 'http://simulator.localhost',
          timeScale: 1,
          alertSecret: ALERT_SECRET,
        },
      ),
  });

beforeAll(async () => {
  world = await World.create({ seed: 'two-hosts' });
  await world.host.stop();
  durable = part(['durable']);
  // What the doors hand on goes over a socket, as between two processes.
  await durable.listen(0);
  await durable.start();
  world.host = part(['http', 'timers'], durable.origin);
  await world.host.start();
});
afterAll(async () => {
  await durable.stop();
  await world.stop();
});

describe('doors and durable work on two hosts', { timeout: 240_000 }, () => {
  it('an event appears, moves its end and goes, with nothing kept in the memory of either', async () => {
    await deploy(world, 'apart', { youtubeKeys: { original: 'key-of-original' } });
    expect(await world.until('apart', ['live', 'failed'])).toMatchObject({ state: 'live' });
    expect(world.host.worker).not.toBe(durable.worker);
    const { body } = await world.call('POST', '/api/events/apart/extend', { ttl: '30h' });
    expect(await settled(world, String(body.operationId))).toMatchObject({ outcome: 'done' });
    await teardown(world, 'apart');
    await world.until('apart', ['gone']);
    expect(await createdTwice(world)).toEqual([]);
    expect(await leftovers(world)).toEqual([]);
  });
});
