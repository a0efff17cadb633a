import { afterEach, expect, it } from 'vitest';
import { journal } from './look.ts';
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

  // What it cost ends with its last word, not when its silence was noticed.
  await world.call('POST', '/api/teardown', { event: 'demo', confirm: true });
  await world.until('demo', ['gone']);
  const { body } = await world.call<{ resources: { name: string; cost: number }[] }>(
    'GET',
    '/api/events/demo/certificate',
  );
  const { resources } = (await world.sim('GET', '/_sim/meter')) as { resources: { id: string; cost: number }[] };
  const metered = resources.find(({ id }) => id.endsWith(`/${name}`))?.cost ?? 0;
  const billed = body.resources.find((each) => each.name === name)?.cost ?? 0;
  expect(Math.abs(billed - metered) / metered).toBeLessThan(0.02);
});
