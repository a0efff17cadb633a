import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ConnectionLost } from '../../../../local/azure/core/http.ts';
import type { Simulator } from '../../../../local/azure/simulator.ts';
import { call, errorOf, fakeTime, pass, S, settle, simulator } from '../support.ts';

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

const TYPE = 'Microsoft.Network/networkSecurityGroups';
const at = (name: string) => `${S}/resourceGroups/rg/providers/${TYPE}/${name}?api-version=2026-01-01`;
const put = (name = 'n') => call(sim, 'PUT', at(name), { location: 'eastus' });
const get = (name = 'n') => call(sim, 'GET', at(name));
const plan = (...faults: object[]) => call(sim, 'PUT', '/_sim/faults', faults);
const state = async (name = 'n') =>
  ((await get(name)).body.properties as { provisioningState: string }).provisioningState;

test('a plan that is none is refused with every problem’s path', async () => {
  const answer = await plan({ match: { type: 'x', colour: 'red' }, outcome: { kind: 'sulk' } });
  expect(answer.status).toBe(400);
  expect((errorOf(answer).details as { path: string }[]).map((one) => one.path)).toEqual(['0.match', '0.outcome.kind']);
  expect((await call(sim, 'PUT', '/_sim/faults', 'not json')).status).toBe(400);
});

test('error: any status and code now, matched by glob without case, nth and times', async () => {
  await plan({
    match: { type: 'microsoft.network/*', name: '*-FRENCH-*', operation: 'create' },
    nth: 2,
    times: 2,
    outcome: { kind: 'error', status: 409, code: 'AllocationFailed' },
  });
  const answers: (string | number | undefined)[] = [];
  for (let i = 0; i < 5; i++) answers.push((await put('vm-french-1')).status);
  expect(answers).toEqual([201, 409, 409, 200, 200]);
  expect((await put('vm-spanish-1')).status).toBe(201);
  const kept = (await call(sim, 'GET', '/_sim/faults')).body as unknown as object[];
  expect(kept).toMatchObject([{ nth: 2, matches: 5, hits: 2 }]);
  expect((await call(sim, 'DELETE', '/_sim/faults')).status).toBe(204);
  expect((await call(sim, 'GET', '/_sim/faults')).body).toEqual([]);
});

test('nth alone hits once; without either every match is hit; the first that hits wins', async () => {
  await plan(
    { match: { type: TYPE, operation: 'read' }, nth: 2, outcome: { kind: 'error', status: 500 } },
    { match: { type: TYPE, operation: 'read' }, outcome: { kind: 'error', status: 404, code: 'ResourceNotFound' } },
  );
  await put();
  expect([(await get()).status, (await get()).status, (await get()).status]).toEqual([404, 500, 404]);
});

test('region and probability', async () => {
  await plan({ match: { type: TYPE, region: 'westus' }, outcome: { kind: 'error', status: 500 } });
  expect((await put()).status).toBe(201);
  await plan({ match: { type: TYPE, operation: 'read' }, probability: 0.5, outcome: { kind: 'error', status: 500 } });
  let failed = 0;
  for (let i = 0; i < 200; i++) if ((await get()).status === 500) failed++;
  expect(failed).toBeGreaterThan(60);
  expect(failed).toBeLessThan(140);
});

test('operation-fails, stuck and slow act on the operation', async () => {
  await plan(
    { match: { type: TYPE, name: 'bad' }, outcome: { kind: 'operation-fails', code: 'X', message: 'why' } },
    { match: { type: TYPE, name: 'stuck' }, outcome: { kind: 'stuck' } },
    { match: { type: TYPE, name: 'slow', operation: 'create' }, outcome: { kind: 'slow', seconds: 1000 } },
  );
  const bad = await put('bad');
  await put('stuck');
  await put('slow');
  await pass(900);
  expect((await call(sim, 'GET', String(bad.headers['azure-asyncoperation']))).body).toMatchObject({
    status: 'Failed',
    error: { code: 'X', message: 'why' },
  });
  expect([await state('bad'), await state('stuck'), await state('slow')]).toEqual(['Failed', 'Updating', 'Updating']);
  await pass(86_400);
  expect([await state('stuck'), await state('slow')]).toEqual(['Updating', 'Succeeded']);
});

test('a synchronous write that fails leaves nothing behind', async () => {
  await plan({
    match: { type: 'Microsoft.Resources/resourceGroups' },
    outcome: { kind: 'operation-fails', code: 'X' },
  });
  const answer = await call(sim, 'PUT', `${S}/resourceGroups/other?api-version=2025-04-01`, { location: 'eastus' });
  expect([answer.status, errorOf(answer).code]).toEqual([409, 'X']);
  expect((await call(sim, 'HEAD', `${S}/resourceGroups/other?api-version=2025-04-01`)).status).toBe(404);
});

test('drop-response does the work and loses the answer; reset loses the request', async () => {
  await plan(
    { match: { type: TYPE, name: 'a' }, times: 1, outcome: { kind: 'drop-response' } },
    { match: { type: TYPE, name: 'b' }, times: 1, outcome: { kind: 'reset' } },
  );
  await expect(put('a')).rejects.toThrow(ConnectionLost);
  await expect(put('b')).rejects.toThrow(ConnectionLost);
  expect([(await get('a')).status, (await get('b')).status]).toEqual([200, 404]);
});

test('throttle: 429 with Retry-After, divided by the time scale but at least a second', async () => {
  await plan({ match: { type: TYPE }, outcome: { kind: 'throttle', seconds: 30 } });
  const answer = await put();
  expect([answer.status, errorOf(answer).code, answer.headers['retry-after']]).toEqual([
    429,
    'SubscriptionRequestsThrottled',
    '30',
  ]);
});

test('slow reads answer late, and time goes on meanwhile', async () => {
  await put();
  await plan({ match: { type: TYPE, operation: 'read' }, outcome: { kind: 'slow', seconds: 20 } });
  const before = Date.now();
  expect((await settle(get())).status).toBe(200);
  expect(Date.now() - before).toBe(20_000);
});

test('a jump of Azure’s clock: what becomes due ends at once, timestamps follow', async () => {
  await plan({ match: { type: TYPE, name: 'n', operation: 'create' }, outcome: { kind: 'slow', seconds: 5000 } });
  await put();
  await pass(60);
  expect(await state()).toBe('Updating');
  expect((await call(sim, 'POST', '/_sim/clock', { jumpSeconds: 6000 })).body.ms).toBe(Date.now() + 6_000_000);
  await pass(1);
  expect(await state()).toBe('Succeeded');
  expect((await get()).headers.date).toBe(new Date(Date.now() + 6_000_000).toUTCString());
  expect((await call(sim, 'POST', '/_sim/clock', { jump: 1 })).status).toBe(400);
  await put('m');
  await pass(60);
  expect(await state('m')).toBe('Succeeded');
});

test('a jump back: operations end when they would have, nothing costs less than nothing, nothing hides, dates follow', async () => {
  const cost = async () =>
    (await call(sim, 'GET', '/_sim/meter')).body as { cost: number; resources: { cost: number }[] };
  await put('before');
  const before = Date.now();
  const { body } = await call(sim, 'POST', '/_sim/clock', { jumpSeconds: -86_400 });
  expect(body.ms).toBe(before - 86_400_000);
  expect((await get()).headers.date).toBe(new Date(before - 86_400_000).toUTCString());
  await put('after');
  await pass(60);
  for (const name of ['before', 'after']) expect(await state(name)).toBe('Succeeded');
  await call(sim, 'POST', '/_sim/clock', { jumpSeconds: -3600.5 });
  await pass(60);
  const { cost: sum, resources } = await cost();
  expect(sum).toBeGreaterThanOrEqual(0);
  for (const one of resources) expect(one.cost).toBeGreaterThanOrEqual(0);
  await call(sim, 'POST', '/_sim/clock', { jumpSeconds: 86_400 + 3600.5 });
  expect((await call(sim, 'GET', '/_sim/clock')).body.ms).toBe(Date.now());
  for (const jumpSeconds of [-1e12, 1e12, 1e308])
    expect((await call(sim, 'POST', '/_sim/clock', { jumpSeconds })).status).toBe(400);
  expect((await call(sim, 'GET', '/_sim/clock')).body.ms).toBe(Date.now());
});

test('polls are reads of locations/operations', async () => {
  await plan({
    match: { type: 'Microsoft.Network/locations/operations', name: 'n' },
    times: 1,
    outcome: { kind: 'error', status: 500 },
  });
  const accepted = await put();
  const poll = () => call(sim, 'GET', String(accepted.headers['azure-asyncoperation']));
  expect([(await poll()).status, (await poll()).status]).toEqual([500, 200]);
});

test('secrets of a vault can be hit too', async () => {
  await plan({
    match: { type: 'Microsoft.KeyVault/vaults/secrets', name: 's', operation: 'create' },
    outcome: { kind: 'error', status: 403, code: 'Forbidden' },
  });
  const answer = await call(sim, 'PUT', 'https://control.vault.azure.net/secrets/s?api-version=2025-07-01', {
    value: 'x',
  });
  expect(answer.status).toBe(403);
});

describe('group deletion', () => {
  const remove = () => call(sim, 'DELETE', `${S}/resourceGroups/rg?api-version=2025-04-01`);
  test('stuck stays Deleting; a failing resource makes the group’s deletion fail with what is left', async () => {
    await plan({
      match: { type: TYPE, operation: 'delete' },
      outcome: { kind: 'error', status: 409, code: 'Conflict' },
    });
    await put();
    await pass(10);
    const accepted = await remove();
    await pass(3600);
    const done = await call(sim, 'GET', String(accepted.headers.location));
    expect([done.status, errorOf(done).code]).toEqual([409, 'ResourceGroupDeletionBlocked']);
    const group = await call(sim, 'GET', `${S}/resourceGroups/rg?api-version=2025-04-01`);
    expect(group.body.properties).toEqual({ provisioningState: 'Succeeded' });
    await plan({
      match: { type: 'Microsoft.Resources/resourceGroups', operation: 'delete' },
      outcome: { kind: 'stuck' },
    });
    await remove();
    await pass(86_400);
    expect((await call(sim, 'GET', `${S}/resourceGroups/rg?api-version=2025-04-01`)).body.properties).toEqual({
      provisioningState: 'Deleting',
    });
  });
});
