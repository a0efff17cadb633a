import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RunningTotal, SourceWatch } from '../../mixer/agent/counters.ts';
import { type Sample, Watch } from '../../mixer/agent/status.ts';

describe('a counter over reconnects', () => {
  test('sums what each beginning counted', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(1000), { minLength: 1 }), { minLength: 1 }), (lives) => {
        const total = new RunningTotal();
        let expected = 0;
        for (const steps of lives) {
          let value = 0;
          total.take(0);
          for (const step of steps) {
            value += step;
            expect(total.take(value)).toBe(expected + value);
          }
          expected += value;
        }
      }),
    );
  });
});

test('no sample harms a total: what cannot be a count is passed over', () => {
  const odd = fc.constantFrom<unknown>(
    Number.NaN,
    -1,
    -1e9,
    Infinity,
    -Infinity,
    1e300,
    2 ** 32 - 1,
    2 ** 64,
    null,
    undefined,
    '7',
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(odd, fc.nat(1000))), (samples) => {
      const total = new RunningTotal();
      const plain = new RunningTotal();
      for (const [bad, good] of samples) {
        const before = total.total;
        expect(total.take(bad)).toBe(before);
        expect(total.take(good)).toBe(plain.take(good));
      }
    }),
  );
});

describe('a source', () => {
  test('is alive while its cursor moves, and not because OBS says "playing"', () => {
    const watch = new SourceWatch(0);
    expect(watch.take(0, 1000)).toBe(false);
    expect(watch.take(40, 2000)).toBe(true);
    expect(watch.take(1040, 3000)).toBe(true);
    expect(watch.since).toBe(2000);
    for (let now = 4000; now < 8000; now += 1000) expect(watch.take(1040, now)).toBe(true);
    expect(watch.take(1040, 8000)).toBe(false);
    expect(watch.since).toBe(8000);
  });
  test('that flips between nothing and zero is silent', () => {
    const watch = new SourceWatch(0);
    for (let now = 0; now < 20_000; now += 1000) expect(watch.take(now % 2000 ? 0 : null, now)).toBe(false);
  });
});

describe('the status', () => {
  const who = { deploymentId: 'demo-a-b', language: 'french', vaultUrl: 'https://secret-free.example' };
  const sample = (over: Partial<Sample> = {}): Sample => ({
    ...{ streamActive: true, streamReconnecting: false, sentBytes: 10, droppedFrames: 0, skippedFrames: 0 },
    ...{ scene: 'programme', cursors: {}, cpuPercent: 1, memoryMb: 1, averageFrameMs: 1, ...over },
  });
  /** Samples once per second, and the status after the last. */
  function run(make: (second: number) => Sample | undefined, streaming = true, seconds = 20) {
    const watch = new Watch(['programme', 'slides'], 0);
    for (let second = 0; second <= seconds; second++) {
      const now = make(second);
      if (now) watch.take(now, second * 1000);
      else watch.lost(second * 1000);
      watch.status(who, { streaming }, second * 1000);
    }
    return watch.status(who, { streaming }, seconds * 1000);
  }
  const moving = (second: number) => ({ programme: 1 + second * 1000, slides: 1 + second * 1000 });

  test('is well when all moves, and says nothing that was not meant for it', () => {
    const status = run((second) => sample({ cursors: moving(second), sentBytes: second * 100 }));
    expect(status).toMatchObject({
      streaming: true,
      problems: [],
      sources: { programme: 'alive', slides: 'alive' },
      sentBytes: 2000,
    });
    expect(JSON.stringify(status)).not.toContain('example');
  });
  test.each([
    [{ code: 'program-not-running' }, 16, () => undefined],
    [
      { code: 'source-silent', source: 'programme' },
      91,
      (s: number) => sample({ cursors: { ...moving(s), programme: 5 } }),
    ],
    [{ code: 'source-silent', source: 'slides' }, 91, (s: number) => sample({ cursors: { programme: 1 + s * 9 } })],
    [{ code: 'stream-not-connected' }, 46, (s: number) => sample({ cursors: moving(s), streamReconnecting: true })],
  ])('%o: a problem from %i s on, not before', (problem, seconds, make) => {
    expect(run(make, true, seconds - 1).problems).toEqual([]);
    expect(run(make, true, seconds).problems).toEqual([problem]);
  });
  test('a slow machine is a warning: restarting it would take it off the air and change nothing', () => {
    const status = run((s) => sample({ cursors: moving(s), skippedFrames: s * 10 }));
    expect(status).toMatchObject({ problems: [], warnings: [{ code: 'too-slow' }] });
  });
  test('whatever a sample holds, the status is one that can be sent and read', () => {
    const odd = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -1, 2 ** 64));
    fc.assert(
      fc.property(fc.array(fc.record({ n: odd, cursor: odd, scene: fc.string({ maxLength: 500 }) })), (samples) => {
        const status = run((s) => {
          const { n = 1, cursor = null, scene = '' } = samples[s] ?? {};
          const bad = {
            sentBytes: n,
            droppedFrames: n,
            skippedFrames: n,
            cpuPercent: n,
            memoryMb: n,
            averageFrameMs: n,
          };
          return sample({ ...bad, scene, cursors: { programme: cursor } });
        });
        const numbers = [status.droppedFrames, status.skippedFrames, status.sentBytes, ...Object.values(status.obs)];
        for (const value of numbers) if (typeof value === 'number') expect(value).toBeGreaterThanOrEqual(0);
        expect(JSON.parse(JSON.stringify(status))).toEqual(status);
        expect(status.scene?.length ?? 0).toBeLessThanOrEqual(200);
      }),
    );
  });
  test('a stream that is not wanted is no problem, and neither is anything in the first moments', () => {
    expect(run((s) => sample({ cursors: moving(s), streamActive: false }), false).problems).toEqual([]);
    const watch = new Watch(['programme', 'slides'], 0);
    watch.take(sample({ streamActive: false }), 5000);
    expect(watch.status(who, { streaming: true }, 6000).problems).toEqual([]);
  });
});
