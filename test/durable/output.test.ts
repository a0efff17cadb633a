import type { DurableClient } from 'durable-functions';
import { afterEach, expect, it } from 'vitest';
import { outputOf } from '../../durable/instances.ts';
import { PORTS, ports } from '../../ports/index.ts';

const global = globalThis as { [PORTS]?: object };
afterEach(() => {
  delete global[PORTS];
});

/** An instance as each look finds it; the last look's stays. */
const durableOf = (...looks: object[]): DurableClient =>
  ({ getStatus: async () => (looks.length > 1 ? looks.shift() : looks[0]) }) as unknown as DurableClient;

it('waits for a result whose one turn is still to come', async () => {
  let slept = 0;
  const timer = (_ms: number, task: () => void) => {
    slept++;
    queueMicrotask(task);
    return () => {};
  };
  global[PORTS] = { ...ports(), timer };
  const looks = [{ runtimeStatus: 'Pending' }, { runtimeStatus: 'Running' }, { runtimeStatus: 'Completed', output: 7 }];
  expect(await outputOf(durableOf(...looks), 'record-x')).toBe(7);
  expect(slept).toBe(2);
  expect(await outputOf(durableOf({ runtimeStatus: 'Failed' }), 'record-x')).toBeUndefined();
  expect(slept).toBe(2);
  expect(await outputOf(durableOf({ runtimeStatus: 'Running' }), 'record-x')).toBeUndefined();
  expect(slept).toBeGreaterThan(10);
});
