import { afterEach, expect, it } from 'vitest';
import { isClose, journal, settled } from './look.ts';
import { World } from './world.ts';

let world: World | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

it('a mixer that was evicted is started again: no rung of the ladder is wasted, and it stays the same machine', async () => {
  world = await World.create({ seed: 'evicted' });
  await world.call('POST', '/api/deploy', { event: 'demo', languages: ['original'], environment: 'development' });
  await world.until('demo', ['live']);
  const name = 'mixer-original-demo';
  await world.sim('PUT', '/_sim/faults', [
    { match: { type: 'Microsoft.Compute/virtualMachines', name }, times: 1, outcome: { kind: 'evict' } },
  ]);
  await world.until('demo', ['degraded', 'remediating'], 900, 2);
  await world.until('demo', ['live'], 3600, 2);
  const remedies = (await journal(world, 'demo')).filter((line) => line.startsWith('remedy '));
  expect(remedies).toEqual(['remedy mixer-original: restart']);
  const { requests } = (await world.sim('GET', '/_sim/requests')) as { requests: { method: string; path: string }[] };
  const actions = requests.filter(({ method, path }) => method === 'POST' && path.includes(name));
  expect(actions.map(({ path }) => path.split('/').at(-1))).toEqual(['start']);

  // What it cost ends when Azure took it, not when its silence was noticed.
  // Long enough for seconds at its end to be no share of it.
  await world.pass(600);
  await world.call('POST', '/api/teardown', { event: 'demo', confirm: true });
  await world.until('demo', ['gone']);
  await billedAsMetered(world, name, 0);
});

const NAME = 'mixer-original-demo';
const evicts = (world: World) =>
  world.sim('PUT', '/_sim/faults', [
    { match: { type: 'Microsoft.Compute/virtualMachines', name: NAME }, times: 1, outcome: { kind: 'evict' } },
  ]);

/** The certificate has for a machine what the simulator's meter has. @param least dollars by which it may be off where one per cent is less */
async function billedAsMetered(world: World, name: string, least = 3e-5): Promise<void> {
  const { body } = await world.call<{ resources: { name: string; cost: number }[] }>(
    'GET',
    '/api/events/demo/certificate',
  );
  const { resources } = (await world.sim('GET', '/_sim/meter')) as { resources: { id: string; cost: number }[] };
  const metered = resources.find(({ id }) => id.endsWith(`/${name}`))?.cost ?? 0;
  const billed = body.resources.find((each) => each.name === name)?.cost ?? 0;
  expect(metered).toBeGreaterThan(0);
  isClose(billed, metered, name, least);
}

it('a mixer that is evicted before it was ever heard ends its check at once, and costs nothing from then on', async () => {
  world = await World.create({ seed: 'evicted-unheard' });
  const request = { languages: ['original'], environment: 'development', keepOnFailure: true, ttl: '1h' };
  await world.call('POST', '/api/deploy', { event: 'demo', ...request });
  await world.until('demo', ['verifying']);
  await evicts(world);
  const from = world.clock.now();
  await world.until('demo', ['failed']);
  expect(world.clock.now() - from).toBeLessThan(60_000);
  expect((await journal(world, 'demo')).join('\n')).toContain('no heartbeat; machine deallocated');
  await world.until('demo', ['gone'], 2 * 3600, 60);
  await billedAsMetered(world, NAME);
});

it('a mixer that is evicted while the control plane is away, and found gone by its teardown, costs nothing from then on', async () => {
  world = await World.create({ seed: 'evicted-away' });
  const request = { languages: ['original'], environment: 'development', ttl: '1h' };
  await world.call('POST', '/api/deploy', { event: 'demo', ...request });
  await world.until('demo', ['verifying']);
  await evicts(world);
  await world.host.stop(50);
  await world.pass(1500);
  await world.startHost();
  await world.call('POST', '/api/teardown', { event: 'demo', confirm: true });
  await world.until('demo', ['gone'], 3600, 10);
  await billedAsMetered(world, NAME);
});

it('a mixer that is evicted right before its language is removed costs nothing from then on', async () => {
  world = await World.create({ seed: 'evicted-removed' });
  const request = { languages: ['original', 'french'], environment: 'development', ttl: '1h' };
  await world.call('POST', '/api/deploy', { event: 'demo', ...request });
  await world.until('demo', ['live']);
  await evicts(world);
  await world.until('demo', ['degraded'], 900, 2);
  const { body } = await world.call('POST', '/api/events/demo/languages', { remove: ['original'] });
  expect((await settled(world, String(body.operationId))).outcome).toBe('done');
  await world.call('POST', '/api/teardown', { event: 'demo', confirm: true });
  await world.until('demo', ['gone'], 3600, 10);
  await billedAsMetered(world, NAME);
});
