/** A host that is killed: what it had taken comes back at once, and as late as the real one's queues give it back. */
import { afterEach, describe, expect, it } from 'vitest';
import { createdTwice, deploy, leftovers, settled, teardown } from './look.ts';
import { World } from './world.ts';

let world: World;
afterEach(() => world.stop());

const kill = async () => {
  await world.host.kill();
  await world.startHost();
};

describe.each([
  ['at once', false],
  ['late', true],
])('killed, what it had taken comes back %s', { timeout: 240_000 }, (_, lateRedelivery) => {
  it('in a deployment and in a teardown: live, gone, empty', async () => {
    world = await World.create({ seed: 'killed', lateRedelivery });
    await deploy(world, 'killed');
    // Dense where requests come and go, wide where a machine boots.
    for (const seconds of [0.3, 2.7, 7.3, 61, 151]) {
      await world.pass(seconds);
      await kill();
    }
    expect(await world.until('killed', ['live', 'failed'], 3 * 3600, 20)).toMatchObject({ state: 'live' });
    expect(await createdTwice(world)).toEqual([]);
    const { body } = await teardown(world, 'killed');
    for (const seconds of [0.2, 5, 40]) {
      await world.pass(seconds);
      await kill();
    }
    expect(await settled(world, String(body.operationId))).toMatchObject({ outcome: 'done' });
    expect(await leftovers(world)).toEqual([]);
  });
});
