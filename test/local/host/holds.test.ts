import { expect, test } from 'vitest';
import { VirtualClock } from '../../../local/clock.ts';
import { held, sleeper } from '../../../local/host/holds.ts';

const immediate = () => new Promise<void>((resolve) => setImmediate(resolve));

test('work holds the clock, its sleep does not, nor does the work that waits for it', async () => {
  const clock = new VirtualClock(0);
  const sleep = (ms: number) => new Promise<void>((resolve) => sleeper(clock)(ms, resolve));
  const seen: [string, number][] = [];
  clock.at(500, () => seen.push(['tick', clock.now()]));
  const outer = held(clock, async () => {
    for (let n = 0; n < 10; n++) await immediate();
    seen.push(['worked', clock.now()]);
    await held(clock, async () => {
      await sleep(1000);
      for (let n = 0; n < 10; n++) await immediate();
      seen.push(['slept', clock.now()]);
    });
    seen.push(['outer', clock.now()]);
  });
  clock.at(1001, () => seen.push(['after', clock.now()]));
  let done = false;
  void outer.then(() => {
    done = true;
  });
  await clock.drive(() => done && seen.length === 5);
  expect(seen).toEqual([
    ['worked', 0],
    ['tick', 500],
    ['slept', 1000],
    ['outer', 1000],
    ['after', 1001],
  ]);
});

test('a timer left behind, or cancelled, changes nothing', async () => {
  const clock = new VirtualClock(0);
  const seen: number[] = [];
  await held(clock, async () => {
    sleeper(clock)(50, () => seen.push(clock.now()));
    sleeper(clock)(60, () => seen.push(-1))();
  });
  expect(await clock.drive(() => seen.length === 1)).toBe(true);
  expect(seen).toEqual([50]);
});
