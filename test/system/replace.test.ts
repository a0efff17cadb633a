import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createdTwice, deploy, journal, leftovers, type Outcome, settled, teardown } from './look.ts';
import { World } from './world.ts';

const GROUPS = 'microsoft.containerinstance/containergroups';
const REGISTRY = 'streamcontrol.azurecr.io/relay';

let world: World;
beforeAll(async () => {
  world = await World.create({ seed: 'replace', settings: { ALLOWED_REGISTRIES: 'nowhere.invalid' } });
  await deploy(world, 'swap');
  await world.until('swap', ['live']);
});
afterAll(() => world.stop());

const ask = (body: unknown, headers: Record<string, string> = {}) =>
  world.call('POST', '/api/events/swap/relay', body, headers);
const replaced = async (body: unknown): Promise<Outcome & { outageSeconds?: number }> => {
  const { status, body: answer } = await ask(body);
  expect(status, JSON.stringify(answer)).toBe(202);
  return await settled(world, String(answer.operationId));
};
const status = async () => (await world.call('GET', '/api/status/swap')).body;
const image = async (role = 'relay'): Promise<string | undefined> => {
  const group = (await world.resources()).find(
    ({ type, name }) => type.toLowerCase() === GROUPS && name.startsWith(role),
  );
  if (!group) return undefined;
  const { body } = await world.clock.track(
    world.simulator.handle({
      method: 'GET',
      url: new URL(`${group.id}?api-version=2023-05-01`, 'http://127.0.0.1'),
      headers: { authorization: 'Bearer outsider' },
    }),
  );
  const found = body as unknown as { properties: { containers: { properties: { image: string } }[] } };
  return found.properties.containers[0]?.properties.image;
};
/** Requests that change something in Azure, since the last call. */
let counted = 0;
const writes = async (): Promise<string[]> => {
  const { requests } = (await world.sim('GET', '/_sim/requests')) as { requests: { method: string; path: string }[] };
  // That its lines are kept is said each time it is there.
  const changing = requests.filter(({ method, path }) => method !== 'GET' && !path.includes('/diagnosticSettings/'));
  const all = changing.map(({ method, path }) => `${method} ${path}`);
  const fresh = all.slice(counted);
  counted = all.length;
  return fresh;
};

describe('the image of a live relay', { timeout: 60_000 }, () => {
  it('is replaced by one request, under the same name, and the outage is measured', async () => {
    const before = await status();
    await writes();
    const outcome = await replaced({ image: `${REGISTRY}:2` });
    expect(outcome).toMatchObject({ outcome: 'done', reason: expect.stringContaining(`${REGISTRY}:2`) });
    expect(outcome.outageSeconds).toBeGreaterThan(5);
    expect(outcome.outageSeconds).toBeLessThan(180);
    expect(await writes()).toEqual([expect.stringMatching(/^PUT .*containerGroups\/relay-/i)]);
    expect(await image()).toBe(`${REGISTRY}:2`);
    expect(await image('slides')).toBe(`${REGISTRY}:1`);
    const after = await status();
    expect(after).toMatchObject({ state: 'live', health: { state: 'healthy' } });
    expect((after.connection as { srtUrl: string }).srtUrl).toBe((before.connection as { srtUrl: string }).srtUrl);
    expect((await journal(world, 'swap')).some((line) => /^operation-done replace .*off the air/.test(line))).toBe(
      true,
    );
  });

  it('goes back to what the control plane is set to, and the other relay is replaced alone', async () => {
    expect(await replaced({})).toMatchObject({ outcome: 'done' });
    expect(await image()).toBe(`${REGISTRY}:1`);
    expect(await replaced({})).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('already') });
    expect(await replaced({ component: 'slides', image: `${REGISTRY}:3` })).toMatchObject({ outcome: 'done' });
    expect([await image(), await image('slides')]).toEqual([`${REGISTRY}:1`, `${REGISTRY}:3`]);
  });

  it('stays when Azure refuses the new one, and nothing was off the air', async () => {
    await writes();
    expect(await replaced({ image: 'nowhere.invalid/relay:2' })).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/InaccessibleImage.*runs again/),
    });
    expect(await writes()).toEqual([expect.stringMatching(/^PUT .*containerGroups\/relay-/i)]);
    expect(await image()).toBe(`${REGISTRY}:1`);
    expect(await status()).toMatchObject({ state: 'live', health: { state: 'healthy' } });
  });

  it('comes back when the new one is never well', async () => {
    const { body } = await ask({ image: `${REGISTRY}:9` });
    await world.pass(5);
    await world.sim('PUT', '/_sim/faults', [
      {
        match: { type: 'Microsoft.ContainerInstance/containerGroups', name: 'relay-*' },
        times: 1,
        outcome: { kind: 'silent' },
      },
    ]);
    const outcome = await settled(world, String(body.operationId));
    expect(outcome).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('runs again') });
    expect(await image()).toBe(`${REGISTRY}:1`);
    expect(await status()).toMatchObject({ state: 'live', health: { state: 'healthy' } });
  });

  it('is asked for again when starting the new one failed for a passing reason', async () => {
    await world.sim('PUT', '/_sim/faults', [
      {
        match: { type: 'Microsoft.ContainerInstance/containerGroups', name: 'relay-*', operation: 'create' },
        nth: 1,
        outcome: { kind: 'operation-fails', code: 'InternalServerError' },
      },
    ]);
    expect(await replaced({ image: `${REGISTRY}:4` })).toMatchObject({ outcome: 'done' });
    await world.sim('PUT', '/_sim/faults', []);
    // The group is in transition for some seconds more; a write would be refused and sent again.
    await world.pass(30);
  });

  it('is replaced once for a repeated key, and whatever restarts in between', async () => {
    await writes();
    const key = { 'idempotency-key': 'once' };
    const first = await ask({ image: `${REGISTRY}:5` }, key);
    await world.host.stop(50);
    await world.startHost();
    const again = await ask({ image: `${REGISTRY}:5` }, key);
    expect(again.body.operationId).toBe(first.body.operationId);
    expect(await settled(world, String(first.body.operationId))).toMatchObject({ outcome: 'done' });
    expect(await writes()).toHaveLength(1);
    expect(await image()).toBe(`${REGISTRY}:5`);
  });

  it('is what one of two operators asked for, and the other is told', async () => {
    const both = await Promise.all([6, 7].map((tag) => ask({ image: `${REGISTRY}:${tag}` })));
    const outcomes = await Promise.all(
      both.map(async ({ status: code, body }) =>
        code === 202 ? (await settled(world, String(body.operationId))).outcome : 'refused',
      ),
    );
    expect(outcomes.sort()).toEqual(['done', 'refused']);
    expect([`${REGISTRY}:6`, `${REGISTRY}:7`]).toContain(await image());
  });

  it('is checked before anything is sent', async () => {
    await writes();
    for (const foreign of ['evil.example/relay:2', 'relay:2', 'streamcontrol.azurecr.io.evil.example/relay:2'])
      expect(await ask({ image: foreign })).toMatchObject({
        status: 400,
        text: expect.stringContaining('ALLOWED_REGISTRIES'),
      });
    expect(await writes()).toEqual([]);
    expect(await ask({ image: 'Not an image!' })).toMatchObject({
      status: 400,
      text: expect.stringContaining('image'),
    });
    expect(await ask({ component: 'mixer-original' })).toMatchObject({ status: 400 });
    expect((await world.call('POST', '/api/events/nobody/relay', {})).status).toBe(404);
  });

  it('does not keep a teardown from leaving nothing', async () => {
    const { body } = await ask({ image: `${REGISTRY}:8` });
    await world.pass(5);
    await teardown(world, 'swap');
    await world.until('swap', ['gone']);
    expect((await settled(world, String(body.operationId))).outcome).not.toBe('done');
    expect(await leftovers(world)).toEqual([]);
    expect(await createdTwice(world)).toEqual([]);
  });
});
