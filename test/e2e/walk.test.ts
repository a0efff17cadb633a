import { describe, expect, it } from 'vitest';
import { normal, progressNames, resultLines, WALKED, walk } from './walk.ts';

describe("a newcomer's walk through the operator's guide", () => {
  it('prints what the guide says, command by command', async () => {
    const { steps } = await walk(WALKED);
    expect(steps.length).toBeGreaterThan(15);
    for (const { command, said, printed } of steps) {
      expect.soft(resultLines(printed), command).toEqual(resultLines(said));
      expect.soft(progressNames(printed), command).toEqual(expect.arrayContaining(progressNames(said)));
    }
  }, 300_000);

  it.each([
    ['created         2026-11-21T02:46:54Z (34 s ago)', 'created TIME (DURATION ago)'],
    ['expires  2026-11-22T02:46:54Z (in 23 h 59 min)', 'expires TIME (in DURATION)'],
    ['deployment  sunday-k-dfdd9204e2', 'deployment sunday-k-ID'],
    ['spanish  198.18.25.194  198.18.25.194:3389  healthy', 'spanish ADDRESS ADDRESS:3389 healthy'],
    ['state  live', 'state live'],
  ])('compares what is said, not when: %s', (line, expected) => {
    expect(normal(line)).toBe(expected);
  });
});
