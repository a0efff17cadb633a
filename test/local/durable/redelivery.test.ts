/** What a dead host had taken: at once, or when the real one's queues would show it again. */
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../local/clock.ts';
import { createDurableEngine, createMemoryStore, type Redelivery } from '../../../local/durable/engine.ts';
import type { DurableEngine, FunctionRunner } from '../../../local/durable/ports.ts';
import type { Kept } from '../../../local/durable/redelivery.ts';
import { settingsOf } from '../../../local/durable/settings.ts';
import type { Store } from '../../../local/durable/store/ports.ts';
import { SharedClock } from '../../../local/host/holds.ts';
import { createWorker } from '../../../local/host/worker.ts';

const worker = await createWorker({ appDir: join(import.meta.dirname, 'app'), log: () => {} });
const START = Date.parse('2026-11-21T08:00:00Z');
const LATE: Redelivery = { control: 60_000, workItem: 90_000 };
const never = new Promise<never>(() => {});

let clock: VirtualClock;
let store: Store;
/** Kinds of functions that hang, as they do when their host is killed in them. */
let hanging: Set<string>;
let ran: string[];
let kept: Kept | undefined;
/** Called when a function begins to hang. */
let hung: () => void;
beforeEach(() => {
  clock = new VirtualClock(START);
  store = createMemoryStore();
  hanging = new Set();
  ran = [];
  kept = undefined;
  hung = () => {};
});

const runner: FunctionRunner = {
  names: (kind) => worker.names(kind),
  invoke(kind, name, trigger, instanceId) {
    ran.push(`${(clock.now() - START) / 1000} ${kind} ${instanceId}`);
    if (hanging.has(kind)) setImmediate(hung);
    return hanging.has(kind) ? never : worker.invoke(kind, name, trigger, instanceId);
  },
};
const memory = {
  read: () => structuredClone(kept),
  write: (now: Kept) => {
    kept = structuredClone(now);
  },
};

async function host(redelivery?: Redelivery) {
  const own = new SharedClock(clock);
  const engine: DurableEngine = createDurableEngine({
    store,
    clock: own,
    runner,
    log: () => {},
    redelivery: redelivery && { ...redelivery, kept: memory },
  });
  await engine.start();
  const send = (method: string, path: string, body = 'null') =>
    clock.track(
      engine.manage({
        method,
        path,
        query: new URLSearchParams(),
        headers: { 'content-type': 'application/json' },
        body,
        baseUrl: 'http://x',
        requiredQuery: '',
      }),
    );
  return {
    engine,
    send,
    kill() {
      engine.halt();
      own.end();
    },
  };
}
const until = (id: string, status: string) =>
  clock.drive(() => store.instance(id)?.status === status, START + 3_600_000);
const pass = (seconds: number) => {
  clock.at(clock.now() + seconds * 1000, () => {});
  return clock.drive(() => false, clock.now() + seconds * 1000);
};
const seconds = () => (clock.now() - START) / 1000;

/** A host that is killed ten seconds after it took `echoes` as far as a function of this kind. */
async function killedIn(kind: string, redelivery: Redelivery | undefined = LATE) {
  hanging.add(kind);
  const first = await host(redelivery);
  await first.send('POST', '/orchestrators/echoes/e', '"hi"');
  for (let round = 0; round < 100 && !ran.some((line) => line.includes(` ${kind} `)); round++)
    await new Promise((resolve) => setImmediate(resolve));
  first.kill();
  await pass(10);
  hanging.clear();
  ran = [];
}

describe('killed in an activity', () => {
  test('by itself the engine runs it again at once', async () => {
    await killedIn('activity', undefined);
    await host();
    await until('e', 'Completed');
    expect(seconds()).toBe(10);
  });

  test('told to, when the work item shows again', async () => {
    await killedIn('activity');
    await host(LATE);
    await until('e', 'Completed');
    expect(ran[0]).toBe('90 activity e');
    expect(seconds()).toBe(90);
  });

  test('what comes new meanwhile does not wait', async () => {
    await killedIn('activity');
    const second = await host(LATE);
    await second.send('POST', '/orchestrators/echoes/f', '"ho"');
    await until('f', 'Completed');
    expect(seconds()).toBe(10);
    expect(store.instance('e')?.status).toBe('Running');
  });

  test('by host.json’s times unless others are given', async () => {
    await killedIn('activity', {});
    await host({});
    await until('e', 'Completed');
    expect(seconds()).toBe(300);
  });
});

test('killed in a turn: its messages show again later, others overtake them', async () => {
  hanging.add('orchestrator');
  const first = await host(LATE);
  await first.send('POST', '/orchestrators/collects/c', '2');
  await clock.track(new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve)))));
  first.kill();
  hanging.clear();
  await pass(10);
  const second = await host(LATE);
  // Before the start, which is hidden: it waits for that and is not lost.
  await second.send('POST', '/instances/c/raiseEvent/n', '"early"');
  await pass(20);
  expect(store.instance('c')?.status).toBe('Pending');
  await until('c', 'Running');
  expect(seconds()).toBe(60);
  await second.send('POST', '/instances/c/raiseEvent/n', '"late"');
  await until('c', 'Completed');
  expect(JSON.parse(store.instance('c')?.output ?? '')).toEqual(['early', 'late']);
});

test('two kills: what was taken a second time is hidden a second time', async () => {
  await killedIn('activity');
  hanging.add('activity');
  const second = await host(LATE);
  hung = () => second.kill();
  await clock.drive(() => ran.length > 0, START + 3_600_000);
  hanging.clear();
  await host(LATE);
  await until('e', 'Completed');
  expect(ran).toEqual(['90 activity e', '180 activity e', '180 orchestrator e']);
});

test('a host that ends in order gives back what it had taken: two seconds', async () => {
  const first = await host(LATE);
  await first.send('POST', '/orchestrators/collects/c', '1');
  await until('c', 'Running');
  // Arrives, and is not taken up any more.
  const stopping = first.engine.stop();
  await clock.track(stopping);
  store.apply({
    kind: 'post',
    message: {
      instanceId: 'c',
      executionId: null,
      event: JSON.stringify({
        EventType: 15,
        EventId: -1,
        IsPlayed: false,
        Timestamp: new Date(clock.now()).toISOString(),
        Name: 'n',
        Input: '1',
        ParentTraceContext: null,
      }),
    },
  });
  expect(kept).toEqual({ ended: START, taken: {} });
  await host(LATE);
  expect(kept).toEqual({ taken: {} });
  await until('c', 'Completed');
  expect(seconds()).toBe(2);
});

describe('the settings', () => {
  const read = (storageProvider: object) => settingsOf({ storageProvider });
  test('are read as the provider reads them, five minutes by default', () => {
    expect(read({})).toMatchObject({ controlQueueVisibilityTimeout: 300_000, workItemQueueVisibilityTimeout: 300_000 });
    expect(
      read({ ControlQueueVisibilityTimeout: '00:01:00', workitemqueuevisibilitytimeout: '01:00:00' }),
    ).toMatchObject({ controlQueueVisibilityTimeout: 60_000, workItemQueueVisibilityTimeout: 3_600_000 });
  });

  test.each([
    [{ controlQueueVisibilityTimeout: '00:00:30' }, 'ControlQueueVisibilityTimeout must be between 1 and 60 minutes.'],
    [
      { controlQueueVisibilityTimeout: '00:00:59.9' },
      'ControlQueueVisibilityTimeout must be between 1 and 60 minutes.',
    ],
    [{ controlQueueVisibilityTimeout: '01:00:01' }, 'ControlQueueVisibilityTimeout must be between 1 and 60 minutes.'],
    [
      { workItemQueueVisibilityTimeout: '00:00:30' },
      'WorkItemQueueVisibilityTimeout must be between 1 and 60 minutes.',
    ],
    [
      { workItemQueueVisibilityTimeout: '-00:05:00' },
      'WorkItemQueueVisibilityTimeout must be between 1 and 60 minutes.',
    ],
    [
      { controlQueueVisibilityTimeout: 60 },
      'storageProvider.controlQueueVisibilityTimeout of host.json as it must be a TimeSpan',
    ],
    [{ workItemQueueVisibilityTimeout: 'soon' }, 'must be a TimeSpan such as "00:01:00": current value is "soon"'],
    [{ partitionCount: 17 }, 'PartitionCount must be an integer value between 1 and 16.'],
    [{ controlQueueBatchSize: 0 }, 'ControlQueueBatchSize must be a non-negative integer.'],
    [{ maxQueuePollingInterval: '00:00:00' }, 'MaxQueuePollingInterval must be non-negative.'],
    [{ controlQueueBufferThreshold: 1001 }, 'ControlQueueBufferThreshold must be between 1 and 1000.'],
  ])('%j stops the start', (storageProvider, message) => {
    expect(() => read(storageProvider)).toThrow(message);
  });

  test('of another provider are not checked', () => {
    expect(() => read({ type: 'azureManaged', controlQueueVisibilityTimeout: '00:00:30' })).not.toThrow();
  });
});
