import type { LroStyle, Provider } from '../core/provider.ts';

/** Every operation of this provider is synchronous; the style serves injected slowness only. */
const lro: LroStyle<never> = {
  headers: ['azure-async'],
  path: (operation) =>
    `/subscriptions/${operation.subscription}/providers/Microsoft.ManagedIdentity/locations/${operation.location}/operations/${operation.id}`,
  status: (operation) => ({ status: operation.status }),
};

/** Microsoft.ManagedIdentity: user-assigned identities with principal and client id. */
export const managedIdentity: Provider<'account' | 'chance'> = {
  namespace: 'Microsoft.ManagedIdentity',
  lro,
  types: [
    {
      type: 'userAssignedIdentities',
      apiVersions: [
        '2015-08-31-preview',
        '2018-11-30',
        '2022-01-31-preview',
        '2023-01-31',
        '2023-07-31-preview',
        '2024-11-30',
        '2025-01-31-preview',
      ],
      namePattern: /^[A-Za-z0-9][A-Za-z0-9_-]{2,127}$/,
      deleteOrder: 70,
      put({ sim, resource, existing }) {
        const key = resource.id.toLowerCase();
        resource.properties = existing?.properties ?? {
          tenantId: sim.account.tenantId,
          principalId: sim.chance.guid('principal', key),
          clientId: sim.chance.guid('client', key),
        };
        return { state: null };
      },
      delete: () => ({ status: 200 }),
    },
  ],
};
