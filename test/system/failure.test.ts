import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createdTwice, deploy, journal, leftovers, secretNames, settled } from './look.ts';
import { World } from './world.ts';

const MESSAGE = 'We do not have sufficient capacity for the requested VM size in this region';
const noRoom = (name: string, kind: string, more: object = {}, where: object = {}) => ({
  match: { type: 'Microsoft.Compute/virtualMachines', name, operation: 'create', ...where },
  ...more,
  outcome: { kind, status: 409, code: 'AllocationFailed', message: MESSAGE },
});
const SIZES = ['Standard_D2s_v3', 'Standard_D2s_v5', 'Standard_D2as_v5'];

let world: World;
const ids: Record<string, string> = {};
beforeAll(async () => {
  // Both ways in which Azure says it: at once, and as the end of the operation.
  world = await World.create({
    seed: 'failure',
    faults: [
      noRoom('mixer-french-sorry*', 'error'),
      noRoom('mixer-*-keeps*', 'operation-fails'),
      noRoom('mixer-*-sizes*', 'operation-fails', { nth: 1, times: 2 }),
      noRoom('mixer-*-moves*', 'error', {}, { region: 'westeurope' }),
      noRoom('mixer-*-both*', 'operation-fails', {}, { region: 'westeurope' }),
      noRoom('mixer-*-both*', 'error', { nth: 1, times: 2 }, { region: 'northeurope' }),
    ],
  });
  ids.sorry = await deploy(world, 'sorry', { languages: ['original', 'french'], vmSizes: SIZES });
  ids.keeps = await deploy(world, 'keeps', { keepOnFailure: true, ttl: '30m', vmSizes: SIZES.slice(0, 1) });
  ids.sizes = await deploy(world, 'sizes', { vmSizes: SIZES });
  ids.moves = await deploy(world, 'moves', { regions: ['westeurope', 'northeurope'], vmSizes: SIZES.slice(0, 1) });
});
afterAll(() => world.stop());

const status = async (event: string) => (await world.call('GET', `/api/deployment/${ids[event]}/status`)).body;

describe('capacity that is not there', { timeout: 240_000 }, () => {
  it('fails a deployment whose French mixer finds no room in any size, says why, and leaves nothing', async () => {
    await world.until('sorry', ['failed']);
    expect(await settled(world, `${ids.sorry}-op-deploy`)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining(`mixer-french: AllocationFailed: ${MESSAGE}`),
    });
    expect(await status('sorry')).toMatchObject({
      state: 'failed',
      error: {
        node: 'mixer-french',
        code: 'AllocationFailed',
        message: expect.stringContaining(MESSAGE),
        resource: expect.stringContaining('mixer-french-sorry'),
        consequence: 'rolled back: nothing remains',
        advice: expect.stringMatching(/region/i),
      },
    });
    const certificate = await world.call('GET', '/api/events/sorry/certificate');
    expect(certificate.body).toMatchObject({ outcome: 'failed', reason: expect.stringContaining(MESSAGE) });
    const lines = await journal(world, 'sorry');
    for (const size of SIZES.slice(1))
      expect(lines.filter((line) => line.startsWith('next-size') && line.endsWith(`trying ${size}`))).toHaveLength(1);
    expect((await world.resources()).filter(({ id }) => id.includes('-sorry-'))).toEqual([]);
    expect(secretNames(world, ids.sorry)).toEqual([]);
  });

  it('goes live in the third size when the first two are gone', async () => {
    await world.until('sizes', ['live']);
    const lines = (await journal(world, 'sizes')).filter((line) => line.startsWith('next-size'));
    expect(lines.map((line) => line.split(' ').at(-1))).toEqual(SIZES.slice(1));
    const machines = (await world.resources()).filter(({ id }) => /virtualMachines\/mixer-original-sizes/i.test(id));
    expect(machines).toMatchObject([{ properties: { hardwareProfile: { vmSize: SIZES[2] } } }]);
  });

  it('goes live in the second region when the first has none, and the first is empty', async () => {
    const live = await world.until('moves', ['live']);
    expect(live).toMatchObject({ region: 'northeurope' });
    expect(
      (await journal(world, 'moves')).some((line) => /^next-region AllocationFailed in westeurope/.test(line)),
    ).toBe(true);
    const mine = (await world.resources()).filter(({ id }) => id.includes('-moves-'));
    expect(new Set(mine.map((one) => (one as { location?: string }).location ?? 'northeurope'))).toEqual(
      new Set(['northeurope']),
    );
    expect(await createdTwice(world)).toEqual([]);
  });

  it('keeps the remains where asked, until the time to live ends, then nothing', async () => {
    const kept = await world.until('keeps', ['failed']);
    expect((await status('keeps')).error).toMatchObject({ consequence: 'kept for inspection until the TTL ends' });
    expect((await world.resources()).filter(({ id }) => id.includes('-keeps-')).length).toBeGreaterThan(3);
    const left = (Date.parse(String(kept.expiresAt)) - world.clock.now()) / 1000;
    await world.pass(left - 30);
    expect((await world.resources()).some(({ id }) => id.includes('-keeps-'))).toBe(true);
    await world.until('keeps', ['gone']);
    expect(secretNames(world, ids.keeps)).toEqual([]);
  });

  it('goes live where the first region has no room in any size, and the next none in the first two', async () => {
    ids.both = await deploy(world, 'both', { regions: ['westeurope', 'northeurope'], vmSizes: SIZES });
    const live = await world.until('both', ['live']);
    expect(live).toMatchObject({ region: 'northeurope', health: { state: 'healthy' } });
    const machines = (await world.resources()).filter(({ id }) => /virtualMachines\/mixer-original-both/i.test(id));
    expect(machines).toMatchObject([
      { location: 'northeurope', properties: { hardwareProfile: { vmSize: SIZES[2] } } },
    ]);
    const story = (await journal(world, 'both')).filter((line) => line.startsWith('next-'));
    expect(story.map((line) => line.split(' ')[0])).toEqual([
      ...['next-size', 'next-size', 'next-region'],
      ...['next-size', 'next-size'],
    ]);
    expect(
      (await world.resources()).filter(({ id, location }) => id.includes('-both-') && location === 'westeurope'),
    ).toEqual([]);
  });

  it('leaves nothing at all when the rest is torn down', async () => {
    for (const event of ['sizes', 'moves', 'both']) await world.call('POST', '/api/teardown', { event, confirm: true });
    for (const event of ['sizes', 'moves', 'both']) await world.until(event, ['gone']);
    expect(await leftovers(world)).toEqual([]);
  });
});
