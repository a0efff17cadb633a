import { refuse } from '../core/constraint.ts';

import type { Resource, ResourceType, Sim } from '../core/provider.ts';
import { VAULTS } from './constraints.ts';
import { retire, reuse } from './deleted-vaults.ts';

export const VAULT = 'Microsoft.KeyVault/vaults';
export const VAULT_VERSIONS = [
  '2019-09-01',
  '2021-10-01',
  '2022-07-01',
  '2023-02-01',
  '2023-07-01',
  '2024-11-01',
  '2025-05-01',
  '2026-02-01',
];

export const vaults: ResourceType<'account' | 'time' | 'store' | 'resources'> = {
  type: 'vaults',
  apiVersions: VAULT_VERSIONS,
  namePattern: /^[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]$/,
  deleteOrder: 70,
  put({ sim, resource, existing }) {
    const held = vaultNamed(sim, resource.name);
    if (held && held.id.toLowerCase() !== resource.id.toLowerCase())
      throw refuse(VAULTS.vaultTaken, { name: resource.name });
    if (!existing) reuse(sim, resource);
    const { createMode: _, ...rest } = resource.properties;
    resource.properties = {
      sku: { family: 'A', name: 'standard' },
      tenantId: sim.account.tenantId,
      accessPolicies: [],
      enabledForDeployment: false,
      enableSoftDelete: true,
      softDeleteRetentionInDays: 90,
      enableRbacAuthorization: true,
      publicNetworkAccess: 'Enabled',
      ...rest,
      vaultUri: `https://${resource.name.toLowerCase()}.vault.azure.net/`,
    };
    return { status: existing ? 200 : 201 };
  },
  delete: () => ({ status: 200 }),
  removed: (sim, resource) => retire(sim, resource),
};

export const vaultNamed = (sim: Sim<'resources'>, name: string): Resource | undefined =>
  sim.resources.ofType(VAULT).find((one) => one.name.toLowerCase() === name.toLowerCase());

export const purgeProtected = (vault: Resource): boolean => vault.properties.enablePurgeProtection === true;

export const retentionDays = (vault: Resource): number => Number(vault.properties.softDeleteRetentionInDays ?? 90);
