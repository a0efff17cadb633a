import { expect, test } from 'vitest';
import { FEW, type Known, LIMIT, rule, tooMuch } from '../../../functions/watch/reap-rules.ts';

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
const judge = (changed: Record<string, string | undefined>, known: Known = 'unknown', now = NOW) =>
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
  ['a day that no month has', { expires: '2026-02-30T11:30:00Z' }],
  ['two deployments in one', { deployment: 'demo-abc-12345678', Deployment: 'demo-abc-99999999' }],
  ['a deployment with a quote', { deployment: "demo-abc-1234567'" }],
  ['a wildcard', { deployment: 'demo-*' }],
  ['a deployment that is none', { deployment: 'demo-abc-123' }],
  ['a name that every object has', { deployment: 'constructor' }],
  ['another event’s deployment', { deployment: 'other-abc-12345678' }],
  ['an impossible event', { event: '../x', deployment: '../x-1-2' }],
])('stays: %s', (_what, changed) => {
  expect(judge(changed)).toMatchObject({ reap: false });
});

test('what a living lifecycle has is its own to remove, however late', () => {
  expect(judge({}, 'running')).toMatchObject({ reap: false });
  expect(judge({}, 'running', Date.parse(PAST) + 30 * 86_400_000)).toMatchObject({ reap: false });
});

test('a copy of the tags in another group goes never; a broken event only when its own time is up', () => {
  expect(judge({}, 'elsewhere')).toMatchObject({ reap: false });
  expect(judge({}, { broke: NOW + 1 })).toMatchObject({ reap: false });
  expect(judge({}, { broke: NOW })).toMatchObject({ reap: true });
});

test.each(['true', 'TRUE', 'yes', '1', 'on', 'please', ' true ', 'ja', 'nope'])('hold=%j holds', (hold) => {
  expect(judge({ hold })).toMatchObject({ reap: false, reason: expect.stringContaining('held') });
  expect(judge({ HOLD: hold })).toMatchObject({ reap: false });
});

test.each(['', ' ', 'false', 'False', '0', 'no', ' NO '])('hold=%j does not hold', (hold) => {
  expect(judge({ hold })).toMatchObject({ reap: true });
});

test.each([
  'demo',
  'streaming-demo',
  'streaming-other-1',
  'streaming-demo-01',
  'streaming-demo-1x',
  'streaming-demo-123456789012',
  'streaming-demo-1/x',
  'xstreaming-demo-1',
  '',
])('a group named %j is none of ours', (name) => {
  expect(rule({ name, tags }, NOW, () => 'unknown')).toMatchObject({ reap: false });
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
