import type { DurableClient } from 'durable-functions';
import { expect, test } from 'vitest';
import { perform } from '../../activities/perform.ts';
import type { AlarmInput } from '../../domain/seam/alarm.ts';
import type { Effect } from '../../domain/seam/effect.ts';

const alarm: AlarmInput = {
  deploymentId: 'demo-abc-1',
  parent: 'event-demo',
  alarm: 'ttl',
  generation: 1,
  at: '2026-11-21T00:00:00Z',
};
const start: Effect = { effect: 'start', orchestration: 'alarm', instanceId: 'demo-abc-1-ttl-1', input: alarm };

/** A durable client over a map of instances that behaves as the real one does. */
function client(instances: Map<string, { runtimeStatus: string; output?: unknown }>) {
  const calls: string[] = [];
  const durable = {
    getStatus: async (id: string) => {
      const found = instances.get(id);
      if (!found) throw new Error('DurableClient error: GET replied with HTTP 404 response.');
      return found;
    },
    startNew: async (name: string, { instanceId }: { instanceId: string }) => {
      calls.push(`start ${name} ${instanceId}`);
      instances.set(instanceId, { runtimeStatus: 'Pending' });
      return instanceId;
    },
    terminate: async (id: string) => {
      if (!instances.has(id)) throw new Error(`No instance with ID '${id}' found.`);
      calls.push(`terminate ${id}`);
    },
    signalEntity: async () => {
      throw new Error('entities are down');
    },
  };
  return { calls, durable: durable as unknown as DurableClient };
}

test('a start takes effect once, whatever became of the instance meanwhile', async () => {
  const instances = new Map();
  const { calls, durable } = client(instances);
  expect(await perform([start], durable)).toEqual([{ ok: true }]);
  expect(await perform([start], durable)).toEqual([{ ok: true }]);
  instances.set('demo-abc-1-ttl-1', { runtimeStatus: 'Completed' });
  expect(await perform([start], durable)).toEqual([{ ok: true }]);
  expect(calls).toEqual(['start alarm demo-abc-1-ttl-1']);
});

test('a slower start that extension 3.0.0 answers with 500 is a success when the instance is there', async () => {
  const instances = new Map();
  const { durable } = client(instances);
  Object.assign(durable, {
    startNew: async (_name: string, { instanceId }: { instanceId: string }) => {
      instances.set(instanceId, { runtimeStatus: 'Running' });
      throw new Error('The operation failed with an unexpected status code: 500. Details: {"Message":"went wrong"}');
    },
  });
  expect(await perform([start], durable)).toEqual([{ ok: true }]);
});

test('losing the race for a start is a success, other errors are told', async () => {
  const { durable } = client(new Map());
  for (const [message, outcome] of [
    ['The operation failed with an unexpected status code: 409. Details: {"Message":"already exists"}', { ok: true }],
    ['connect ECONNREFUSED', { ok: false, error: 'connect ECONNREFUSED' }],
  ] as const) {
    Object.assign(durable, {
      startNew: async () => {
        throw new Error(message);
      },
    });
    expect(await perform([start], durable)).toEqual([outcome]);
  }
});

test('drop, probe, and one failing effect beside the others, in order', async () => {
  const done = { type: 'node' };
  const { calls, durable } = client(
    new Map([
      ['a', { runtimeStatus: 'Running' }],
      ['b', { runtimeStatus: 'Completed', output: done }],
    ]),
  );
  const entry = { event: 'demo', deploymentId: 'd', state: 'live', resourceGroup: 'g', at: 'now' };
  const outcomes = await perform(
    [
      { effect: 'drop', instanceId: 'a' },
      { effect: 'drop', instanceId: 'absent' },
      { effect: 'index', entry },
      { effect: 'probe', instanceIds: ['a', 'b', 'c'] },
    ],
    durable,
  );
  expect(outcomes).toEqual([
    { ok: true },
    { ok: true },
    { ok: false, error: 'entities are down' },
    {
      ok: true,
      ended: [
        { instanceId: 'b', runtimeStatus: 'Completed', output: done },
        { instanceId: 'c', runtimeStatus: 'absent' },
      ],
    },
  ]);
  expect(calls).toEqual(['terminate a']);
});
