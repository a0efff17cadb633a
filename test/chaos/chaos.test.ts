import { expect, it } from 'vitest';
import { chaosPlan } from './plan.ts';
import { runSeed } from './run.ts';

it('draws the same plan from a seed for ever, and others from others', () => {
  expect(chaosPlan(7)).toEqual(chaosPlan(7));
  expect(chaosPlan(7)).not.toEqual(chaosPlan(8));
});

it.each([1, 2, 3])(
  'seed %i breaks no promise',
  async (seed) => {
    const report = await runSeed(seed);
    expect(report.violations).toEqual([]);
    expect(report.commands).toBeGreaterThan(0);
  },
  240_000,
);
