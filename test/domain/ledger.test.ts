import { expect, test } from 'vitest';
import { type LedgerEntry, offSince } from '../../domain/lifecycle/ledger.ts';

const HOUR = 3_600_000;
const entry: LedgerEntry = { group: 'g', type: 't', name: 'n', perHour: 2, spent: 1, billedSince: 10 * HOUR };

test.each([
  ['within what was billed', 11 * HOUR, 3, undefined],
  ['not known', undefined, 1, 10 * HOUR],
  ['no date', Number.NaN, 1, 10 * HOUR],
  ['when it was ready: Azure has no later word', 10 * HOUR, 1, 10 * HOUR],
  ['before it was ready', 9 * HOUR, 1, 10 * HOUR],
  ['yet to come', 13 * HOUR, 1, 10 * HOUR],
])('what was off since a time %s', (_what, at, spent, billedSince) => {
  const { spent: said, billedSince: since } = offSince(entry, at, 12 * HOUR);
  expect([said, since]).toEqual([spent, billedSince]);
});

test('what is not billed is off already', () => {
  const { billedSince: _, ...off } = entry;
  expect(offSince(off, 11 * HOUR, 12 * HOUR)).toEqual(off);
});
