import { expect, it } from 'vitest';
import { chaosPlan } from './plan.ts';
import { runSeed } from './run.ts';

it('draws the same plan from a seed for ever, and others from others', () => {
  expect(chaosPlan(7)).toEqual(chaosPlan(7));
  expect(chaosPlan(7)).not.toEqual(chaosPlan(8));
});

// In seed 1 the disk is full for a while; in seed 17 a read is slow: the world once stood still for ever, its clock held by who waited.
// Money that was miscounted once: in 2002 a removal dies, in 2032 it cannot list, in 2023 it is throttled for minutes, in 2520 an evicted
// machine is heard before its remedy reports, in 3029 that remedy dies. In 3509 the control plane is away for most of a grace; in 3530 a
// mixer that waits for its sender has a trouble of its own for a moment. In 10193 Azure refuses a deletion for minutes; in 10823 what a
// failed node had asked for came about.
it.each([1, 2, 17, 2002, 2023, 2032, 2520, 3029, 3509, 3530, 10193, 10823])(
  'seed %i breaks no promise',
  async (seed) => {
    const report = await runSeed(seed);
    expect(report.violations).toEqual([]);
    expect(report.commands).toBeGreaterThan(0);
  },
  240_000,
);
