import { expect, test } from 'vitest';
import { frozenProblems } from '../../scripts/freeze-reducer.ts';
import { ROOT } from '../../scripts/package/bundle.ts';

test('released reducers are as they were, and the present one has a number of its own', async () => {
  expect(await frozenProblems(ROOT)).toEqual([]);
});
