/** Microsoft.ContainerRegistry: registries, as far as an installation's shape needs them; no image is kept. */
import { z } from 'zod';
import { nameCheck, plain } from '../core/plain.ts';
import type { Provider } from '../core/provider.ts';

const VERSIONS = ['2023-01-01-preview', '2023-07-01', '2025-04-01'];
export const REGISTRY = 'Microsoft.ContainerRegistry/registries';

export const containerRegistry: Provider<'time' | 'resources'> = {
  namespace: 'Microsoft.ContainerRegistry',
  types: [
    plain({
      type: 'registries',
      apiVersions: VERSIONS,
      namePattern: /^[A-Za-z0-9]{5,50}$/,
      deleteOrder: 70,
      unique: true,
      properties: z.looseObject({ adminUserEnabled: z.boolean().optional() }),
      duration: { median: 10, p95: 25 },
      fill: ({ resource, sim }) => ({
        loginServer: `${resource.name.toLowerCase()}.azurecr.io`,
        creationDate: sim.time.iso(resource.createdAt),
      }),
    }),
  ],
  routes: [nameCheck('Microsoft.ContainerRegistry', REGISTRY, VERSIONS)],
};
