import type { DurableClient } from 'durable-functions';
import { expect, it } from 'vitest';
import { pastOf } from '../../durable/past.ts';

const T = '2026-11-21T06:21:30.7538544Z';
const at = Date.parse(T);
const seen: unknown[] = [];
const durableOf = (historyEvents?: object[]): DurableClient =>
  ({
    getStatusBy: async (filter: unknown) => {
      seen.push(filter);
      return { ...(historyEvents && { historyEvents }) };
    },
  }) as unknown as DurableClient;

it('is what came to the inbox and what effects came to, whether it is given as JSON or as its text', async () => {
  const past = await pastOf(
    durableOf([
      { EventType: 'ExecutionStarted', Timestamp: T, FunctionName: 'lifecycle' },
      { EventType: 'TaskFailed', Timestamp: T, FunctionName: 'perform', Reason: 'node exited with code 137' },
      { EventType: 'TaskCompleted', Timestamp: T, FunctionName: 'perform', Result: [{ ok: true }] },
      { EventType: 'TaskCompleted', Timestamp: T, FunctionName: 'perform', Result: '[{"ok":false,"error":"x"}]' },
      { EventType: 'EventRaised', Timestamp: T, Name: 'inbox', Input: '{"type":"nudge"}' },
      { EventType: 'EventRaised', Timestamp: T, Name: 'inbox', Input: { type: 'nudge' } },
      { EventType: 'EventRaised', Timestamp: T, Name: 'inbox', Input: 'no JSON' },
      { EventType: 'EventRaised', Timestamp: T, Name: 'other', Input: '1' },
      { EventType: 'TimerFired', Timestamp: T },
      { EventType: 'TaskScheduled', Timestamp: T, Name: 'perform' },
      { EventType: 'ExecutionCompleted', Timestamp: T, OrchestrationStatus: 'Failed' },
    ]),
    'event-demo',
  );
  expect(seen).toEqual([{ instanceId: 'event-demo', showHistory: true, showHistoryOutput: true, showInput: true }]);
  expect(past).toEqual({
    startedAt: at,
    told: [
      { at, performed: {} },
      { at, performed: { outcomes: [{ ok: true }] } },
      { at, performed: { outcomes: [{ ok: false, error: 'x' }] } },
      { at, message: { type: 'nudge' } },
      { at, message: { type: 'nudge' } },
      { at, message: 'no JSON' },
    ],
  });
});

it('is refused where there is none', async () => {
  await expect(pastOf(durableOf(), 'event-demo')).rejects.toThrow('Cannot take up event-demo as it has no history');
});
