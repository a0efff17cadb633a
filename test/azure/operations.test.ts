import { expect, test } from 'vitest';
import { AzureFailure } from '../../azure/errors.ts';
import { beginClassic, beginModular, poll } from '../../azure/operations.ts';
import { type Answer, fakeAzure, type Handler, type Sent } from './fake.ts';

const OPERATION = 'https://management.azure.com/subscriptions/s/providers/Microsoft.Compute/locations/w/operations/1';
const accepted: Answer = {
  status: 201,
  headers: { 'azure-asyncoperation': `${OPERATION}?api-version=2024-01-01`, 'retry-after': '10' },
  body: { name: 'vm', location: 'westeurope', properties: { provisioningState: 'Creating' } },
};
const isPoll = (sent: Sent) => sent.path.includes('/operations/');
const createVm = (fake: { clients: { compute: { virtualMachines: { createOrUpdate: CallableFunction } } } }) => () =>
  fake.clients.compute.virtualMachines.createOrUpdate('g', 'vm', { location: 'westeurope' });
const status = (body: unknown, headers: Record<string, string> = {}): Answer => ({ status: 200, headers, body });

test('begin sends the request and no poll; each poll is one GET; the end needs no further read', async () => {
  const answers = [
    status({ status: 'InProgress' }, { 'retry-after': '50' }),
    status({ status: 'Succeeded', name: '1' }),
  ];
  await using fake = await fakeAzure((sent) => (isPoll(sent) ? (answers.shift() ?? status({})) : accepted));
  const begun = await beginModular('compute', 'vm', createVm(fake));
  expect(fake.sent.map((sent) => sent.method)).toEqual(['PUT']);
  expect(fake.sent[0]).toMatchObject({ host: 'management.azure.com', authorization: 'Bearer simulator' });
  if (begun.done) throw new Error('expected a token');
  expect(begun.afterSeconds).toBe(10);

  const first = await poll(fake.clients, begun.token, 'vm');
  expect(first).toMatchObject({ state: 'running', afterSeconds: 50 });
  expect(fake.sent).toHaveLength(2);
  if (first.state !== 'running') throw new Error('expected it to run');
  expect(await poll(fake.clients, first.token, 'vm')).toEqual({
    state: 'succeeded',
    body: { status: 'Succeeded', name: '1' },
  });
  expect(fake.sent).toHaveLength(3);
});

test('a failed operation keeps the code and the details that the SDK drops', async () => {
  const failed = status({
    status: 'Failed',
    error: { code: 'Conflict', message: 'outer', details: [{ code: 'AllocationFailed', message: 'no room' }] },
  });
  await using fake = await fakeAzure((sent) => (isPoll(sent) ? failed : accepted));
  const begun = await beginModular('compute', 'vm', createVm(fake));
  if (begun.done) throw new Error('expected a token');
  expect(await poll(fake.clients, begun.token, 'vm')).toMatchObject({
    state: 'failed',
    classified: { failure: { class: 'capacity', code: 'AllocationFailed', message: 'no room', resource: 'vm' } },
  });
});

test('a lost poll says nothing about the resource, and the same token goes on', async () => {
  let down = true;
  const handler: Handler = (sent) => {
    if (!isPoll(sent)) return accepted;
    return down ? 'reset' : status({ status: 'Succeeded' });
  };
  await using fake = await fakeAzure(handler);
  const begun = await beginModular('compute', 'vm', createVm(fake));
  if (begun.done) throw new Error('expected a token');
  expect(await poll(fake.clients, begun.token, 'vm')).toMatchObject({
    state: 'unseen',
    classified: { failure: { class: 'transient' }, retryAfterSeconds: 2 },
  });
  down = false;
  expect(await poll(fake.clients, begun.token, 'vm')).toMatchObject({ state: 'succeeded' });
});

test('a throttled request comes back at once with what Azure said, however long', async () => {
  const throttled: Answer = {
    status: 429,
    headers: { 'retry-after': '600' },
    body: { error: { code: 'SubscriptionRequestsThrottled', message: 'wait' } },
  };
  await using fake = await fakeAzure(() => throttled);
  const error = await beginModular('compute', 'vm', createVm(fake)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AzureFailure);
  expect((error as AzureFailure).classified).toMatchObject({
    failure: { class: 'throttled' },
    retryAfterSeconds: 600,
    statusCode: 429,
  });
  expect(fake.sent).toHaveLength(1);
});

test('a failed read is repeated once, a failed write never', async () => {
  await using fake = await fakeAzure((_sent, nth) => (nth === 1 ? { status: 500 } : status({ name: 'vm' })));
  await fake.clients.compute.virtualMachines.get('g', 'vm');
  expect(fake.sent).toHaveLength(2);
  await using writes = await fakeAzure(() => ({ status: 500 }));
  await expect(beginModular('compute', 'vm', createVm(writes))).rejects.toBeInstanceOf(AzureFailure);
  expect(writes.sent).toHaveLength(1);
});

test('container groups: the older SDK generation, token and resumption', async () => {
  const body = { name: 'relay', location: 'westeurope', properties: { provisioningState: 'Pending', containers: [] } };
  const url = OPERATION.replace('Compute', 'ContainerInstance');
  let state = 'Pending';
  await using fake = await fakeAzure((sent) => {
    if (isPoll(sent)) return status({ status: state });
    return { status: 201, headers: { 'azure-asyncoperation': `${url}?api-version=2018-06-01` }, body };
  });
  const groups = fake.clients.containers.containerGroups;
  const begun = await beginClassic(['g', 'relay'], 'relay', () =>
    groups.beginCreateOrUpdate('g', 'relay', { osType: 'Linux', containers: [] }),
  );
  expect(fake.sent.map((sent) => sent.method)).toEqual(['PUT', 'GET']);
  if (begun.done) throw new Error('expected a token');
  expect(begun.body).toEqual(body);
  expect(await poll(fake.clients, begun.token, 'relay')).toMatchObject({ state: 'running' });
  state = 'Succeeded';
  expect(await poll(fake.clients, begun.token, 'relay')).toMatchObject({ state: 'succeeded' });
  expect(fake.sent.map((sent) => sent.method)).toEqual(['PUT', 'GET', 'GET', 'GET']);
});

test('deleting a resource group: Location protocol, its failure, and forced virtual machines', async () => {
  const location = 'https://management.azure.com/subscriptions/s/operationresults/abc?api-version=2025-04-01';
  const running: Answer = { status: 202, headers: { location, 'retry-after': '15' } };
  let end: Answer = running;
  await using fake = await fakeAzure((sent) => (sent.method === 'DELETE' ? running : end));
  const start = () =>
    fake.clients.resources.resourceGroups.delete('g', { forceDeletionTypes: 'Microsoft.Compute/virtualMachines' });
  const begun = await beginModular('resources', 'g', start);
  if (begun.done) throw new Error('expected a token');
  expect(fake.sent[0]?.query.get('forceDeletionTypes')).toBe('Microsoft.Compute/virtualMachines');
  expect(await poll(fake.clients, begun.token, 'g')).toMatchObject({ state: 'running', afterSeconds: 15 });
  end = { status: 409, body: { error: { code: 'ScopeLocked', message: 'Please remove the lock and try again.' } } };
  expect(await poll(fake.clients, begun.token, 'g')).toMatchObject({
    state: 'failed',
    classified: { failure: { class: 'policy', code: 'ScopeLocked' } },
  });
  end = { status: 200 };
  expect(await poll(fake.clients, begun.token, 'g')).toMatchObject({ state: 'succeeded' });
});
