/** Microsoft.ContainerInstance: container groups, their logs, usages and capabilities. */
import type { Operation } from '../core/model.ts';
import type { LroStyle, Provider, ResourceType, Route } from '../core/provider.ts';
import { ACTIONS } from './actions.ts';
import { behave } from './behave.ts';
import { put, remove, removed, settled } from './group.ts';
import { groupView, operationEvents } from './instance-view.ts';
import type { Life } from './life.ts';
import { unlink, unlinkByHand } from './network.ts';
import { countCalls, usages } from './quota.ts';
import { emptyHost } from './reach.ts';

const API_VERSIONS = [
  '2023-05-01',
  '2022-10-01-preview',
  '2022-09-01',
  '2021-10-01',
  '2021-09-01',
  '2021-07-01',
  '2019-12-01',
];
const LOCATION = '/subscriptions/{subscription}/providers/Microsoft.ContainerInstance/locations/{location}';

/** The status body names the group and carries its events (recorded with `az container create`, 2019 and 2023). */
const lro: LroStyle<'time' | 'resources' | 'operations'> = {
  headers: ['azure-async'],
  apiVersion: '2018-06-01',
  path: (operation: Operation) =>
    `/subscriptions/${operation.subscription}/providers/Microsoft.ContainerInstance/locations/${operation.location}/operations/${operation.id}`,
  status: (operation, sim) => ({
    id: operation.resourceId,
    status: operation.status === 'InProgress' ? 'Pending' : operation.status,
    startTime: sim.time.iso(operation.startedAt),
    properties: { events: operationEvents(sim, sim.resources.get(operation.resourceId)) },
    error: operation.error as never,
  }),
};

const containerGroups: ResourceType<
  'account' | 'time' | 'chance' | 'draws' | 'jobs' | 'store' | 'resources' | 'operations' | 'buckets' | 'activity'
> = {
  type: 'containerGroups',
  apiVersions: API_VERSIONS,
  deleteOrder: 10,
  namePattern: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  put,
  delete: remove,
  settled,
  removed,
  behave,
  actions: ACTIONS,
  view: (resource, sim, { list }) => groupView(sim, resource, list),
  meters(resource) {
    // Billed from the start of the first pull until it is stopped or deleted, also while it fails (Container Instances FAQ).
    const stopped = (resource.hidden.life as Life | undefined)?.stoppedAt !== undefined;
    if (stopped) return [];
    return [
      { meter: 'Standard vCPU Duration', quantity: Number(resource.hidden.cpu ?? 0) },
      { meter: 'Standard Memory Duration', quantity: Number(resource.hidden.memory ?? 0) },
    ];
  },
  limits: (sim, { operation, subscription }) =>
    operation === 'create' || operation === 'delete' ? countCalls(sim, operation, subscription) : {},
};

const routes: Route<'store' | 'resources'>[] = [
  {
    method: 'DELETE',
    path: '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/{vnet}/subnets/{subnet}/providers/Microsoft.ContainerInstance/serviceAssociationLinks/{link}',
    apiVersions: 'any',
    handle({ sim, request }) {
      unlinkByHand(
        sim,
        decodeURIComponent(request.url.pathname.split(/\/providers\/microsoft\.containerinstance\//i)[0] ?? ''),
      );
      return { status: 200 };
    },
  },
  {
    method: 'GET',
    path: `${LOCATION}/usages`,
    apiVersions: 'any',
    handle: ({ sim, params }) => ({ status: 200, body: usages(sim, params.subscription ?? '', params.location ?? '') }),
  },
  {
    method: 'GET',
    path: `${LOCATION}/capabilities`,
    apiVersions: 'any',
    handle: ({ params }) => ({
      status: 200,
      body: {
        value: ['Linux', 'Windows'].map((osType) => ({
          resourceType: 'containerGroups',
          osType,
          location: params.location,
          ipAddressType: 'Public',
          gpu: 'None',
          capabilities: { maxMemoryInGB: 240, maxCpu: 31, maxGpuCount: 0 },
        })),
      },
    }),
  },
  {
    method: 'GET',
    path: `${LOCATION}/cachedImages`,
    apiVersions: 'any',
    handle: () => ({
      status: 200,
      body: { value: [{ osType: 'Linux', image: 'mcr.microsoft.com/azuredocs/aci-helloworld:latest' }] },
    }),
  },
];

export const containerInstance: Provider<
  'account' | 'time' | 'chance' | 'draws' | 'jobs' | 'store' | 'resources' | 'operations' | 'buckets' | 'activity'
> = {
  namespace: 'Microsoft.ContainerInstance',
  types: [containerGroups],
  lro,
  routes,
  hosts: [emptyHost],
  jobs: {
    'container-instance.unlink': (sim, data) => {
      unlink(sim, String(data.subnet));
    },
  },
};
