import { nameCheck } from '../core/plain.ts';
import type { Provider } from '../core/provider.ts';
import { dataPlane } from './data-plane.ts';
import { deletedVaults, whyHeld } from './deleted-vaults.ts';
import { VAULT, VAULT_VERSIONS, vaults } from './vaults.ts';

/** Microsoft.KeyVault: vaults by ARM, secrets by their own hosts. */
export const keyVault: Provider<'account' | 'time' | 'draws' | 'store' | 'resources' | 'faults' | 'settings'> = {
  namespace: 'Microsoft.KeyVault',
  types: [vaults],
  routes: [...deletedVaults, nameCheck('Microsoft.KeyVault', VAULT, VAULT_VERSIONS, whyHeld)],
  hosts: [dataPlane],
};
