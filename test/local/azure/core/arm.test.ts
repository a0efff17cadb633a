import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Simulator } from '../../../../local/azure/simulator.ts';
import { call, errorOf, fakeTime, pass, S, simulator } from '../support.ts';

let sim: Simulator;
beforeEach(async () => {
  fakeTime();
  sim = simulator();
  await call(sim, 'PUT', `${S}/resourceGroups/rg?api-version=2025-04-01`, { location: 'eastus' });
});
afterEach(async () => {
  await sim.stop();
  vi.useRealTimers();
});

const NSG = `${S}/resourceGroups/rg/providers/Microsoft.Network/networkSecurityGroups/nsg`;
const V = '?api-version=2026-01-01';
const body = { location: 'eastus' };

test.each([
  ['no api-version', 'GET', NSG, 400, 'MissingApiVersionParameter'],
  ['unknown api-version', 'GET', `${NSG}?api-version=1999-01-01`, 400, 'NoRegisteredProviderFound'],
  [
    'unknown namespace',
    'GET',
    `${S}/resourceGroups/rg/providers/Microsoft.Nope/x/y${V}`,
    404,
    'InvalidResourceNamespace',
  ],
  ['unknown type', 'GET', `${S}/resourceGroups/rg/providers/Microsoft.Network/nopes/y${V}`, 404, 'InvalidResourceType'],
  ['no such resource', 'GET', `${NSG}${V}`, 404, 'ResourceNotFound'],
  ['no such group', 'GET', NSG.replace('/rg/', '/none/') + V, 404, 'ResourceGroupNotFound'],
  [
    'no such subscription',
    'GET',
    '/subscriptions/99999999-9999-9999-9999-999999999999?api-version=2025-04-01',
    404,
    'SubscriptionNotFound',
  ],
  ['malformed subscription', 'GET', '/subscriptions/abc?api-version=2025-04-01', 400, 'InvalidSubscriptionId'],
  [
    'no such operation',
    'GET',
    `${S}/providers/Microsoft.Network/locations/eastus/operations/nope${V}`,
    404,
    'NotFound',
  ],
  ['bad $top', 'GET', `${S}/resourceGroups?api-version=2025-04-01&$top=zero`, 400, 'InvalidTopParameter'],
  ['bad $skiptoken', 'GET', `${S}/resourceGroups?api-version=2025-04-01&$skiptoken=!`, 400, 'InvalidSkipToken'],
  ['a method nobody has', 'TRACE', `${NSG}${V}`, 405, 'MethodNotAllowed'],
  ['an action nobody has', 'POST', `${NSG}/honk${V}`, 404, 'InvalidResourceType'],
])('%s', async (_, method, path, status, code) => {
  const answer = await call(sim, method, path);
  expect([answer.status, errorOf(answer).code]).toEqual([status, code]);
});

test('missing token, malformed and oversize bodies', async () => {
  expect((await call(sim, 'GET', `${NSG}${V}`, undefined, { authorization: '' })).status).toBe(401);
  for (const bad of ['', '{', '[]', '"x"', 'null', `{"location":"eastus","x":"${'y'.repeat(4 * 1024 * 1024)}"}`]) {
    const answer = await call(sim, 'PUT', `${NSG}${V}`, bad);
    expect(answer.status).toBe(bad.length > 1000 ? 413 : 400);
  }
  expect((await call(sim, 'GET', `${NSG}${V}`)).status).toBe(404);
});

test('paths match without case; the casing of the PUT stays', async () => {
  await call(sim, 'PUT', `${NSG.replace('/nsg', '/MyNsg')}${V}`, body);
  const read = await call(sim, 'GET', NSG.replace('/nsg', '/mynsg').toLowerCase() + V);
  expect(read.body).toMatchObject({
    name: 'MyNsg',
    id: NSG.replace('/nsg', '/MyNsg'),
    type: 'Microsoft.Network/networkSecurityGroups',
  });
});

test('headers: request ids, what remains, who failed', async () => {
  const answer = await call(sim, 'GET', `${NSG}${V}`, undefined, { 'x-ms-correlation-request-id': 'mine' });
  expect(answer.headers).toMatchObject({ 'x-ms-correlation-request-id': 'mine', 'x-ms-failure-cause': 'gateway' });
  expect(answer.headers['x-ms-routing-request-id']).toMatch(/^EASTUS:20261121T\d{6}Z:[0-9a-f-]{36}$/);
  const read = await call(sim, 'GET', `${S}/resourceGroups?api-version=2025-04-01`);
  expect(Number(read.headers['x-ms-ratelimit-remaining-subscription-reads'])).toBeGreaterThan(1000);
});

test('ETag preconditions', async () => {
  const first = await call(sim, 'PUT', `${NSG}${V}`, body);
  const put = (headers: Record<string, string>) => call(sim, 'PUT', `${NSG}${V}`, body, headers);
  expect((await put({ 'if-none-match': '*' })).status).toBe(412);
  expect((await put({ 'if-match': 'W/"nope"' })).status).toBe(412);
  expect((await put({ 'if-match': String(first.body.etag) })).status).toBe(200);
  expect((await call(sim, 'PUT', `${NSG}2${V}`, body, { 'if-match': '*' })).status).toBe(412);
});

test('PATCH merges properties and replaces tags; a location cannot change', async () => {
  await call(sim, 'PUT', `${NSG}${V}`, { ...body, tags: { a: '1' }, properties: { flushConnection: true } });
  await pass(60);
  const patched = await call(sim, 'PATCH', `${NSG}${V}`, { tags: { b: '2' } });
  expect(patched.body).toMatchObject({ tags: { b: '2' }, properties: { flushConnection: true } });
  const moved = await call(sim, 'PUT', `${NSG}${V}`, { location: 'westus' });
  expect([moved.status, errorOf(moved).code]).toEqual([409, 'InvalidResourceLocation']);
});

describe('throttling', () => {
  test('ARM’s buckets: 429 with Retry-After and what remains, refilled by time', async () => {
    await call(sim, 'PUT', '/_sim/settings', { limits: 'azure' });
    const read = () => call(sim, 'GET', `${S}?api-version=2025-04-01`);
    let last = await read();
    for (let i = 0; i < 300 && last.status === 200; i++) last = await read();
    expect([last.status, errorOf(last).code, last.headers['retry-after']]).toEqual([
      429,
      'SubscriptionRequestsThrottled',
      '1',
    ]);
    expect(last.headers['x-ms-ratelimit-remaining-subscription-reads']).toBe('0');
    await pass(1);
    expect((await read()).status).toBe(200);
  });
});

test('eventual consistency: reads and lists lag behind a create', async () => {
  await call(sim, 'PUT', '/_sim/settings', { consistency: { read: 5, list: 60 } });
  await call(sim, 'PUT', `${NSG}${V}`, body);
  const listed = async () =>
    ((await call(sim, 'GET', `${S}/resources?api-version=2025-04-01`)).body.value as { id: string }[]).some(
      (one) => one.id === NSG,
    );
  expect((await call(sim, 'GET', `${NSG}${V}`)).status).toBe(404);
  await pass(6);
  expect((await call(sim, 'GET', `${NSG}${V}`)).status).toBe(200);
  expect(await listed()).toBe(false);
  await pass(60);
  expect(await listed()).toBe(true);
});

test('the time scale divides operations and Retry-After of running ones', async () => {
  const fast = simulator({ timeScale: 60 });
  await call(fast, 'PUT', `${S}/resourceGroups/rg?api-version=2025-04-01`, { location: 'eastus' });
  const first = await call(fast, 'PUT', `${NSG}${V}`, body);
  expect(first.headers).toMatchObject({ 'retry-after': '1', 'x-ms-retry-after-ms': '50' });
  await pass(0.5);
  expect((await call(fast, 'GET', String(first.headers['azure-asyncoperation']))).body).toEqual({
    status: 'Succeeded',
  });
  await fast.stop();
});

test('durations learned elsewhere replace the built-in ones', async () => {
  const durations = { 'Microsoft.Network/networkSecurityGroups create': { median: 500, p95: 500 } };
  expect((await call(sim, 'PUT', '/_sim/settings', { durations })).status).toBe(200);
  const accepted = await call(sim, 'PUT', `${NSG}${V}`, body);
  const poll = async () => (await call(sim, 'GET', String(accepted.headers['azure-asyncoperation']))).body.status;
  await pass(499);
  expect(await poll()).toBe('InProgress');
  await pass(2);
  expect(await poll()).toBe('Succeeded');
  expect((await call(sim, 'PUT', '/_sim/settings', { durations: { x: 1 } })).status).toBe(400);
});

test('the same seed and the same calls give the same bytes; another seed does not', async () => {
  const run = async (seed: number) => {
    vi.setSystemTime(Date.UTC(2026, 10, 21));
    const one = simulator({ seed });
    const answers = [
      await call(one, 'PUT', `${S}/resourceGroups/rg?api-version=2025-04-01`, { location: 'eastus' }),
      await call(one, 'PUT', `${NSG}${V}`, body),
    ];
    await pass(60);
    answers.push(await call(one, 'GET', `${NSG}${V}`), await call(one, 'GET', '/_sim/resources'));
    await one.stop();
    return JSON.stringify(answers);
  };
  const first = await run(7);
  expect(await run(7)).toBe(first);
  expect(await run(8)).not.toBe(first);
});

test('the activity log keeps writes with caller and outcome', async () => {
  await call(sim, 'PUT', `${NSG}${V}`, body);
  await pass(60);
  const log = (await call(sim, 'GET', '/_sim/activity')).body.value as { operationName: string; status: string }[];
  const mine = log.filter((one) => one.operationName === 'Microsoft.Network/networkSecurityGroups/write');
  expect(mine.map((one) => one.status)).toEqual(['Accepted', 'Succeeded']);
});
