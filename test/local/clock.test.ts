/** The real clock of the local start, when the machine's own is set. */
import { afterEach, expect, test, vi } from 'vitest';
import { RealClock, VirtualClock } from '../../local/clock.ts';

afterEach(() => vi.useRealTimers());

test('set back, it goes on: no time is repeated and a timer comes when it was meant to', async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 21), toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
  const clock = new RealClock();
  const start = clock.now();
  expect(start).toBe(Date.UTC(2026, 10, 21));
  const rang: number[] = [];
  clock.at(start + 90_000, () => rang.push(clock.now() - start));
  await vi.advanceTimersByTimeAsync(30_000);
  vi.setSystemTime(Date.UTC(2020, 0, 1));
  expect(clock.now()).toBe(start + 30_000);
  await vi.advanceTimersByTimeAsync(59_000);
  expect(rang).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(rang).toEqual([90_000]);
});

test('set forward, it follows, and what is due is noticed within a minute', async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 21), toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
  const clock = new RealClock();
  const start = clock.now();
  let rang = 0;
  clock.at(start + 3_600_000, () => rang++);
  vi.setSystemTime(start + 7_200_000);
  expect(clock.now()).toBe(start + 7_200_000);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(rang).toBe(1);
});

test('it agrees with the machine otherwise', () => {
  const clock = new RealClock();
  for (let n = 0; n < 10_000; n++) {
    const before = Date.now();
    expect(clock.now()).toBeGreaterThanOrEqual(before);
    // A fresh one, because the machine's own clock may be set back by some milliseconds while this runs, and it does not follow that.
    const now = new RealClock().now();
    expect(now).toBeLessThanOrEqual(Date.now() + 1);
  }
});

test('two that drive virtual time at once both go on when the last hold is let go', async () => {
  const clock = new VirtualClock(0);
  const release = clock.hold();
  const both = Promise.all([clock.drive(() => true), clock.drive(() => true)]);
  setImmediate(release);
  expect(await both).toEqual([true, true]);
});
