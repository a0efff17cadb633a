/** One suite over every store: what the engine relies on. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryStore, createSqliteStore, type Store } from '../../../local/durable/engine.ts';
import type { Activity, Alarm, Change, Instance, Message, TurnChange } from '../../../local/durable/store/ports.ts';

const folder = mkdtempSync(join(tmpdir(), 'store-'));
afterAll(() => rmSync(folder, { recursive: true }));

const instance = (id: string, more: Partial<Instance> = {}): Instance => ({
  id,
  executionId: `${id}-x1`,
  name: 'o',
  version: '',
  status: 'Pending',
  input: '1',
  customStatus: null,
  output: null,
  createdAt: 1000,
  updatedAt: 1000,
  generation: 0,
  parent: null,
  ...more,
});
const message = (instanceId: string, event = 'e', executionId: string | null = null): Message => ({
  instanceId,
  executionId,
  event,
});
const start = (one: Instance, unlessIn: Instance['status'][] = []) =>
  ({ kind: 'start', start: { instance: one, message: message(one.id, 'start', one.executionId) }, unlessIn }) as const;
const turn = (one: Instance, more: Partial<TurnChange> = {}): TurnChange => ({
  kind: 'turn',
  instance: one,
  expectedExecutionId: one.executionId,
  consumed: 0,
  history: { from: 0, events: [] },
  starts: [],
  messages: [],
  activities: [],
  alarms: [],
  ended: false,
  ...more,
});
const activity = (one: Instance, taskId: number): Activity => ({
  instanceId: one.id,
  executionId: one.executionId,
  taskId,
  name: 'a',
  input: '[1]',
});
const alarm = (one: Instance, taskId: number, fireAt: number): Alarm => ({
  instanceId: one.id,
  executionId: one.executionId,
  taskId,
  fireAt,
  message: message(one.id, `fired ${taskId}`, one.executionId),
});

let count = 0;
const stores: [string, () => Store][] = [
  ['memory', createMemoryStore],
  ['sqlite in memory', () => createSqliteStore(':memory:')],
  ['sqlite on disk', () => createSqliteStore(join(folder, `${count++}.db`))],
  ['sqlite written by a thread', () => createSqliteStore(join(folder, `${count++}.db`), { thread: true })],
];
describe.each(stores)('%s', (_name, open) => {
  let store: Store;
  const apply = (changes: Change[]): boolean[] => {
    const applied = changes.map((change) => store.apply(change));
    store.flush();
    return applied;
  };
  const a = instance('a');
  const b = instance('b');
  beforeEach(() => {
    store = open();
    return () => store.close();
  });

  test('a start makes a row and a first message, and is refused in the named states', () => {
    expect(apply([start(a)])).toEqual([true]);
    expect(store.instance('a')).toEqual(a);
    expect(store.inbox('a').map(({ event }) => event)).toEqual(['start']);
    expect(apply([start({ ...a, executionId: 'x2' }, ['Pending'])])).toEqual([false]);
    expect(store.instance('a')?.executionId).toBe('a-x1');
    expect(apply([start({ ...a, executionId: 'x2' }, ['Running'])])).toEqual([true]);
    expect(store.instance('a')?.executionId).toBe('x2');
    expect(store.inbox('a')).toHaveLength(1);
    expect(store.waiting()).toEqual(['a']);
  });

  test('a turn consumes, appends, schedules and sends at once', () => {
    apply([start(a), start(b)]);
    const seq = store.inbox('a')[0]?.seq ?? 0;
    apply([{ kind: 'post', message: message('a', 'late') }]);
    const running = { ...a, status: 'Running' as const, customStatus: '"s"' };
    const applied = apply([
      turn(running, {
        consumed: seq,
        history: { from: 0, events: ['1', '2'] },
        activities: [activity(a, 0), activity(a, 1)],
        alarms: [alarm(a, 2, 50), alarm(a, 3, 20)],
        messages: [message('b', 'hello'), message('nobody', 'lost')],
      }),
      turn(running, { consumed: 0, history: { from: 2, events: ['3'] } }),
    ]);
    expect(applied).toEqual([true, true]);
    expect(store.instance('a')).toEqual(running);
    expect(store.history('a')).toEqual(['1', '2', '3']);
    expect(store.inbox('a').map(({ event }) => event)).toEqual(['late']);
    expect(store.inbox('b').map(({ event }) => event)).toEqual(['start', 'hello']);
    expect(store.activities()).toEqual([activity(a, 0), activity(a, 1)]);
    expect(store.nextAlarm()).toBe(20);
    expect(store.dueAlarms(60, 10).map(({ taskId }) => taskId)).toEqual([3, 2]);
    expect(store.dueAlarms(60, 1)).toHaveLength(1);
    expect(store.dueAlarms(19, 10)).toEqual([]);
    expect(store.instance('nobody')).toBeUndefined();
  });

  test('a turn for an execution that is gone changes nothing', () => {
    apply([start(a)]);
    const stale = turn(a, { expectedExecutionId: 'old', consumed: 99, history: { from: 0, events: ['x'] } });
    expect(apply([stale])).toEqual([false]);
    expect(store.history('a')).toEqual([]);
    expect(store.inbox('a')).toHaveLength(1);
  });

  test('a later generation replaces the history', () => {
    apply([start(a), turn(a, { history: { from: 0, events: ['1', '2'] } })]);
    const next = { ...a, executionId: 'a-x2' };
    apply([turn(next, { expectedExecutionId: 'a-x1', history: { from: 0, events: ['n'] } })]);
    expect(store.history('a')).toEqual(['n']);
    expect(store.instance('a')?.executionId).toBe('a-x2');
  });

  test('only the first result of an activity counts', () => {
    apply([start(a), turn(a, { activities: [activity(a, 0)] })]);
    const result = { kind: 'result', key: activity(a, 0), message: message('a', 'done') } as const;
    expect(apply([result, result])).toEqual([true, false]);
    expect(store.inbox('a').map(({ event }) => event)).toEqual(['start', 'done']);
    expect(store.activities()).toEqual([]);
  });

  test('an alarm is delivered once and goes with its instance', () => {
    apply([start(a), turn(a, { alarms: [alarm(a, 0, 10), alarm(a, 1, 90)] })]);
    const due = store.dueAlarms(10, 10);
    apply([{ kind: 'fire', alarms: due }]);
    apply([{ kind: 'fire', alarms: due }]);
    expect(store.inbox('a').map(({ event }) => event)).toEqual(['start', 'fired 0']);
    apply([turn({ ...a, status: 'Completed' }, { ended: true, consumed: 999 })]);
    expect(store.nextAlarm()).toBeUndefined();
    expect(store.inbox('a')).toEqual([]);
  });

  test('a message makes the instance it may make, once', () => {
    const creates = instance('@e@k');
    const one = { kind: 'post', message: { ...message('@e@k', 'op'), creates } } as const;
    expect(apply([one, one, { kind: 'post', message: message('none') }])).toEqual([true, true, false]);
    expect(store.instance('@e@k')).toEqual(creates);
    expect(store.inbox('@e@k')).toHaveLength(2);
  });

  test('rewrite, discard and purge', () => {
    apply([start(a), turn(a, { history: { from: 0, events: ['1', '2'] }, alarms: [alarm(a, 0, 5)] })]);
    apply([{ kind: 'rewrite', instance: { ...a, status: 'Running' }, history: ['x'] }]);
    expect(store.history('a')).toEqual(['x']);
    apply([{ kind: 'discard', instanceId: 'a', consumed: Number.MAX_SAFE_INTEGER }]);
    expect(store.waiting()).toEqual([]);
    expect(apply([{ kind: 'purge', instanceId: 'a' }])).toEqual([true]);
    expect(apply([{ kind: 'purge', instanceId: 'a' }])).toEqual([false]);
    expect([store.instance('a'), store.history('a'), store.nextAlarm()]).toEqual([undefined, [], undefined]);
  });

  test('queries filter and page by id', () => {
    const ids = ['x-2', 'x-1', 'y', '100%', 'X-3'];
    apply(ids.map((id, index) => start(instance(id, { createdAt: index, status: id === 'y' ? 'Failed' : 'Running' }))));
    const found = (query: Parameters<Store['query']>[0]) => store.query(query).map(({ id }) => id);
    expect(found({ limit: 10 })).toEqual(['100%', 'X-3', 'x-1', 'x-2', 'y']);
    expect(found({ limit: 2 })).toEqual(['100%', 'X-3']);
    expect(found({ limit: 10, from: 'x-1' })).toEqual(['x-1', 'x-2', 'y']);
    expect(found({ limit: 10, prefix: 'x-' })).toEqual(['x-1', 'x-2']);
    expect(found({ limit: 10, prefix: '100%' })).toEqual(['100%']);
    expect(found({ limit: 10, statuses: ['Failed'] })).toEqual(['y']);
    expect(found({ limit: 10, createdFrom: 1, createdTo: 2 })).toEqual(['x-1', 'y']);
  });
});

describe('the file', () => {
  test('keeps what was applied', () => {
    const file = join(folder, 'kept.db');
    const first = createSqliteStore(file);
    for (const change of [start(instance('a')), turn(instance('a'), { history: { from: 0, events: ['1'] } })])
      first.apply(change);
    first.flush();
    first.close();
    const second = createSqliteStore(file);
    expect(second.history('a')).toEqual(['1']);
    second.close();
  });
  test('holds nothing of what was not flushed', () => {
    const file = join(folder, 'lost.db');
    const first = createSqliteStore(file);
    first.apply(start(instance('a')));
    first.flush();
    first.apply(start(instance('b')));
    expect(first.instance('b')?.id).toBe('b');
    // A copy of the files is what a power cut would leave.
    const copy = join(folder, 'lost-copy.db');
    for (const end of ['', '-wal']) copyFileSync(`${file}${end}`, `${copy}${end}`);
    first.close();
    const second = createSqliteStore(copy);
    expect([second.instance('a')?.id, second.instance('b')]).toEqual(['a', undefined]);
    second.close();
  });
  test.each([false, true])(
    'what could not be written ends it, and none of it is on disk (thread: %s)',
    async (thread) => {
      const file = join(folder, `failed-${thread}.db`);
      const first = createSqliteStore(file, { thread });
      first.apply(start(instance('a')));
      await first.flush();
      first.apply(start(instance('b')));
      // No value of a column, so the statement refuses it.
      first.apply(start(instance('c', { name: { not: 'text' } as unknown as string })));
      await expect(async () => first.flush()).rejects.toThrow('cannot be bound');
      expect(() => first.apply(start(instance('d')))).toThrow('cannot be bound');
      first.close();
      const second = createSqliteStore(file);
      expect(second.query({ limit: 9 }).map(({ id }) => id)).toEqual(['a']);
      second.close();
    },
  );
  test('reads see the same before, while and after a thread writes', async () => {
    const store = createSqliteStore(join(folder, 'threaded.db'), { thread: true });
    const a = instance('a');
    const seen = () => [
      store.instance('a'),
      store.history('a'),
      store.query({ limit: 9 }).map(({ id }) => id),
      store.dueAlarms(100, 9).map(({ taskId }) => taskId),
      store.activities(),
    ];
    store.apply(start(a));
    store.apply(
      turn(a, { history: { from: 0, events: ['1', '2'] }, alarms: [alarm(a, 0, 5)], activities: [activity(a, 1)] }),
    );
    const before = seen();
    const writing = store.flush();
    expect(seen()).toEqual(before);
    await writing;
    expect(seen()).toEqual(before);
    expect(before.slice(1, 4)).toEqual([['1', '2'], ['a'], [0]]);
    store.close();
  });
  test('belongs to one process at a time', () => {
    const file = join(folder, 'locked.db');
    const first = createSqliteStore(file);
    expect(() => createSqliteStore(file)).toThrow(`Cannot open '${file}' as another process is using it`);
    first.close();
    createSqliteStore(file).close();
  });
  test('is refused when damaged or newer', () => {
    const damaged = join(folder, 'damaged.db');
    writeFileSync(damaged, 'this is not a database, whatever its name says'.repeat(100));
    expect(() => createSqliteStore(damaged)).toThrow(`Cannot open '${damaged}' as it is damaged`);
    const newer = join(folder, 'newer.db');
    createSqliteStore(newer).close();
    const database = new DatabaseSync(newer);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => createSqliteStore(newer)).toThrow('schema version must be at most 1: current value is 99');
  });
});
