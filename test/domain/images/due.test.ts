import { expect, test } from 'vitest';
import { dueBuild } from '../../../domain/images/due.ts';

const rule = { days: ['wednesday'], at: '03:30', timeZone: 'Europe/Zurich' } as const;
const at = (text: string) => Date.parse(text);
const due = (since: string, now: string) => {
  const found = dueBuild(rule, at(since), at(now));
  return found === undefined ? undefined : new Date(found).toISOString();
};
const WEDNESDAY = '2026-11-25T02:30:00.000Z';

test('a build is due at its time and for six hours, once', () => {
  expect(due('2026-11-21T08:00:00Z', '2026-11-25T02:29:59Z')).toBeUndefined();
  expect(due('2026-11-21T08:00:00Z', '2026-11-25T02:30:00Z')).toBe(WEDNESDAY);
  expect(due('2026-11-21T08:00:00Z', '2026-11-25T08:29:00Z')).toBe(WEDNESDAY);
  expect(due('2026-11-21T08:00:00Z', '2026-11-25T08:31:00Z')).toBeUndefined();
  expect(due(WEDNESDAY, '2026-11-25T02:35:00Z')).toBeUndefined();
});

test('one made after this week’s time begins next week', () => {
  expect(due('2026-11-25T02:31:00Z', '2026-11-25T03:00:00Z')).toBeUndefined();
  expect(due('2026-11-25T02:31:00Z', '2026-12-02T02:30:00Z')).toBe('2026-12-02T02:30:00.000Z');
});
