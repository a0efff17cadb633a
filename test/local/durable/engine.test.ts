/** The engine end to end over small apps: recovery, virtual time, limits, state changes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../local/clock.ts';
import { createSqliteStore } from '../../../local/durable/engine.ts';
import { createWorker } from '../../../local/host/worker.ts';
import { type Harness, type HarnessOptions, startHarness, TERMINAL } from './harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'engine-'));
afterAll(() => rmSync(folder, { recursive: true }));
const runner = await createWorker({ appDir: join(import.meta.dirname, 'app'), log: () => {} });
const open: Harness[] = [];
const launch = async (options: Partial<HarnessOptions> = {}) => {
  const harness = await startHarness({ runner, ...options });
  open.push(harness);
  return harness;
};
afterEach(async () => {
  for (const harness of open.splice(0)) await harness.stop();
});

/** Deterministic bytes. */
function seeded(seed: number) {
  let state = seed;
  return (length: number) =>
    Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    });
}

describe('recovery', () => {
  test('an orchestration goes on where a stopped engine left it', async () => {
    const file = join(folder, 'recovery.db');
    const first = await launch({ store: createSqliteStore(file) });
    await first.start('waits', 'w');
    await first.until('w', 'Running');
    open.pop();
    await first.stop();
    const second = await launch({ store: createSqliteStore(file) });
    await second.raise('w', 'go', { n: 1 });
    expect((await second.until('w', ...TERMINAL)).output).toEqual(['before', { n: 1 }, 'after']);
  });
  test('an overdue timer fires at once after a restart', async () => {
    const file = join(folder, 'overdue.db');
    const clock = new VirtualClock(Date.parse('2030-01-01T00:00:00Z'));
    const first = await launch({ store: createSqliteStore(file), clock });
    await clock.track(first.start('sleeps', 's', 3_600_000));
    await clock.drive(() => first.store.instance('s')?.status === 'Running');
    open.pop();
    await first.stop();
    const later = new VirtualClock(Date.parse('2030-01-02T00:00:00Z'));
    const second = await launch({ store: createSqliteStore(file), clock: later });
    await later.drive(() => second.store.instance('s')?.status === 'Completed');
    expect(later.now()).toBe(Date.parse('2030-01-02T00:00:00Z'));
    expect(second.store.instance('s')?.output).toBe('86400000');
  });
});

describe('virtual time', () => {
  test.each([
    [false, 2_900, 2_900],
    [true, 2_900, 2_000],
    [true, 900, 0],
    [true, 3_000, 3_000],
  ])(
    'a timer is due to the millisecond, or early as queues of Azure Storage are: %s %s',
    async (timersEarly, ms, woke) => {
      const clock = new VirtualClock(Date.parse('2030-01-01T00:00:00Z'));
      const harness = await launch({ clock, compat: { timersEarly } });
      await clock.track(harness.start('sleeps', 's', ms));
      await clock.drive(() => harness.store.instance('s')?.status === 'Completed');
      expect(harness.store.instance('s')?.output).toBe(String(woke));
    },
  );
  const run = async () => {
    const clock = new VirtualClock(Date.parse('2030-01-01T00:00:00Z'));
    const harness = await launch({ clock, random: seeded(7) });
    await clock.track(harness.start('mixed', 'm', 20));
    const reached = await clock.drive(() => harness.store.instance('m')?.status === 'Completed');
    return {
      reached,
      ran: clock.now(),
      history: harness.store.history('m'),
      output: harness.store.instance('m')?.output,
    };
  };
  test('a month passes at once, and the same seed gives the same history', async () => {
    const before = Date.now();
    const [one, two] = [await run(), await run()];
    expect(one.reached).toBe(true);
    expect(one.ran - Date.parse('2030-01-01T00:00:00Z')).toBeGreaterThan(30 * 86_400_000);
    expect(Date.now() - before).toBeLessThan(10_000);
    expect(two).toEqual(one);
  });
});

describe('Task.any re-use', () => {
  test('schedules the pending activity again, and says so', async () => {
    const harness = await launch();
    await harness.start('reuses', 'r');
    await harness.until('r', ...TERMINAL);
    await harness.start('peeks', 'p', 'pending');
    expect((await harness.until('p', ...TERMINAL)).output).toBe(2);
    expect(harness.logs.filter((line) => line.includes('Task.any re-use'))).toEqual([
      expect.stringMatching(/^warning .* r: Task\.any re-use: the pending activity 'pending' joins a second compound/),
    ]);
  });
});

describe('open tasks', () => {
  test('hold back completion until they end', async () => {
    const clock = new VirtualClock(0);
    const harness = await launch({ clock });
    await clock.track(harness.start('leavesTimer', 'l', 60_000));
    await clock.drive(() => harness.store.instance('l')?.status === 'Completed');
    expect(clock.now()).toBeGreaterThanOrEqual(60_000);
  });
});

describe('suspend, resume, terminate', () => {
  test('a suspended instance takes events only after resume, in order', async () => {
    const harness = await launch();
    await harness.start('collects', 'c', 3);
    await harness.until('c', 'Running');
    expect((await harness.call('POST', '/instances/c/suspend?reason=a')).status).toBe(202);
    await harness.until('c', 'Suspended');
    for (const n of [1, 2, 3]) expect((await harness.raise('c', 'n', n)).status).toBe(202);
    const again = await harness.call('POST', '/instances/c/suspend?reason=b');
    expect(again.status).toBe(500);
    expect(again.body.ExceptionMessage).toBe(
      'Cannot suspend the orchestration instance c because instance is in the Suspended state.',
    );
    expect((await harness.status('c')).body.runtimeStatus).toBe('Suspended');
    expect((await harness.call('POST', '/instances/c/resume?reason=c')).status).toBe(202);
    expect((await harness.until('c', ...TERMINAL)).output).toEqual([1, 2, 3]);
  });
  test('terminate works while suspended and drops what runs', async () => {
    const harness = await launch();
    await harness.start('collects', 't', 1);
    await harness.until('t', 'Running');
    await harness.call('POST', '/instances/t/suspend?reason=a');
    await harness.until('t', 'Suspended');
    expect((await harness.call('POST', '/instances/t/terminate?reason=enough')).status).toBe(202);
    const ended = await harness.until('t', ...TERMINAL);
    expect([ended.runtimeStatus, ended.output]).toEqual(['Terminated', 'enough']);
    expect((await harness.raise('t', 'n', 1)).status).toBe(410);
  });
});

describe('starting', () => {
  test('on an existing id: refused while it runs, restarted once it ended', async () => {
    const harness = await launch();
    await harness.start('waits', 'd');
    const refused = await harness.start('waits', 'd');
    expect(refused.status).toBe(409);
    await harness.raise('d', 'go', 1);
    await harness.until('d', 'Completed');
    expect((await harness.start('waits', 'd')).status).toBe(202);
    await harness.until('d', 'Running');
  });
  test('of one id by many at once lets exactly one through', async () => {
    const harness = await launch();
    const answers = await Promise.all(Array.from({ length: 20 }, () => harness.start('waits', 'race')));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
  });
  test.each([
    ['@x', 'must not start with @'],
    ['a\\b', 'must not contain /'],
    ['a#b', 'must not contain /'],
    ['x'.repeat(257), 'must not exceed 256 characters'],
  ])('refuses the id %s', async (id, text) => {
    const harness = await launch();
    const answer = await harness.start('waits', id);
    expect(answer.status).toBe(400);
    expect(answer.body.ExceptionMessage).toContain(text);
  });
  test('waits for the end when asked to', async () => {
    const harness = await launch();
    const done = await harness.start('echoes', 'e', 'x', '?timeout=10&pollingInterval=1');
    expect([done.status, done.body]).toEqual([200, 'x']);
    const clock = new VirtualClock(0);
    const virtual = await launch({ clock });
    const waiting = virtual.start('waits', 'w', 1, '?timeout=10&pollingInterval=1');
    await clock.drive(() => clock.now() >= 10_000);
    expect((await waiting).status).toBe(202);
  });
});

describe('limits', () => {
  test('activities run at most so many at a time', async () => {
    const harness = await launch({ settings: { maxConcurrentActivityFunctions: 3 } });
    await harness.start('crowd', 'c', 12);
    expect((await harness.until('c', ...TERMINAL)).output).toBe(3);
  });
  test('a custom status over 16 KB fails the instance', async () => {
    const harness = await launch();
    await harness.start('status', 's1', 8 * 1024);
    expect((await harness.until('s1', ...TERMINAL)).runtimeStatus).toBe('Completed');
    await harness.start('status', 's2', 9 * 1024);
    const failed = await harness.until('s2', ...TERMINAL);
    expect(failed.runtimeStatus).toBe('Failed');
    expect(failed.output).toContain('must not exceed 16 KB. The current payload size is 18 KB.');
  });
  test('a setting that is no positive number stops the start', async () => {
    await expect(launch({ settings: { maxConcurrentActivityFunctions: 0 } })).rejects.toThrow(
      'MaxConcurrentActivityFunctions must be a positive integer value.',
    );
  });
});

describe('failing', () => {
  test('an unknown activity fails the orchestration, or hangs it as extension 3.0.0 did', async () => {
    const harness = await launch();
    await harness.start('unknown', 'u');
    const { runtimeStatus, output } = await harness.until('u', ...TERMINAL);
    expect(runtimeStatus).toBe('Failed');
    expect(output).toMatch(
      /^Orchestrator function 'unknown' failed: The function 'nowhere' doesn't exist, is disabled, or is not an activity function\./,
    );
    const old = await launch({ compat: 'extension-3.0.0' });
    await old.start('unknown', 'u');
    await old.until('u', 'Running');
  });
  test('changed code is noticed', async () => {
    const harness = await launch();
    await harness.start('changes', 'n');
    const { runtimeStatus, output } = await harness.until('n', ...TERMINAL);
    expect(runtimeStatus).toBe('Failed');
    expect(output).toMatch(
      /^Non-Deterministic workflow detected: A previous execution of this orchestration scheduled an activity task with sequence number 0 named 'echo', but the current orchestration replay instead scheduled an activity task named 'other'/,
    );
  });
  test('a rewound tree runs only what failed', async () => {
    const harness = await launch();
    await harness.start('rewindParent', 'rw', 'key-1');
    expect((await harness.until('rw', ...TERMINAL)).runtimeStatus).toBe('Failed');
    expect((await harness.call('POST', '/instances/rw/rewind?reason=again')).status).toBe(202);
    const done = await harness.until('rw', 'Completed');
    expect(done.output).toEqual({ first: 1, child: { first: 1, flaky: 2 } });
    const refused = await harness.call('POST', '/instances/rw/rewind?reason=again');
    expect(refused.status).toBe(412);
  });
});
