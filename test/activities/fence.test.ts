import type { DurableClient } from 'durable-functions';
import { beforeEach, expect, test } from 'vitest';
import { begin, poll } from '../../activities/node.ts';
import { DEPLOYMENT, durableWith, MemoryArm, nodeInput } from './arm.ts';

let arm: MemoryArm;
beforeEach(() => {
  arm = new MemoryArm();
  arm.install();
});

const mine = { input: { deploymentId: DEPLOYMENT }, runtimeStatus: 'Running' };
const input = nodeInput({ kind: 'nsg', name: 'mixers-nsg', rules: [] });

test.each([
  ['no such instance yet', undefined],
  ['a first turn without custom status', { ...mine, customStatus: null }],
  ['provisioning', { ...mine, customStatus: { v: 1, s: 'provisioning' } }],
  ['live (a change)', { ...mine, customStatus: { v: 1, s: 'live' } }],
  ['an unreadable status', { ...mine, input: null, customStatus: 'odd' }],
])('goes on: %s', async (_what, status) => {
  expect(await begin(input, durableWith(status ? { 'event-demo': status } : {}))).toMatchObject({ step: 'running' });
});

test.each([
  ['another deployment holds the name', { ...mine, input: { deploymentId: 'demo-xyz-00000000' } }],
  ['the lifecycle has ended', { ...mine, runtimeStatus: 'Completed' }],
  ['tearing down', { ...mine, customStatus: { v: 1, s: 'tearing-down' } }],
  ['rolling back', { ...mine, customStatus: { v: 1, s: 'rolling-back' } }],
  ['failed', { ...mine, customStatus: { v: 1, s: 'failed' } }],
  ['gone', { ...mine, customStatus: { v: 1, s: 'gone' } }],
])('stops: %s', async (_what, status) => {
  const durable = durableWith({ 'event-demo': status });
  expect(await begin(input, durable)).toMatchObject({ step: 'stopped' });
  expect(await poll({ ...input, token: '{"see":"resource"}' }, durable)).toMatchObject({ step: 'stopped' });
  expect(arm.seen).toEqual([]);
});

test.each([
  ['503', new Error('DurableClient error: replied with HTTP 503 response.')],
  ['500', new Error('DurableClient error: replied with HTTP 500 response.')],
  ['no answer', new TypeError('fetch failed')],
])('asks again, and touches nothing, while the lifecycle cannot be read: %s', async (_what, error) => {
  const durable = { ...durableWith(), getStatus: () => Promise.reject(error) } as unknown as DurableClient;
  expect(await begin(input, durable)).toMatchObject({ step: 'again', failure: { code: 'LifecycleUnread' } });
  expect(await poll({ ...input, token: '{"see":"resend"}' }, durable)).toMatchObject({ step: 'again' });
  expect(arm.seen).toEqual([]);
});

test('asks again, and touches nothing, while the lifecycle waits to be taken up', async () => {
  const broke = { ...mine, runtimeStatus: 'Failed', customStatus: { v: 1, s: 'provisioning' } };
  expect(await begin(input, durableWith({ 'event-demo': broke }))).toMatchObject({ step: 'again' });
  const leaving = { ...broke, customStatus: { v: 1, s: 'rolling-back' } };
  expect(await begin(input, durableWith({ 'event-demo': leaving }))).toMatchObject({ step: 'stopped' });
  expect(arm.seen).toEqual([]);
});

test('what a lifecycle had begun that was terminated is watched to its end, and nothing more is sent for it', async () => {
  const terminated = durableWith({
    'event-demo': { ...mine, runtimeStatus: 'Terminated', customStatus: { v: 1, s: 'provisioning' } },
  });
  expect(await begin(input, terminated)).toMatchObject({ step: 'stopped' });
  expect(arm.seen).toEqual([]);
  const begun = await begin(
    input,
    durableWith({ 'event-demo': { ...mine, customStatus: { v: 1, s: 'provisioning' } } }),
  );
  if (begun.step !== 'running') throw new Error(`it is ${begun.step}`);
  expect(arm.sent('PUT', 'mixers-nsg')).toHaveLength(1);
  expect(await poll({ ...input, token: begun.token }, terminated)).toMatchObject({ step: 'done' });
  // Gone since: it would be made again.
  arm.resources.clear();
  expect(await poll({ ...input, token: '{"see":"resend"}' }, terminated)).toMatchObject({ step: 'stopped' });
  expect(arm.sent('PUT', 'mixers-nsg')).toHaveLength(1);
});

test('a failed event that is kept may still be extended', async () => {
  const durable = durableWith({ 'event-demo': { ...mine, customStatus: { v: 1, s: 'failed' } } });
  const extend = nodeInput({ kind: 'expires-tag', expires: '2026-11-22T00:00:00Z', ttl: '24h' });
  arm.interfere = (seen) => ({
    status: 200,
    body: seen.method === 'GET' ? { tags: { Deployment: DEPLOYMENT } } : { properties: { tags: {} } },
  });
  expect(await begin(extend, durable)).toMatchObject({ step: 'done' });
});
