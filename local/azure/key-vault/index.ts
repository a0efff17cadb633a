import type { Provider } from '../core/provider.ts';
import { dataPlane } from './data-plane.ts';
import { vaults } from './vaults.ts';

/** Microsoft.KeyVault: vaults by ARM, secrets by their own hosts. */
export const keyVault: Provider = {
  namespace: 'Microsoft.KeyVault',
  types: [vaults],
  hosts: [dataPlane],
};
