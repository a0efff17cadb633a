import type { Provider } from '../core/provider.ts';
import { inProgressGuard } from './in-progress.ts';
import { ipConfigurations, networkInterfaces } from './interfaces.ts';
import { lookups } from './lookups.ts';
import { natGateways } from './nat-gateways.ts';
import { PRIVATE } from './private-endpoints.ts';
import { publicIPAddresses } from './public-addresses.ts';
import { routes, routeTables } from './route-tables.ts';
import { defaultSecurityRules, networkSecurityGroups, securityRules } from './security-groups.ts';
import { subnets } from './subnets.ts';
import { usages } from './usages.ts';
import { virtualNetworks } from './virtual-networks.ts';
import { writeLro } from './wire.ts';

/** Microsoft.Network: VNets, subnets, security groups, public addresses, NICs, NAT gateways. */
export const network: Provider<'time' | 'chance' | 'draws' | 'store' | 'resources' | 'operations' | 'settings'> = {
  namespace: 'Microsoft.Network',
  lro: writeLro,
  types: [
    virtualNetworks,
    subnets,
    networkSecurityGroups,
    securityRules,
    defaultSecurityRules,
    publicIPAddresses,
    networkInterfaces,
    ipConfigurations,
    natGateways,
    routeTables,
    routes,
    ...PRIVATE,
  ],
  routes: [...usages, ...lookups],
  guards: [inProgressGuard],
};
