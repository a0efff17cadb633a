import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploy, journal, leftovers, settled, teardown } from './look.ts';
import { World } from './world.ts';

const LOST = 'westeurope';
/** Nothing in the region answers any more: not Azure, not what runs there. */
const away = [
  ...['Microsoft.Compute/virtualMachines', 'Microsoft.ContainerInstance/containerGroups'].map((type) => ({
    match: { type, region: LOST },
    outcome: { kind: 'silent' },
    times: 2,
  })),
  {
    match: { type: '*', region: LOST, operation: 'any' },
    outcome: { kind: 'error', status: 503, code: 'ServiceUnavailable' },
  },
];

let world: World;
let before: Record<string, unknown>;
beforeAll(async () => {
  world = await World.create({ seed: 'relocation' });
  await deploy(world, 'moved', { languages: ['original', 'french'], regions: [LOST, 'northeurope'] });
  before = await world.until('moved', ['live']);
});
afterAll(() => world.stop());

const relocate = () => world.call('POST', '/api/events/moved/relocate', {});
const label = (url: unknown) => new URL(String(url).replace('srt:', 'http:')).host.split('.')[0];
const srtUrl = (status: Record<string, unknown>) => (status.connection as { srtUrl: string }).srtUrl;

describe('an event whose region is lost', { timeout: 240_000 }, () => {
  it('stays where it is while it is well', async () => {
    expect(await relocate()).toMatchObject({ status: 409, body: { detail: expect.stringContaining('not degraded') } });
  });

  it('is live in the next region on command: same languages, names and end; presenters are told what differs', async () => {
    await world.sim('PUT', '/_sim/faults', away);
    await world.until('moved', ['degraded', 'remediating'], 900);
    const { status, body } = await relocate();
    expect(status).toBe(202);
    const outcome = await settled(world, String(body.operationId));
    const live = await world.until('moved', ['live']);
    expect(live).toMatchObject({
      region: 'northeurope',
      languages: ['original', 'french'],
      expiresAt: before.expiresAt,
      createdAt: before.createdAt,
      health: { state: 'healthy' },
    });
    expect(srtUrl(live)).toContain('.northeurope.');
    expect(label(srtUrl(live))).toBe(label(srtUrl(before)));
    const address = srtUrl(live).replace('?mode=caller', '');
    expect(outcome).toMatchObject({ outcome: 'done', reason: expect.stringContaining(address) });
    expect((await journal(world, 'moved')).some((line) => line.startsWith('next-region leaving westeurope'))).toBe(
      true,
    );
  });

  it('leaves nothing in the lost region once that answers again, and streams on meanwhile', async () => {
    await world.pass(600);
    expect((await world.resources()).some(({ location }) => location === LOST)).toBe(true);
    await world.sim('PUT', '/_sim/faults', []);
    const left = async () => (await world.resources()).filter(({ location }) => location === LOST);
    for (let waited = 0; waited < 3 * 3600 && (await left()).length > 0; waited += 300) await world.pass(300);
    expect(await left()).toEqual([]);
    expect((await world.call('GET', '/api/status/moved')).body).toMatchObject({ state: 'live' });
    await teardown(world, 'moved');
    await world.until('moved', ['gone']);
    expect(await leftovers(world)).toEqual([]);
  });
});
