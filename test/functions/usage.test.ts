import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Usage, usageSchema } from '../../contract/api/usage.ts';
import { World } from '../system/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.create({ seed: 'usage' });
  await world.call('POST', '/api/deploy', { event: 'demo', languages: ['original', 'french'], ttl: '4h' });
  await world.until('demo', ['live']);
  await world.pass(300);
});
afterAll(() => world.stop());

const ask = async (query = ''): Promise<Usage> =>
  usageSchema.parse((await world.call<{ azure: unknown }>('GET', `/api/events/demo/metrics${query}`)).body.azure);
const of = (usage: Usage, component: string) => {
  const found = usage.components.find((one) => one.component === component);
  if (!found) throw new Error(`nothing of ${component}`);
  return found;
};

test('containers and machines are measured, in one unit each', async () => {
  const usage = await ask();
  expect(usage.problem).toBeUndefined();
  expect(usage.components.map(({ component }) => component)).toEqual([
    'relay',
    'slides',
    'mixer-original',
    'mixer-french',
  ]);
  const relay = of(usage, 'relay');
  const [at, cpu] = relay.cpuPercent.at(-1) ?? ['', 0];
  // 220 of 2000 millicores; 310 MB; 760 kB/s in.
  expect(cpu).toBeGreaterThan(10);
  expect(cpu).toBeLessThan(12);
  expect(Math.abs(Date.parse(at) - world.clock.now())).toBeLessThan(180_000);
  expect((relay.inBitsPerSecond.at(-1)?.[1] ?? 0) / (760_000 * 8)).toBeCloseTo(1, 1);
  // A machine's network is counted per sample: 40 kB in a minute.
  const mixer = of(usage, 'mixer-french');
  expect((mixer.inBitsPerSecond.at(-1)?.[1] ?? 0) / ((40_000 * 8) / 60)).toBeCloseTo(1, 1);
  expect(mixer.memoryBytes.length).toBeGreaterThan(0);
  // Two questions, whatever the number of machines.
  const { requests } = (await world.sim('GET', '/_sim/requests')) as { requests: { path: string }[] };
  expect(requests.filter(({ path }) => path.endsWith('metrics:getBatch'))).toHaveLength(2);
});

test('a longer span has wider samples, and the rates stay', async () => {
  const now = world.clock.now();
  const usage = await ask(`?from=${new Date(now - 5 * 3_600_000).toISOString()}&to=${new Date(now).toISOString()}`);
  const { inBitsPerSecond } = of(usage, 'mixer-french');
  expect(inBitsPerSecond.length).toBeLessThan(70);
  expect((inBitsPerSecond.at(-1)?.[1] ?? 0) / ((40_000 * 8) / 60)).toBeCloseTo(1, 1);
});

test.each([
  ['from=yesterday', 'from'],
  ['from=2026-02-30T00:00:00Z', 'from'],
  ['from=2030-01-01T00:00:00Z', 'from'],
  ['from=2020-01-01T00:00:00Z', 'from'],
  ['since=x', 'since'],
])('%s is refused', async (query, path) => {
  const { status, body } = await world.call('GET', `/api/events/demo/metrics?${query}`);
  expect(status).toBe(400);
  expect(body).toMatchObject({ errors: [{ path }] });
});

test('Azure Monitor that is away, or may not be asked, takes nothing else along', async () => {
  const network = world.simulator.httpClient;
  const send = network.sendRequest.bind(network);
  network.sendRequest = async (request) => {
    if (request.url.includes('metrics.monitor')) throw Object.assign(new Error('x'), { code: 'ENOTFOUND' });
    return await send(request);
  };
  try {
    const { status, body } = await world.call<{ relay: { healthy: boolean }; azure: Usage }>(
      'GET',
      '/api/events/demo/metrics',
    );
    expect(status).toBe(200);
    expect(body.relay.healthy).toBe(true);
    expect(body.azure).toMatchObject({ components: [], problem: expect.stringContaining('ENOTFOUND') });
  } finally {
    network.sendRequest = send;
  }
});
