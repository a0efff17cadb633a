import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createdTwice, deploy, leftovers, settled, teardown } from './look.ts';
import { World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await World.create({ seed: 'restarts' });
});
afterAll(() => world.stop());

const restart = async () => {
  await world.host.stop(50);
  await world.startHost();
};

describe('a host that starts anew', { timeout: 240_000 }, () => {
  it('ten times in a deployment: it ends live with everything created once', async () => {
    const id = await deploy(world, 'again');
    // Dense where the network comes and goes within seconds, wide where a machine boots for minutes.
    for (const seconds of [0.3, 1, 2.7, 1.9, 4.1, 7.3, 23, 61, 97, 151]) {
      await world.pass(seconds);
      await restart();
    }
    expect(await world.until('again', ['live', 'failed'])).toMatchObject({ state: 'live' });
    expect(await createdTwice(world)).toEqual([]);
    expect(await settled(world, `${id}-op-deploy`)).toMatchObject({ outcome: 'done' });
  });

  it('ten times in a teardown: it ends gone and empty', async () => {
    const { body } = await teardown(world, 'again');
    for (const seconds of [0.2, 1, 3, 5, 9, 14, 22, 31, 40, 50]) {
      await world.pass(seconds);
      await restart();
    }
    expect(await settled(world, String(body.operationId))).toMatchObject({ outcome: 'done' });
    expect((await world.call('GET', '/api/status/again')).body).toMatchObject({ state: 'gone' });
    expect(await leftovers(world)).toEqual([]);
  });
});
