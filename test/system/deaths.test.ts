import { afterEach, describe, expect, it } from 'vitest';
import { deploy, isClose, journal, leftovers, settled, teardown } from './look.ts';
import { World } from './world.ts';

let world: World;
afterEach(() => world.stop());

const kill = async (instance: string) => {
  const { status, text } = await world.call('POST', `/durabletask/instances/${instance}/terminate?reason=died`);
  expect(status, text).toBe(202);
};
/** Lets time pass until an instance runs. */
async function running(instance: string, limitSeconds = 1200): Promise<void> {
  const limit = world.clock.now() + limitSeconds * 1000;
  while ((await world.instance(instance)).runtimeStatus !== 'Running') {
    if (world.clock.now() >= limit) throw new Error(`${instance} does not run`);
    await world.pass(1);
  }
}

describe('what an event waits for dies without a word', { timeout: 240_000 }, () => {
  it('in a deployment: what makes or checks something is begun anew', async () => {
    world = await World.create({ seed: 'deaths' });
    const id = await deploy(world, 'deaths');
    for (const node of ['relay', 'mixer-original']) {
      await running(`${id}-${node}-1`);
      await kill(`${id}-${node}-1`);
    }
    await world.until('deaths', ['live'], 2400);
    const lines = await journal(world, 'deaths');
    for (const node of ['relay', 'mixer-original'])
      expect(
        lines.some((line) => line.startsWith(`died ${node}:`)),
        node,
      ).toBe(true);
    await teardown(world, 'deaths');
    await world.until('deaths', ['gone']);
    expect(await leftovers(world)).toEqual([]);
  });

  it('in a change, and in the removal', async () => {
    world = await World.create({ seed: 'deaths-later' });
    const id = await deploy(world, 'later');
    await world.until('later', ['live']);
    const pause = await world.call('POST', '/api/events/later/pause', {});
    await running(`${id}-power-mixer-original-1`);
    await kill(`${id}-power-mixer-original-1`);
    expect(await settled(world, String(pause.body.operationId))).toMatchObject({ outcome: 'done' });
    await teardown(world, 'later');
    await running(`${id}-delete-1`);
    await kill(`${id}-delete-1`);
    await world.until('later', ['gone']);
    expect(await leftovers(world)).toEqual([]);
  });

  it('a removal, when what costs is gone: the next one hears what it had seen, and the certificate is the meter’s', async () => {
    world = await World.create({ seed: 'deaths-removal' });
    const id = await deploy(world, 'counted');
    await world.until('counted', ['live']);
    await world.pass(600);
    await teardown(world, 'counted');
    while ((await world.resources()).some(({ type }) => /virtualMachines|containerGroups/.test(type)))
      await world.pass(1);
    await world.pass(20);
    await kill(`${id}-delete-1`);
    await world.until('counted', ['gone']);
    expect((await world.instance(`${id}-delete-2`)).runtimeStatus).toBe('Completed');
    const { body } = await world.call<{ cost: { total: number } }>('GET', '/api/events/counted/certificate');
    const { cost } = (await world.sim('GET', '/_sim/meter')) as { cost: number };
    isClose(body.cost.total, cost, 'certificate');
  });

  it('an alarm: a scheduled event begins all the same, and ends when its time is over', async () => {
    world = await World.create({ seed: 'deaths-alarm' });
    const startsAt = new Date(world.clock.now() + 3 * 3_600_000).toISOString();
    const id = await deploy(world, 'alarms', { startsAt, ttl: '1h' });
    await running(`${id}-start-1`);
    await kill(`${id}-start-1`);
    await world.until('alarms', ['live'], 4 * 3600, 30);
    expect(world.clock.now()).toBeLessThan(Date.parse(startsAt) + 60_000);
    await running(`${id}-ttl-1`);
    await kill(`${id}-ttl-1`);
    const end = Date.parse(String((await world.call('GET', '/api/status/alarms')).body.expiresAt));
    await world.until('alarms', ['tearing-down'], 3 * 3600, 10);
    expect(world.clock.now()).toBeLessThan(end + 90_000);
    await world.until('alarms', ['gone']);
    expect(await leftovers(world)).toEqual([]);
  });
});

describe('a lifecycle fails while something is on its way to it', { timeout: 240_000 }, () => {
  it('and what a door has promised is carried out when it is taken up, once', async () => {
    let deaths = 0;
    world = await World.create({ seed: 'deaths-post', accidents: { dies: () => deaths > 0 && deaths-- > 0 } });
    const id = await deploy(world, 'posted');
    await world.until('posted', ['live']);
    const extend = async (ttl: string) => (await world.call('POST', '/api/events/posted/extend', { ttl })).body;
    const heard = await extend('30h');
    expect(await settled(world, String(heard.operationId))).toMatchObject({ outcome: 'done' });
    while ((await world.instance('event-posted')).runtimeStatus === 'Running') {
      deaths = 1;
      await world.call('POST', '/durabletask/instances/event-posted/raiseEvent/inbox', { type: 'nothing' });
    }
    deaths = 0;
    // A door that saw the lifecycle run a moment ago.
    const operationId = `${id}-op-00000000000000aa`;
    const command = { command: 'extend', ttlSeconds: 40 * 3600 };
    const message = { type: 'command', deploymentId: id, operationId, by: 'volunteer', command };
    await world.call('POST', `/durabletask/entities/posted/${id}?op=post`, message);
    await world.call('POST', '/durabletask/instances/event-posted/raiseEvent/inbox', message);
    expect(await settled(world, operationId)).toMatchObject({ outcome: 'done' });
    const lines = await journal(world, 'posted');
    expect(lines.filter((line) => line.startsWith('extended'))).toHaveLength(2);
    await teardown(world, 'posted');
    await world.until('posted', ['gone']);
    const kept = await world.call('GET', `/durabletask/entities/posted/${id}`);
    expect(kept.status).toBe(404);
    expect(await leftovers(world)).toEqual([]);
  });
});

describe('the host is away for hours', { timeout: 240_000 }, () => {
  const outage = async (hours: number) => {
    await world.host.stop();
    await world.pass(hours * 3600);
    await world.startHost();
  };

  it('at any moment of a deployment: it is live soon after, and nothing was given up', async () => {
    world = await World.create({ seed: 'outage' });
    for (const [index, seconds] of [2, 120, 260].entries()) {
      const event = `outage-${index}`;
      await deploy(world, event, { ttl: '12h' });
      await world.pass(seconds);
      await outage(6);
      await world.until(event, ['live'], 1800);
      expect((await journal(world, event)).filter((line) => /failed|TimedOut/.test(line))).toEqual([]);
      await teardown(world, event);
      await world.until(event, ['gone']);
    }
  });

  it('while it is live: nobody could speak, and nothing is restarted for it', async () => {
    world = await World.create({ seed: 'outage-live' });
    await deploy(world, 'away', { ttl: '24h', languages: ['original', 'french', 'german'] });
    await world.until('away', ['live']);
    for (const hours of [0.02, 0.5, 6]) {
      await outage(hours);
      await world.pass(1200);
      expect((await world.call('GET', '/api/status/away')).body).toMatchObject({ state: 'live' });
    }
    const lines = await journal(world, 'away');
    expect(lines.filter((line) => line.startsWith('remedy '))).toEqual([]);
  });
});
