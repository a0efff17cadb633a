import { expect, test } from 'vitest';
import { nextOccurrence, nextOccurrences, type Rule } from '../../domain/schedule/recurrence.ts';

const zurich = (at: string, ...days: Rule['days'][number][]): Rule => ({ days, at, timeZone: 'Europe/Zurich' });
const next = (rule: Rule, after: string) => new Date(nextOccurrence(rule, Date.parse(after))).toISOString();

test.each([
  ['the coming Sunday', zurich('09:30', 'sunday'), '2026-11-21T12:00:00Z', '2026-11-22T08:30:00.000Z'],
  ['later today', zurich('09:30', 'sunday'), '2026-11-22T08:29:59Z', '2026-11-22T08:30:00.000Z'],
  ['not the one that is just now', zurich('09:30', 'sunday'), '2026-11-22T08:30:00Z', '2026-11-29T08:30:00.000Z'],
  [
    'the nearer of two days',
    zurich('19:00', 'sunday', 'wednesday'),
    '2026-11-23T00:00:00Z',
    '2026-11-25T18:00:00.000Z',
  ],
  [
    'over the end of summer time: the wall stays',
    zurich('09:30', 'sunday'),
    '2026-10-18T12:00:00Z',
    '2026-10-25T08:30:00.000Z',
  ],
  ['before the end of summer time', zurich('09:30', 'sunday'), '2026-10-12T12:00:00Z', '2026-10-18T07:30:00.000Z'],
  ['a time shown twice is the first', zurich('02:30', 'sunday'), '2026-10-24T12:00:00Z', '2026-10-25T00:30:00.000Z'],
  [
    'a time that is skipped comes an hour later',
    zurich('02:30', 'sunday'),
    '2026-03-28T12:00:00Z',
    '2026-03-29T01:30:00.000Z',
  ],
  [
    'a day that begins elsewhere',
    { days: ['sunday'], at: '00:15', timeZone: 'Pacific/Auckland' },
    '2026-11-20T00:00:00Z',
    '2026-11-21T11:15:00.000Z',
  ],
  [
    'half-hour zones',
    { days: ['monday'], at: '06:00', timeZone: 'Asia/Kolkata' },
    '2026-11-22T12:00:00Z',
    '2026-11-23T00:30:00.000Z',
  ],
] satisfies [string, Rule, string, string][])('%s', (_what, rule, after, expected) => {
  expect(next(rule, after)).toBe(expected);
});

test('several in their order, over the end of summer time', () => {
  const after = Date.parse('2026-10-17T12:00:00Z');
  const found = nextOccurrences(zurich('09:30', 'sunday', 'wednesday'), after, 4).map((at) =>
    new Date(at).toISOString(),
  );
  expect(found).toEqual([
    '2026-10-18T07:30:00.000Z',
    '2026-10-21T07:30:00.000Z',
    '2026-10-25T08:30:00.000Z',
    '2026-10-28T08:30:00.000Z',
  ]);
});
