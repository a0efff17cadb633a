/** Answers and statuses in which the extension is easily told from a copy; the expectations were taken from its public source (3.0.0, where it matters), running. */
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { EXTENSION_3_0_0, NEWEST } from '../../../local/durable/compat.ts';
import { received, sent } from '../../../local/durable/entity/sorter.ts';
import {
  EventType,
  event,
  type HistoryEvent,
  type Marker,
  type TaskScheduled,
} from '../../../local/durable/history.ts';
import { DuplicateKey, shownHistory } from '../../../local/durable/manage/status.ts';
import { createWorker } from '../../../local/host/worker.ts';
import { type Harness, startHarness } from './harness.ts';

const runner = await createWorker({ appDir: join(import.meta.dirname, 'app'), log: () => {} });
let harness: Harness;
const launch = async (compat = EXTENSION_3_0_0) => {
  harness = await startHarness({ runner, compat });
  return harness;
};
afterEach(() => harness?.stop());

const untilWaiting = async (id: string) => {
  await harness.start('waits', id);
  await harness.until(id, 'Running');
};

describe('status', () => {
  test('shows why an instance was suspended, and resumed, where the output will be', async () => {
    await launch();
    await untilWaiting('s');
    await harness.call('POST', '/instances/s/suspend?reason=hold');
    expect((await harness.until('s', 'Suspended')).output).toBe('hold');
    await harness.call('POST', '/instances/s/resume?reason=go%20on');
    expect((await harness.until('s', 'Running')).output).toBe('go on');
    await harness.raise('s', 'go', 1);
    expect((await harness.until('s', 'Completed')).output).toEqual(['before', 1, 'after']);
  });
  test('loses a custom status that a later generation does not tell again', async () => {
    await launch();
    await harness.start('tellsOnce', 't');
    const { customStatus } = await harness.until('t', 'Running');
    expect(customStatus).toBe('first');
    await harness.raise('t', 'go', 1);
    await harness.raise('t', 'go', 2);
    expect((await harness.until('t', 'Completed')).customStatus).toBeNull();
  });
  test('takes parameter names in any case', async () => {
    await launch();
    await untilWaiting('c');
    expect((await harness.call('GET', '/instances/c?SHOWHISTORY=true')).body.historyEvents).toBeInstanceOf(Array);
  });
  test('cannot show a history that schedules one id twice', () => {
    const scheduled = (name: string) =>
      event<TaskScheduled>(
        EventType.TaskScheduled,
        { Name: name, Version: '', Input: null, ParentTraceContext: null },
        0,
        0,
      );
    const events: HistoryEvent[] = [
      event<Marker>(EventType.OrchestratorStarted, {}, 0),
      scheduled('a'),
      scheduled('b'),
    ];
    const show = { history: true, output: true, input: true, historyKey: false };
    expect(() => shownHistory(events, show)).toThrow(DuplicateKey);
    expect(() => shownHistory(events, show)).toThrow('Key: TaskScheduled_0');
  });
});

describe('refusals', () => {
  test('3.0.0 purges what runs, newer ones do not', async () => {
    await launch();
    await untilWaiting('p');
    expect((await harness.call('DELETE', '/instances/p')).body).toEqual({ instancesDeleted: 1 });
    expect((await harness.status('p')).status).toBe(404);
    await harness.stop();
    await launch(NEWEST);
    await untilWaiting('p');
    expect(await harness.call('DELETE', '/instances/p')).toMatchObject({
      status: 412,
      body: 'Only orchestrations in a terminal state can be purged, but the orchestration with instance ID p has status Running',
    });
  });
  test('rewinding what runs is an error of 3.0.0', async () => {
    await launch();
    await untilWaiting('r');
    expect(await harness.call('POST', '/instances/r/rewind?reason=x')).toMatchObject({
      status: 500,
      body: {
        ExceptionMessage: 'The rewind operation is only supported on failed orchestration instances.',
        ExceptionType: 'System.InvalidOperationException',
      },
    });
  });
  test('an id in use says in which state', async () => {
    await launch();
    await untilWaiting('d');
    expect((await harness.start('waits', 'd')).body.ExceptionMessage).toBe(
      'An Orchestration instance with the status Running already exists.',
    );
  });
  test('an escaped slash stays escaped', async () => {
    await launch();
    expect((await harness.call('POST', '/orchestrators/echoes/a%2Fb', '1')).body.id).toBe('a%2Fb');
  });
});

describe('entity rows', () => {
  test('tell whom they heard from and wrote to, half an hour back', () => {
    const first = received({}, { parent: 'o', parentExecution: 'x', Timestamp: '2026-11-21T00:38:38.2201551Z' });
    expect(first).toEqual({
      ReceivedFromInstance: { o: { Last: '2026-11-21T00:38:38.2201551Z', ExecutionId: 'x' } },
      ReceiveHorizon: '2026-11-21T00:08:38.2201551Z',
    });
    const later = received(first, { parent: 'p', Timestamp: '2026-11-21T02:00:00Z' });
    expect(Object.keys(later.ReceivedFromInstance ?? {})).toEqual(['p']);
    expect(received(first, { Timestamp: '2026-11-21T02:00:00Z' })).toBe(first);
    const { sorter, Predecessor } = sent(first, '@a@b', '2026-11-21T00:38:39.0000000Z');
    expect(Predecessor).toBeUndefined();
    expect(sent(sorter, '@a@b', '2026-11-21T00:38:40.0000000Z').Predecessor).toBe('2026-11-21T00:38:39.0000000Z');
  });
});
