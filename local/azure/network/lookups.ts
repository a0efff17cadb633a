import type { JsonObject } from '../core/json.ts';
import type { Route } from '../core/provider.ts';
import { NETWORK } from './wire.ts';

/** Services that subnets can be delegated to, of those met here (Microsoft Learn, "What is subnet delegation?"). */
const DELEGATIONS = [
  'Microsoft.ContainerInstance/containerGroups',
  'Microsoft.App/environments',
  'Microsoft.Web/serverFarms',
];

/** Service tags that rules name; their prefixes are not published by the simulator. */
const TAGS = [
  'AzureCloud',
  'AzureLoadBalancer',
  'AzureKeyVault',
  'AzureMonitor',
  'Internet',
  'Storage',
  'VirtualNetwork',
];

const at = (path: string) => `/subscriptions/{subscription}/providers/Microsoft.Network/locations/{location}/${path}`;

const delegations = (subscription: string): JsonObject[] =>
  DELEGATIONS.map((serviceName) => {
    const name = serviceName.replaceAll('/', '.');
    return {
      name,
      id: `/subscriptions/${subscription}/providers/Microsoft.Network/availableDelegations/${name}`,
      type: 'Microsoft.Network/availableDelegations',
      serviceName,
      actions: ['Microsoft.Network/virtualNetworks/subnets/action'],
    };
  });

export const lookups: Route<never>[] = [
  {
    method: 'GET',
    path: at('availableDelegations'),
    apiVersions: NETWORK,
    handle: ({ params }) => ({ status: 200, body: { value: delegations(params.subscription ?? '') } }),
  },
  {
    method: 'GET',
    path: at('serviceTags'),
    apiVersions: NETWORK,
    handle: ({ params }) => ({
      status: 200,
      body: {
        name: params.location,
        id: `/subscriptions/${params.subscription}/providers/Microsoft.Network/serviceTags/Public`,
        type: 'Microsoft.Network/serviceTags',
        changeNumber: '1',
        cloud: 'Public',
        values: TAGS.map((name) => ({
          name,
          id: name,
          properties: { changeNumber: '1', region: '', systemService: name, addressPrefixes: [] },
        })),
      },
    }),
  },
  {
    method: 'GET',
    path: '/subscriptions/{subscription}/providers/Microsoft.Network/networkWatchers',
    apiVersions: NETWORK,
    handle: () => ({ status: 200, body: { value: [] } }),
  },
];
