import { afterEach, expect, it } from 'vitest';
import { callsByResource, type Request } from '../../bench/deploy/calls.ts';
import { World } from './world.ts';

let world: World | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

it.each(['a', 'd', 'f'])(
  'asks Azure about no resource more than three times and once per ten seconds (seed %s)',
  async (seed) => {
    world = await World.create({ seed });
    await world.call('POST', '/api/deploy', { event: 'demo', languages: ['original', 'spanish', 'french'] });
    await world.until('demo', ['live']);
    const { requests } = (await world.sim('GET', '/_sim/requests')) as { requests: Request[] };
    const resources = callsByResource(requests, world.simulator.snapshot(), world.boots());
    expect(resources.map(({ name }) => name).sort()).toEqual(
      [
        'containers-nsg',
        'mixers-nsg',
        'streaming-vnet',
        'relay-demo-westeurope',
        'slides-demo-westeurope',
        ...['original', 'spanish', 'french'].flatMap((one) => [
          `pip-${one}-demo`,
          `nic-${one}-demo`,
          `mixer-${one}-demo`,
        ]),
      ].sort(),
    );
    expect(resources.filter(({ calls, bound }) => calls > bound)).toEqual([]);
  },
);
