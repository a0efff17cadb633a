import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseInstant } from '../../domain/instant.ts';
import { readMessage } from '../../domain/lifecycle/inbox.ts';
import { extendSchema } from '../../domain/request/commands.ts';
import { deploySchema } from '../../domain/request/deploy.ts';

const IMPOSSIBLE = [
  '2027-02-30T09:00:00Z',
  '2027-02-29T09:00:00Z',
  '2027-04-31T09:00Z',
  '2027-13-01T09:00:00Z',
  '2027-00-10T09:00:00Z',
  '2027-01-00T09:00:00Z',
  '2027-01-10T24:00:00Z',
  '2027-01-10T23:60:00Z',
  '2027-01-10T23:59:60Z',
  '2027-01-10T09:00:00+15:00',
  '2027-01-10T09:00:00+01:60',
  '0000-01-10T09:00:00Z',
  '2027-1-10T09:00:00Z',
  '2027-01-10',
  '2027-01-10T09:00:00',
  '10 January 2027 09:00 UTC',
  ' 2027-01-10T09:00:00Z',
  '2027-01-10T09:00:00Z\n',
  '1799571600000',
];

test.each(IMPOSSIBLE)('%j is no time, wherever one is asked for', (text) => {
  expect(parseInstant(text)).toBeUndefined();
  expect(extendSchema.safeParse({ until: text }).success).toBe(false);
  const paths = deploySchema.safeParse({ event: 'demo', startsAt: text }).error?.issues.map(({ path }) => path[0]);
  expect(paths).toContain('startsAt');
  const health = { type: 'health', deploymentId: 'd', component: 'relay', healthy: false, problems: [], at: text };
  expect(readMessage(health, 'd')).toBeUndefined();
});

test.each([
  ['2028-02-29T23:59:59Z', Date.UTC(2028, 1, 29, 23, 59, 59)],
  ['2027-01-10T09:00+01:00', Date.UTC(2027, 0, 10, 8)],
  ['2027-01-10T09:00:00.5Z', Date.UTC(2027, 0, 10, 9, 0, 0, 500)],
])('%s', (text, time) => {
  expect(parseInstant(text)).toBe(time);
});

test('whatever Date writes is read back', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
      expect(parseInstant(date.toISOString())).toBe(date.getTime());
    }),
  );
});
