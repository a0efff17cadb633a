import { ResourceManagementClient } from '@azure/arm-resources';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Simulator } from '../../../../local/azure/simulator.ts';
import {
  call,
  clientOptions,
  credential,
  errorOf,
  failure,
  fakeTime,
  pass,
  S,
  SUBSCRIPTION,
  settle,
  simulator,
} from '../support.ts';

let sim: Simulator;
let client: ResourceManagementClient;
beforeEach(() => {
  fakeTime();
  sim = simulator();
  client = new ResourceManagementClient(credential, SUBSCRIPTION, clientOptions(sim));
});
afterEach(async () => {
  await sim.stop();
  vi.useRealTimers();
});

const RESOURCES = 'api-version=2025-04-01';

describe('resource groups', () => {
  test('create answers 201, again 200, at once and Succeeded', async () => {
    const first = await call(sim, 'PUT', `${S}/resourcegroups/Demo?${RESOURCES}`, { location: 'East US' });
    expect([first.status, first.body.properties]).toEqual([201, { provisioningState: 'Succeeded' }]);
    expect(first.body).toMatchObject({
      id: `${S}/resourceGroups/Demo`,
      location: 'eastus',
      type: 'Microsoft.Resources/resourceGroups',
    });
    const second = await call(sim, 'PUT', `${S}/resourceGroups/DEMO?${RESOURCES}`, { location: 'eastus' });
    expect([second.status, second.body.name]).toEqual([200, 'Demo']);
  });

  test('existence is an object with a body', async () => {
    await client.resourceGroups.createOrUpdate('demo', { location: 'eastus' });
    expect(await client.resourceGroups.checkExistence('DEMO')).toMatchObject({ body: true });
    expect(await client.resourceGroups.checkExistence('other')).toMatchObject({ body: false });
  });

  test('list filters on tag name and value without case and pages', async () => {
    for (const name of ['a', 'b', 'c'])
      await client.resourceGroups.createOrUpdate(name, {
        location: 'eastus',
        tags: name === 'b' ? {} : { Purpose: 'event' },
      });
    const names: (string | undefined)[] = [];
    const filter = "tagName eq 'purpose' and tagValue eq 'event'";
    for await (const group of client.resourceGroups.list({ filter, top: 1 })) names.push(group.name);
    expect(names).toEqual(['a', 'c']);
  });

  test('a PUT replaces the tags, a tag patch merges, replaces and deletes', async () => {
    await client.resourceGroups.createOrUpdate('demo', { location: 'eastus', tags: { a: '1', b: '2' } });
    const scope = `${S.slice(1)}/resourceGroups/demo`;
    const path = `/${scope}/providers/Microsoft.Resources/tags/default?${RESOURCES}`;
    await call(sim, 'PATCH', path, { operation: 'Merge', properties: { tags: { A: '3', c: '4' } } });
    expect((await client.resourceGroups.get('demo')).tags).toEqual({ a: '3', b: '2', c: '4' });
    await call(sim, 'PATCH', path, { operation: 'Delete', properties: { tags: { b: '2' } } });
    await call(sim, 'PATCH', path, { operation: 'Replace', properties: { tags: { only: 'x' } } });
    expect((await client.resourceGroups.get('demo')).tags).toEqual({ only: 'x' });
    await client.resourceGroups.createOrUpdate('demo', { location: 'eastus' });
    expect((await client.resourceGroups.get('demo')).tags).toBeUndefined();
  });

  test('delete is 202 with Location and Retry-After 15 until a final 200, never 204', async () => {
    await client.resourceGroups.createOrUpdate('demo', { location: 'eastus' });
    const accepted = await call(sim, 'DELETE', `${S}/resourcegroups/demo?${RESOURCES}`);
    expect([accepted.status, accepted.headers['retry-after']]).toEqual([202, '15']);
    const location = String(accepted.headers.location);
    const token = JSON.parse(Buffer.from(String(new URL(location).pathname.split('/').pop()), 'base64url').toString());
    expect(token).toMatchObject({ jobId: 'RESOURCEGROUPDELETIONJOB-DEMO-EASTUS', jobLocation: 'eastus' });
    const polled = await call(sim, 'GET', location);
    expect([polled.status, polled.headers['retry-after'], polled.headers.location]).toEqual([202, '15', location]);
    expect((await call(sim, 'GET', `${S}/resourcegroups/demo?${RESOURCES}`)).body.properties).toEqual({
      provisioningState: 'Deleting',
    });
    const refused = await call(sim, 'PUT', `${S}/resourcegroups/demo?${RESOURCES}`, { location: 'eastus' });
    expect([refused.status, errorOf(refused).code]).toEqual([409, 'ResourceGroupBeingDeleted']);
    await pass(600);
    const done = await call(sim, 'GET', location);
    expect([done.status, done.body, done.headers.location]).toEqual([200, {}, undefined]);
  });

  test('the SDK deletes, and a second delete joins the first', async () => {
    await client.resourceGroups.createOrUpdate('demo', { location: 'eastus' });
    const before = Date.now();
    await settle(Promise.all([client.resourceGroups.delete('demo'), client.resourceGroups.delete('demo')]));
    expect(Date.now() - before).toBeGreaterThan(30_000);
    expect(await failure(client.resourceGroups.get('demo'))).toMatchObject({
      statusCode: 404,
      code: 'ResourceGroupNotFound',
    });
    expect(await failure(client.resourceGroups.delete('demo'))).toMatchObject({ code: 'ResourceGroupNotFound' });
  });

  test('names, locations and tags that Azure refuses', async () => {
    const put = (name: string, body: object) => call(sim, 'PUT', `${S}/resourcegroups/${name}?${RESOURCES}`, body);
    expect(errorOf(await put('ends.', { location: 'eastus' })).code).toBe('InvalidResourceName');
    expect(errorOf(await put('demo', {})).code).toBe('LocationRequired');
    expect(errorOf(await put('demo', { location: 'nowhere' })).code).toBe('LocationNotAvailableForResourceType');
    expect(errorOf(await put('demo', { location: 'eastus', tags: { 'a/b': 'x' } })).code).toBe(
      'InvalidTagNameCharacters',
    );
    await put('demo', { location: 'eastus' });
    expect(errorOf(await put('demo', { location: 'westus' })).code).toBe('InvalidResourceGroupLocation');
  });
});

test('resources are listed by tag over groups and by group, without children', async () => {
  for (const name of ['one', 'two']) {
    await client.resourceGroups.createOrUpdate(name, { location: 'eastus' });
    await call(
      sim,
      'PUT',
      `${S}/resourceGroups/${name}/providers/Microsoft.Network/networkSecurityGroups/nsg?api-version=2026-01-01`,
      {
        location: 'eastus',
        tags: { event: name },
      },
    );
  }
  const by = async (filter: string) => {
    const found: (string | undefined)[] = [];
    for await (const one of client.resources.list({ filter })) found.push(one.id);
    return found;
  };
  const id = (group: string) => `${S}/resourceGroups/${group}/providers/Microsoft.Network/networkSecurityGroups/nsg`;
  expect(await by("tagName eq 'event' and tagValue eq 'two'")).toEqual([id('two')]);
  expect(await by("resourceType eq 'Microsoft.Network/networkSecurityGroups'")).toEqual([id('one'), id('two')]);
  expect(await by("resourceGroup eq 'ONE'")).toEqual([id('one')]);
  expect(await failure(by("substance eq 'x'"))).toMatchObject({ code: 'InvalidFilterInQueryString' });
});

test('providers are described and can be unregistered', async () => {
  const network = await client.providers.get('Microsoft.Network');
  expect(network.resourceTypes?.find((one) => one.resourceType === 'virtualNetworks')?.apiVersions?.[0]).toBe(
    '2026-01-01',
  );
  await client.resourceGroups.createOrUpdate('demo', { location: 'eastus' });
  await client.providers.unregister('Microsoft.Network');
  const path = `${S}/resourceGroups/demo/providers/Microsoft.Network/networkSecurityGroups/n?api-version=2026-01-01`;
  const refused = await call(sim, 'PUT', path, { location: 'eastus' });
  expect([refused.status, errorOf(refused).code]).toEqual([409, 'MissingSubscriptionRegistration']);
  await client.providers.register('Microsoft.Network');
  expect((await call(sim, 'PUT', path, { location: 'eastus' })).status).toBe(201);
});

test('tag names: made by hand or carried by resources, with counts', async () => {
  await client.resourceGroups.createOrUpdate('demo', { location: 'eastus', tags: { Event: 'a' } });
  const at = (path: string) => `${S}/tagNames${path}?${RESOURCES}`;
  expect([(await call(sim, 'PUT', at('/mine'))).status, (await call(sim, 'PUT', at('/mine'))).status]).toEqual([
    201, 200,
  ]);
  await call(sim, 'PUT', at('/mine/tagValues/x'));
  const { value } = (await call(sim, 'GET', at(''))).body as {
    value: { tagName: string; count: object; values: object[] }[];
  };
  // The installation's own images carry tags as well.
  expect(value.filter(({ tagName }) => ['mine', 'Event'].includes(tagName))).toMatchObject([
    { tagName: 'mine', count: { value: 0 }, values: [{ tagValue: 'x' }] },
    { tagName: 'Event', count: { value: 1 }, values: [{ tagValue: 'a', count: { value: 1 } }] },
  ]);
  expect([(await call(sim, 'DELETE', at('/mine'))).status, (await call(sim, 'DELETE', at('/mine'))).status]).toEqual([
    200, 204,
  ]);
});

test('a group exports itself as a template', async () => {
  await client.resourceGroups.createOrUpdate('demo', { location: 'eastus' });
  const nsg = `${S}/resourceGroups/demo/providers/Microsoft.Network/networkSecurityGroups/n?api-version=2026-01-01`;
  await call(sim, 'PUT', nsg, { location: 'eastus' });
  const path = `${S}/resourcegroups/demo/exportTemplate?${RESOURCES}`;
  const { body } = await call(sim, 'POST', path, { resources: ['*'], options: '' });
  expect(body.template).toMatchObject({
    resources: [
      { type: 'Microsoft.Network/networkSecurityGroups', apiVersion: '2026-01-01', name: 'n', location: 'eastus' },
    ],
  });
});
