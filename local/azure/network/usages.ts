import type { Route, Sim } from '../core/provider.ts';
import { NETWORK } from './wire.ts';

/** Default limits per region (Microsoft Learn, "Azure subscription and service limits", networking). */
const LIMITS: [string, string, string, number][] = [
  ['VirtualNetworks', 'Virtual Networks', 'Microsoft.Network/virtualNetworks', 1000],
  ['NetworkSecurityGroups', 'Network Security Groups', 'Microsoft.Network/networkSecurityGroups', 5000],
  ['NetworkInterfaces', 'Network Interfaces', 'Microsoft.Network/networkInterfaces', 65536],
  ['PublicIPAddresses', 'Public IP Addresses', 'Microsoft.Network/publicIPAddresses', 1000],
  ['StandardSkuPublicIpAddresses', 'Public IPv4 Addresses - Standard', 'Microsoft.Network/publicIPAddresses', 1000],
  ['NatGateways', 'Nat Gateways', 'Microsoft.Network/natGateways', 400],
];

const count = (sim: Sim<'resources'>, type: string, location: string): number =>
  sim.resources.ofType(type).filter((one) => one.location === location).length;

export const usages: Route<'store' | 'resources'>[] = [
  {
    method: 'GET',
    path: '/subscriptions/{subscription}/providers/Microsoft.Network/locations/{location}/usages',
    apiVersions: NETWORK,
    handle: ({ sim, params }) => ({
      status: 200,
      body: {
        value: LIMITS.map(([value, localizedValue, type, limit]) => ({
          id: `/subscriptions/${params.subscription}/providers/Microsoft.Network/locations/${params.location}/usages/${value}`,
          unit: 'Count',
          currentValue: count(sim, type, params.location ?? ''),
          limit,
          name: { value, localizedValue },
        })),
      },
    }),
  },
  {
    method: 'GET',
    path: '/subscriptions/{subscription}/providers/Microsoft.Network/locations/{location}/CheckDnsNameAvailability',
    apiVersions: NETWORK,
    handle({ sim, params, query }) {
      const fqdn = `${(query.get('domainNameLabel') ?? '').toLowerCase()}.${params.location}.cloudapp.azure.com`;
      return { status: 200, body: { available: !sim.store.collection<string>('public-address-labels').has(fqdn) } };
    },
  },
];
