import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instanceId } from '../../domain/names.ts';
import { deploy, leftovers, perHour, secretNames } from './look.ts';
import { START, World } from './world.ts';

const CONTROL = 'https://control.vault.azure.net';
const GHOST = 'ghost-mabc1234-a1b2c3d4';
const OURS = { 'managed-by': 'stream-control', event: 'ghost', deployment: GHOST };

let world: World;
beforeAll(async () => {
  world = await World.create({ seed: 'ghosts' });
});
afterAll(() => world.stop());

const store = async (name: string, tags: Record<string, string>) => {
  const { status } = await world.clock.track(
    world.simulator.handle({
      method: 'PUT',
      url: new URL(`${CONTROL}/secrets/${name}?api-version=2025-07-01`),
      headers: { 'content-type': 'application/json', authorization: 'Bearer outsider' },
      body: JSON.stringify({ value: 'left behind', tags }),
    }),
  );
  expect(status).toBe(200);
};
const reaper = async () =>
  (await world.call<{ secrets: string[]; reaped: { group: string; reason: string }[] }>('GET', '/api/reaper')).body;

describe('ghosts', { timeout: 240_000 }, () => {
  it('secrets without an event are named and removed, foreign ones are not', async () => {
    // Stored at 08:05, so that it is an hour old between two runs of the reaper, at 09:00 and at 09:15.
    await world.pass(300);
    const foreign = ['foreign', 'no-deployment', 'no-event'];
    await store(`${GHOST}-programme`, OURS);
    await store('foreign', { ...OURS, 'managed-by': 'terraform' });
    await store('no-deployment', { 'managed-by': 'stream-control', event: 'ghost' });
    await store('no-event', { ...OURS, deployment: 'ghost' });
    // A start may still be under way: the young are left alone.
    await world.pass(50 * 60);
    expect((await reaper()).secrets).toEqual([]);
    await world.pass((START + 67 * 60_000 - world.clock.now()) / 1000);
    expect((await reaper()).secrets).toEqual([`${GHOST}-programme`]);
    await world.pass(20 * 60);
    expect(secretNames(world).sort()).toEqual([...foreign].sort());
    expect((await reaper()).secrets).toEqual([]);
    await world.pass(2 * 3600);
    expect(secretNames(world).sort()).toEqual([...foreign].sort());
  });

  it('an event whose lifecycle was terminated goes on until its time ends, and then goes', async () => {
    const id = await deploy(world, 'orphan', { ttl: '30m' });
    const { expiresAt, resourceGroup } = await world.until('orphan', ['live']);
    const lifecycle = instanceId.lifecycle('orphan');
    const ended = await world.call('POST', `/durabletask/instances/${lifecycle}/terminate?reason=by-hand`);
    expect(ended.status).toBe(202);
    await world.pass(60);
    expect((await world.instance(lifecycle)).runtimeStatus).toBe('Terminated');

    const standing = (await world.resources()).map(({ id: resource }) => resource).sort();
    const rate = await perHour(world);
    await world.pass((Date.parse(String(expiresAt)) - world.clock.now()) / 1000 - 60);
    expect((await world.resources()).map(({ id: resource }) => resource).sort()).toEqual(standing);
    expect(await perHour(world)).toBe(rate);
    expect(secretNames(world, id)).not.toEqual([]);

    await world.pass(1800);
    expect((await leftovers(world)).filter((left) => left.includes('orphan') || left.includes('USD'))).toEqual([]);
    const { body } = await world.call('GET', '/api/events/orphan/certificate');
    expect(body).toMatchObject({ deploymentId: id, resourceGroups: [resourceGroup] });
  });
});
