import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../local/clock.ts';
import { createHost, type Host } from '../../../local/host/host.ts';
import { parseSchedule } from '../../../local/host/ncrontab.ts';
import { retryDelay } from '../../../local/host/retry.ts';

interface Run {
  name: string;
  retry?: number;
  timer: { isPastDue: boolean; schedule: unknown; scheduleStatus: { last: string; next: string } | null };
}
const runs = () => (globalThis as { timerRuns?: Run[] }).timerRuns ?? [];
const start = Date.UTC(2026, 10, 21, 0, 0, 0);
const HOUR = 3_600_000;

function host(clock: VirtualClock, dataDir: string, lines: string[] = []): Host {
  return createHost({
    appDir: join(import.meta.dirname, 'apps', 'timers'),
    dataDir,
    clock,
    settings: { EVERY: '04:00:00' },
    engine: () => {
      throw new Error('this app has no durable functions');
    },
    log: (level, category, message) => lines.push(`${level} ${category} ${message}`),
  });
}

async function during(hours: number, from: number, dataDir: string, lines: string[] = []): Promise<void> {
  const clock = new VirtualClock(from);
  const running = host(clock, dataDir, lines);
  await running.start();
  await clock.drive(() => false, from + hours * HOUR);
  await running.stop();
}

describe('timer functions', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'host-'));
    runs().length = 0;
  });
  const count = (name: string) => runs().filter((run) => run.name === name).length;

  test('run when they are due, on the host’s clock', async () => {
    const lines: string[] = [];
    await during(24, start, dataDir, lines);
    expect({ hourly: count('hourly'), configured: count('configured'), unwatched: count('unwatched') }).toEqual({
      hourly: 24,
      configured: 6,
      unwatched: 1,
    });
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^error Host\.Startup The 'invalid' function is in error: The schedule expression 'now and then' was not recognized/,
      ),
    );
  });

  test('of a host that was killed run no more', async () => {
    const clock = new VirtualClock(start);
    const killed = host(clock, dataDir);
    await killed.start();
    await clock.drive(() => false, start + 2 * HOUR);
    await killed.kill();
    await clock.drive(() => false, start + 24 * HOUR);
    expect(count('hourly')).toBe(2);
  });

  test('one that waits for its next attempt when the host ends is not tried again', async () => {
    const clock = new VirtualClock(start);
    const ended = host(clock, dataDir);
    await ended.start();
    // Due at six, again 90 s later.
    await clock.drive(() => false, start + 6 * HOUR + 30_000);
    await ended.kill();
    await clock.drive(() => false, start + 7 * HOUR);
    expect(count('retried')).toBe(1);
  });

  test('runOnStartup runs at once and is not past due', async () => {
    await during(0, start, dataDir);
    expect(runs()).toEqual([
      expect.objectContaining({ name: 'startup', timer: expect.objectContaining({ isPastDue: false }) }),
    ]);
  });

  test('what the function sees', async () => {
    await during(2, start, dataDir);
    const [first, second] = runs().filter((run) => run.name === 'hourly');
    expect(first?.timer).toEqual({
      schedule: { adjustForDST: true },
      scheduleStatus: {
        last: '0001-01-01T00:00:00+00:00',
        next: '2026-11-21T00:30:00.0000000+00:00',
        lastUpdated: '2026-11-21T00:00:00.0000000+00:00',
      },
      isPastDue: false,
    });
    expect(second?.timer.scheduleStatus).toMatchObject({
      last: '2026-11-21T00:30:00.0000000+00:00',
      next: '2026-11-21T01:30:00.0000000+00:00',
    });
    await during(13, start, mkdtempSync(join(tmpdir(), 'host-')));
    expect(runs().find((run) => run.name === 'unwatched')?.timer.scheduleStatus).toBeNull();
  });

  test('a run that was missed while the host was down is made up once, past due', async () => {
    await during(1, start, dataDir);
    runs().length = 0;
    await during(0, start + 10 * HOUR, dataDir);
    const hourly = runs().filter((run) => run.name === 'hourly');
    expect(hourly.map((run) => run.timer.isPastDue)).toEqual([true]);
    expect(count('unwatched')).toBe(0);
  });

  test('a failing one is retried by its policy, then the schedule goes on', async () => {
    await during(31, start, dataDir);
    expect(
      runs()
        .filter((run) => run.name === 'retried')
        .map((run) => run.retry ?? 0),
    ).toEqual([0, 1, 2, 0, 1, 2]);
  });
});

test('a function is run by hand through the admin address, others are named at the start', async () => {
  const lines: string[] = [];
  const host = createHost({
    appDir: join(import.meta.dirname, 'apps', 'timers'),
    dataDir: mkdtempSync(join(tmpdir(), 'host-')),
    clock: new VirtualClock(start),
    settings: { EVERY: '04:00:00' },
    log: (level, _, message) => lines.push(`${level} ${message}`),
  });
  await host.start();
  runs().length = 0;
  const post = (name: string, body: string) =>
    host.fetch(new Request(`${host.origin}/admin/functions/${name}`, { method: 'POST', body }));
  expect((await post('hourly', '{}')).status).toBe(202);
  expect((await post('queued', '{"input":"a message"}')).status).toBe(202);
  expect((await post('queued', '{')).status).toBe(400);
  expect((await post('gone', '{}')).status).toBe(404);
  await expect
    .poll(() => runs().map((run) => [run.name, run.timer]))
    .toEqual([
      ['hourly', { schedule: { adjustForDST: true }, scheduleStatus: null, isPastDue: false }],
      ['queued', 'a message'],
    ]);
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^warning 'queued' uses queueTrigger, which has no counterpart here: it runs only when asked to/,
    ),
  );
  await host.stop();
});

describe('schedules', () => {
  const at = (expression: string, from: string, zone?: string) => {
    const next = parseSchedule(expression, zone).next(Date.parse(from));
    return next === undefined ? undefined : new Date(next).toISOString();
  };
  test.each([
    ['*/15 * * * * *', '2026-01-01T00:00:01Z', '2026-01-01T00:00:15.000Z'],
    ['0 */5 * * * *', '2026-01-01T00:05:00Z', '2026-01-01T00:10:00.000Z'],
    ['0 5/20 * * * *', '2026-01-01T00:26:00Z', '2026-01-01T00:45:00.000Z'],
    ['0 30 9 * Jan Mon', '2026-01-01T00:00:00Z', '2026-01-05T09:30:00.000Z'],
    ['0 0 0 13 * Fri', '2026-01-01T00:00:00Z', '2026-02-13T00:00:00.000Z'],
    ['0 9-17 * * *', '2026-01-01T17:30:00Z', '2026-01-02T09:00:00.000Z'],
    ['00:00:10', '2026-01-01T00:00:00Z', '2026-01-01T00:00:10.000Z'],
    // NCrontab takes the beginning of a name, ranges either way round and steps of any width.
    ['0 0 3 * * Sunday', '2026-01-01T00:00:00Z', '2026-01-04T03:00:00.000Z'],
    ['0 0 3 * * Monday-Friday', '2026-01-02T04:00:00Z', '2026-01-05T03:00:00.000Z'],
    ['0 0 3 * * Thurs', '2026-01-02T00:00:00Z', '2026-01-08T03:00:00.000Z'],
    ['0 0 3 * * T', '2026-01-01T00:00:00Z', '2026-01-06T03:00:00.000Z'],
    ['0 0 3 * * fri-mon', '2026-01-01T00:00:00Z', '2026-01-01T03:00:00.000Z'],
    ['0 0 3 * * 5-1', '2026-01-03T04:00:00Z', '2026-01-05T03:00:00.000Z'],
    ['0 0 3 * * 6-6', '2026-01-01T00:00:00Z', '2026-01-03T03:00:00.000Z'],
    ['0 0 3 1 J *', '2026-01-02T00:00:00Z', '2027-01-01T03:00:00.000Z'],
    ['0 0 3 1 sept-October *', '2026-01-02T00:00:00Z', '2026-09-01T03:00:00.000Z'],
    ['0 */90 * * * *', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00.000Z'],
    ['0 */0 * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00.000Z'],
    ['0 */-5 * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00.000Z'],
    ['0 20-10/5 * * * *', '2026-01-01T00:10:00Z', '2026-01-01T00:15:00.000Z'],
    ['0 05,007 * * * *', '2026-01-01T00:05:00Z', '2026-01-01T00:07:00.000Z'],
    ['0 0 0 * * 0,1-2,wed', '2026-01-01T00:00:00Z', '2026-01-04T00:00:00.000Z'],
    ['0 0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['0  0   3 * * *', '2026-01-01T00:00:00Z', '2026-01-01T03:00:00.000Z'],
  ])('%s after %s is %s', (expression, from, expected) => {
    expect(at(expression, from)).toBe(expected);
  });
  test('WEBSITE_TIME_ZONE moves the hour', () => {
    expect(at('0 0 12 * * *', '2026-07-01T00:00:00Z', 'Europe/Berlin')).toBe('2026-07-01T10:00:00.000Z');
  });
  test('the thirtieth of February never comes', () => {
    expect(at('0 0 0 30 2 *', '2026-01-01T00:00:00Z')).toBeUndefined();
  });
  test('a time zone that is none is named', () => {
    expect(() => parseSchedule('0 0 3 * * *', 'Mars/Olympus')).toThrow(/^The time zone 'Mars\/Olympus' is not known/);
  });
  test.each(
    [
      ['', '* *', '61 * * * * *', '0 0 0 L * *', '@daily', '1 2 3 4 5 6 7'],
      ['0 0 3 * * 1-7', '0 0 3 * * 7', '0 0 3 * * 0-7', '0 0 3 * * Weds', '0 0 3 * * Sundays', '0 0 3 * * ?'],
      ['0 0 3 0 * *', '0 0 3 32 * *', '0 0 3 * 0 *', '0 0 3 * 13 *', '0 0 24 * * *', '0 60 * * * *', '60 0 0 * * *'],
      [
        '0 , * * * *',
        '0 1, * * * *',
        '0 ,1 * * * *',
        '0 1,,2 * * * *',
        '0 1- * * * *',
        '0 -1 * * * *',
        '0 1-2-3 * * * *',
      ],
      [
        '0 /5 * * * *',
        '0 5/ * * * *',
        '0 5/x * * * *',
        '0 1/2/3 * * * *',
        '0 *-5 * * * *',
        '0 ** * * * *',
        '0 *5 * * * *',
      ],
      ['0 61/5 * * * *', '0 5.0 * * * *', '0 1e1 * * * *', '0 0x5 * * * *', '0 99999999999 * * * *', '0 0 3 * Mon *'],
      ['0\t0\t3\t*\t*\t*', '0 0 3 * * 1W', '0 0 3 * * 1#2', '0 0 H * * *'],
    ].flat(),
  )('%j is refused', (expression) => {
    expect(() => parseSchedule(expression)).toThrow(/was not recognized as a valid cron expression/);
  });
});

test('retry delays', () => {
  const fixed = { retryStrategy: 'fixedDelay', delayInterval: { seconds: 5 } } as const;
  expect([1, 2, 3].map((n) => retryDelay(fixed, n, () => 0))).toEqual([5000, 5000, 5000]);
  const growing = {
    retryStrategy: 'exponentialBackoff',
    minimumInterval: { seconds: 1 },
    maximumInterval: { seconds: 20 },
  } as const;
  expect([1, 2, 3, 9].map((n) => retryDelay(growing, n, () => 0.5))).toEqual([1000, 4000, 10_000, 20_000]);
});
