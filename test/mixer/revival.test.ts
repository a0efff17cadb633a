import { expect, test } from 'vitest';
import { Revival } from '../../mixer/agent/revival.ts';
import { Watch } from '../../mixer/agent/status.ts';

/** Seconds at which a source that is silent from 0 on is begun anew, looked at every second for ten minutes. */
const begun = (revival: Revival) => Array.from({ length: 600 }, (_, s) => s).filter((s) => revival.due(0, s * 1000));

test('a silent source is begun anew after its buffer and 15 s, then more and more seldom', () => {
  expect(begun(new Revival(0))).toEqual([15, 45, 105, 225, 345, 465, 585]);
  expect(begun(new Revival(8000)).slice(0, 2)).toEqual([23, 69]);
});
test('a source that came back is again begun anew soon', () => {
  const revival = new Revival(200);
  begun(revival);
  expect(revival.due(undefined, 700_000)).toBe(false);
  expect(revival.due(700_000, 715_100)).toBe(false);
  expect(revival.due(700_000, 715_200)).toBe(true);
});
test('a silent source is a problem 90 s after its buffer is full', () => {
  const watch = new Watch(['programme'], 0, 8000);
  const sample = {
    ...{ streamActive: true, streamReconnecting: false, sentBytes: 1, droppedFrames: 0, skippedFrames: 0, scene: 'x' },
    ...{ cursors: { programme: 0 }, cpuPercent: 1, memoryMb: 1, averageFrameMs: 1 },
  };
  watch.take(sample, 0);
  const problems = (now: number) =>
    watch.status({ deploymentId: 'a', language: 'b' }, { streaming: true }, now).problems;
  expect(problems(98_000)).toEqual([]);
  expect(problems(98_001)).toEqual([{ code: 'source-silent', source: 'programme' }]);
});
