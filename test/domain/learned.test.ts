import fc from 'fast-check';
import { expect, it } from 'vitest';
import { leadSeconds } from '../../domain/plan/compile.ts';
import {
  type Learned,
  learn,
  learnedKey,
  learnedLead,
  nothingLearned,
  quantile,
  readySeconds,
  stepSeconds,
} from '../../domain/plan/learned.ts';
import type { Run } from '../../domain/plan/run.ts';
import { multilingual, requestOf } from './fixtures.ts';

const request = requestOf();
const run = (n: number, readySeconds: number, mixer = 60): Run => ({
  deploymentId: `demo-${n}`,
  readySeconds,
  steps: { mixer },
});
const after = (...seconds: number[]): Learned =>
  seconds.reduce((learned, each, n) => learn(learned, run(n, each)), nothingLearned());

it('states a prior until five runs are known, then says what they say', () => {
  const prior = readySeconds(after(1, 2, 3, 4), request, multilingual);
  expect(prior).toMatchObject({ source: 'prior', runs: 4, p95: Math.ceil(leadSeconds(request, multilingual)) });
  expect(prior.p95).toBeGreaterThan(prior.p50);
  expect(learnedLead(prior)).toBeUndefined();
  const learned = readySeconds(after(300, 200, 100, 500, 400), request, multilingual);
  expect(learned).toEqual({ source: 'learned', runs: 5, p50: 300, p95: 500 });
  expect(learnedLead(learned)).toBe(610);
  expect(leadSeconds({ ...request, leadSeconds: 610 }, multilingual)).toBe(610);
});

it('is not moved by one terrible day, forgets what is long past and counts a deployment once', () => {
  const usual = Array.from({ length: 40 }, (_, n) => 200 + n);
  expect(readySeconds(after(...usual, 99_999), request, multilingual)).toMatchObject({ p50: 220, p95: 238 });
  const slowOnce = Array.from({ length: 50 }, () => 9000);
  const fastNow = Array.from({ length: 50 }, () => 100);
  expect(readySeconds(after(...slowOnce, ...fastNow), request, multilingual)).toMatchObject({ p95: 100, runs: 50 });
  const twice = learn(learn(nothingLearned(), run(1, 100)), run(1, 999));
  expect(twice.runs).toEqual([run(1, 100)]);
});

it('gives the median of each kind of step that enough runs had', () => {
  const learned = [50, 70, 60, 80, 900].reduce((state, mixer, n) => learn(state, run(n, 1, mixer)), nothingLearned());
  expect(stepSeconds(learned)).toEqual({ mixer: 70 });
  expect(stepSeconds(after(1, 2))).toEqual({});
});

it('keeps templates and sizes apart, whatever their case', () => {
  const key = learnedKey({ template: 'multilingual', vmSizes: ['Standard_D2s_v3', 'Standard_D4s_v3'] });
  expect(key).toBe(learnedKey({ template: 'multilingual', vmSizes: ['standard_d2s_V3'] }));
  expect(key).not.toBe(learnedKey({ template: 'multilingual', vmSizes: ['Standard_D4s_v3'] }));
});

it('takes a quantile that is one of the values, with the share of them at or below it', () => {
  const list = fc.array(fc.integer(), { minLength: 1 });
  fc.assert(
    fc.property(list, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
      const found = quantile(values, share);
      const below = values.filter((value) => value <= found).length;
      expect(values).toContain(found);
      expect(below).toBeGreaterThanOrEqual(Math.ceil(share * values.length));
    }),
  );
});
