import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploy, journal, leftovers, secretNames, settled, teardown } from './look.ts';
import { World } from './world.ts';

const VM = 'Microsoft.Compute/virtualMachines';
const GERMAN = { match: { type: VM, name: 'mixer-german-*', operation: 'create' } };

let world: World;
let id: string;
beforeAll(async () => {
  world = await World.create({ seed: 'isolation' });
  id = await deploy(world, 'apart', {
    languages: ['original', 'french'],
    vmSizes: ['Standard_D2s_v3', 'Standard_D2s_v5'],
  });
  await world.until('apart', ['live']);
});
afterAll(() => world.stop());

let counted = 0;
/** Requests since the last call that would change something of the languages that are on air. */
const disturbing = async (): Promise<string[]> => {
  const { requests } = (await world.sim('GET', '/_sim/requests')) as { requests: { method: string; path: string }[] };
  const fresh = requests.slice(counted);
  counted = requests.length;
  return fresh
    .filter(({ method, path }) => method !== 'GET' && /-(original|french|relay|slides)-|relay-|slides-/.test(path))
    .map(({ method, path }) => `${method} ${path}`);
};
const add = async (languages: string[]) => {
  const { body } = await world.call('POST', '/api/events/apart/languages', { add: languages });
  return await settled(world, String(body.operationId));
};
const status = async () => (await world.call('GET', '/api/status/apart')).body;

describe('a language that cannot be added', { timeout: 60_000 }, () => {
  it.each([
    ['no size has room', 'error', 'AllocationFailed'],
    ['Azure breaks off', 'operation-fails', 'OSProvisioningInternalError'],
  ])('(%s) leaves the live event as it was, and nothing of itself', async (_, kind, code) => {
    const before = await status();
    await world.sim('PUT', '/_sim/faults', [{ ...GERMAN, outcome: { kind, status: 409, code, message: 'not today' } }]);
    await disturbing();
    expect(await add(['german'])).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(new RegExp(`${code}.*the event is as it was`)),
    });
    expect(await disturbing()).toEqual([]);
    const after = await status();
    expect(after).toMatchObject({ state: 'live', languages: ['original', 'french'], health: { state: 'healthy' } });
    expect(after.connection).toMatchObject({
      mixers: (before.connection as { mixers: { host: string }[] }).mixers.map(({ host }) => ({ host })),
    });
    expect((await world.resources()).filter(({ id: resource }) => resource.includes('german'))).toEqual([]);
    expect(secretNames(world, id).filter((name) => name.endsWith('-german'))).toEqual([]);
    expect((await journal(world, 'apart')).some((line) => line.startsWith('change-failed'))).toBe(true);
  });

  it('can be added when Azure has room again, and the event ends with nothing left', async () => {
    await world.sim('PUT', '/_sim/faults', []);
    expect(await add(['german'])).toMatchObject({ outcome: 'done' });
    expect(await status()).toMatchObject({ state: 'live', languages: ['original', 'french', 'german'] });
    await teardown(world, 'apart');
    await world.until('apart', ['gone']);
    expect(await leftovers(world)).toEqual([]);
  });
});
