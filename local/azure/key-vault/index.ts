import type { Provider } from '../core/provider.ts';
import { seed } from '../core/seed.ts';
import { dataPlane } from './data-plane.ts';
import { SEEDED_VAULTS, VAULT, vaults } from './vaults.ts';

/** Microsoft.KeyVault: vaults by ARM, secrets by their own hosts. */
export const keyVault: Provider = {
  namespace: 'Microsoft.KeyVault',
  types: [vaults],
  hosts: [dataPlane],
  start(sim) {
    for (const name of SEEDED_VAULTS)
      seed(sim, VAULT, name, {
        properties: {
          sku: { family: 'A', name: 'standard' },
          tenantId: sim.tenantId,
          enableSoftDelete: true,
          softDeleteRetentionInDays: 90,
          enableRbacAuthorization: true,
          vaultUri: `https://${name}.vault.azure.net/`,
        },
      });
  },
};
