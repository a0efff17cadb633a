import { expect, test } from 'vitest';
import { FEW, GRACE, LIMIT, rule, tooMuch } from '../../activities/reap-rules.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const PAST = '2026-11-21T11:30:00.000Z';
const tags = {
  'managed-by': 'stream-control',
  purpose: 'streaming-event',
  auto_cleanup: 'true',
  expires: PAST,
  event: 'demo',
  deployment: 'demo-abc-12345678',
};
const judge = (
  changed: Record<string, string | undefined>,
  known: 'running' | 'ended' | 'unknown' = 'unknown',
  now = NOW,
) =>
  rule(
    {
      name: 'streaming-demo-1',
      tags: Object.fromEntries(
        Object.entries({ ...tags, ...changed }).filter((entry): entry is [string, string] => entry[1] !== undefined),
      ),
    },
    now,
    () => known,
  );

test('an expired group of ours goes', () => {
  expect(judge({})).toMatchObject({ reap: true, event: 'demo', deploymentId: 'demo-abc-12345678' });
  expect(judge({ EXPIRES: PAST, expires: undefined })).toMatchObject({ reap: true });
});

test.each([
  ['not ours', { 'managed-by': 'terraform' }],
  ['managed-by missing', { 'managed-by': undefined }],
  ['another purpose', { purpose: 'website' }],
  ['purpose missing', { purpose: undefined }],
  ['no clean-up wanted', { auto_cleanup: 'false' }],
  ['auto_cleanup missing', { auto_cleanup: undefined }],
  ['held', { hold: 'true' }],
  ['held, shouted', { hold: 'TRUE' }],
  ['expires missing', { expires: undefined }],
  ['expires empty', { expires: '' }],
  ['expires a number', { expires: '1795228904' }],
  ['expires local time', { expires: '2026-11-21T11:30:00' }],
  ['expires readable in two ways', { expires: '01/02/2026' }],
  ['expires impossible', { expires: '2026-13-45T11:30:00Z' }],
  ['not expired', { expires: '2026-11-21T12:00:01Z' }],
  ['no deployment', { deployment: undefined }],
  ['another event’s deployment', { deployment: 'other-abc-12345678' }],
  ['an impossible event', { event: '../x', deployment: '../x-1-2' }],
])('stays: %s', (_what, changed) => {
  expect(judge(changed)).toMatchObject({ reap: false });
});

test('a running lifecycle has its grace, then the reaper acts', () => {
  expect(judge({}, 'running')).toMatchObject({ reap: false });
  expect(judge({}, 'running', Date.parse(PAST) + GRACE)).toMatchObject({ reap: true });
});

test('a group of a deployment that is over goes before its time, unless held', () => {
  expect(judge({ expires: '2026-11-22T00:00:00Z' }, 'ended')).toMatchObject({ reap: true });
  expect(judge({ expires: '2026-11-22T00:00:00Z', hold: 'true' }, 'ended')).toMatchObject({ reap: false });
});

test('the blast radius', () => {
  expect(tooMuch(FEW, FEW)).toBeUndefined();
  expect(tooMuch(FEW + 1, FEW + 1)).toMatch(/50 %/);
  expect(tooMuch(FEW + 1, 100)).toBeUndefined();
  expect(tooMuch(LIMIT + 1, 100_000)).toMatch(/more than 20/);
});
