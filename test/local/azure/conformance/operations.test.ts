/** Long-running operations as both SDK generations see them. */
import aci from '@azure/arm-containerinstance';
import { NetworkManagementClient, restorePoller } from '@azure/arm-network';
import { ResourceManagementClient, restorePoller as restoreResourcePoller } from '@azure/arm-resources';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Simulator } from '../../../../local/azure/simulator.ts';
import {
  call,
  clientOptions,
  credential,
  failure,
  fakeTime,
  pass,
  S,
  SUBSCRIPTION,
  settle,
  simulator,
} from '../support.ts';

let sim: Simulator;
let network: NetworkManagementClient;
beforeEach(async () => {
  fakeTime();
  sim = simulator();
  network = new NetworkManagementClient(credential, SUBSCRIPTION, clientOptions(sim));
  await call(sim, 'PUT', `${S}/resourceGroups/rg?api-version=2025-04-01`, { location: 'eastus' });
});
afterEach(async () => {
  await sim.stop();
  vi.useRealTimers();
});

const vnet = { location: 'eastus', addressSpace: { addressPrefixes: ['10.0.0.0/16'] } };
const requests = async (method: string, part: string) => {
  const all = (await call(sim, 'GET', '/_sim/requests')).body.requests as {
    method: string;
    path: string;
    at: string;
  }[];
  return all.filter((one) => one.method === method && one.path.includes(part));
};
const fault = (match: object, outcome: object, times = 1) =>
  call(sim, 'PUT', '/_sim/faults', [{ match, times, outcome }]);

test('modular: the serialized poller goes on in another process without a second PUT, and ends with the resource', async () => {
  const poller = network.virtualNetworks.createOrUpdate('rg', 'v', vnet);
  const state = await poller.serialize();
  expect(JSON.parse(state).state.config.operationLocation).toMatch(
    /^https:\/\/management\.azure\.com\/.*api-version=2026-01-01$/,
  );
  const elsewhere = new NetworkManagementClient(credential, SUBSCRIPTION, clientOptions(sim));
  const restored = restorePoller(elsewhere, state, elsewhere.virtualNetworks.createOrUpdate);
  expect(await settle(restored.pollUntilDone())).toMatchObject({ name: 'v', provisioningState: 'Succeeded' });
  expect(await requests('PUT', '/virtualNetworks/')).toHaveLength(1);
});

test('modular: polls follow the Retry-After of poll answers, not that of the first', async () => {
  await fault({ type: 'Microsoft.Network/virtualNetworks' }, { kind: 'slow', seconds: 60 });
  await settle(network.virtualNetworks.createOrUpdate('rg', 'v', vnet));
  const at = (await requests('GET', '/operations/')).map((one) => Date.parse(one.at));
  const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
  expect(new Set(gaps)).toEqual(new Set([10_000]));
});

test('modular: a 500 on a poll kills that poller for good; one restored from the earlier state finishes', async () => {
  const poller = network.virtualNetworks.createOrUpdate('rg', 'v', vnet);
  const state = await poller.serialize();
  await fault({ type: 'Microsoft.Network/locations/operations' }, { kind: 'error', status: 500 });
  expect((await failure(poller.pollUntilDone())).statusCode).toBe(500);
  expect((await failure(poller.poll())).statusCode).toBe(500);
  expect(
    await settle(restorePoller(network, state, network.virtualNetworks.createOrUpdate).pollUntilDone()),
  ).toMatchObject({ name: 'v' });
});

test('modular: a lost answer to an accepted PUT leaves a resource that a GET finds', async () => {
  await fault({ type: 'Microsoft.Network/virtualNetworks', operation: 'create' }, { kind: 'drop-response' });
  expect((await failure(network.virtualNetworks.createOrUpdate('rg', 'v', vnet))).code).toBe('ECONNRESET');
  await pass(60);
  expect((await network.virtualNetworks.get('rg', 'v')).provisioningState).toBe('Succeeded');
});

test('modular: group deletion restored from its state ends with 200 and is over', async () => {
  const client = new ResourceManagementClient(credential, SUBSCRIPTION, clientOptions(sim));
  const poller = client.resourceGroups.delete('rg');
  const state = await poller.serialize();
  await settle(restoreResourcePoller(client, state, client.resourceGroups.delete).pollUntilDone());
  expect(await client.resourceGroups.checkExistence('rg')).toMatchObject({ body: false });
  expect(await requests('DELETE', '/resourcegroups/')).toHaveLength(1);
});

test('HLC: toString and resumeFrom, no PUT again; a failure carries code and message in one plain text', async () => {
  const client = new aci.ContainerInstanceManagementClient(credential, SUBSCRIPTION, clientOptions(sim));
  const group = {
    location: 'eastus',
    osType: 'Linux',
    containers: [
      { name: 'relay', image: 'r', ports: [{ port: 8080 }], resources: { requests: { cpu: 1, memoryInGB: 1 } } },
    ],
    ipAddress: { type: 'Public', ports: [{ port: 8080, protocol: 'TCP' }] },
  };
  const poller = await client.containerGroups.beginCreateOrUpdate('rg', 'cg', group);
  const resumed = await client.containerGroups.beginCreateOrUpdate('rg', 'cg', group, {
    resumeFrom: poller.toString(),
  });
  expect(await settle(resumed.pollUntilDone())).toMatchObject({ name: 'cg', provisioningState: 'Succeeded' });
  expect(await requests('PUT', '/containerGroups/')).toHaveLength(1);
  await fault(
    { type: 'Microsoft.ContainerInstance/containerGroups' },
    { kind: 'operation-fails', code: 'Capacity', message: 'None left.' },
  );
  const failing = await client.containerGroups.beginCreateOrUpdate('rg', 'other', group);
  expect((await failure(failing.pollUntilDone())).message).toBe(
    'The long-running operation has failed. Capacity. None left.',
  );
});
