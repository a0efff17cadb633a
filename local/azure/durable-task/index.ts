/** Microsoft.DurableTask: schedulers and their task hubs, as far as an installation's shape needs them; none runs anything. */
import { z } from 'zod';
import { plain } from '../core/plain.ts';
import type { Provider } from '../core/provider.ts';

const VERSIONS = ['2025-04-01-preview', '2025-11-01', '2026-02-01'];

export const durableTask: Provider<'resources'> = {
  namespace: 'Microsoft.DurableTask',
  types: [
    plain({
      type: 'schedulers',
      apiVersions: VERSIONS,
      namePattern: /^[A-Za-z0-9-]{3,64}$/,
      deleteOrder: 70,
      properties: z.looseObject({
        ipAllowlist: z.array(z.string()),
        sku: z.looseObject({ name: z.enum(['Dedicated', 'Consumption']), capacity: z.int().min(1).optional() }),
      }),
      duration: { median: 240, p95: 600 },
      fill: ({ resource }) => ({
        endpoint: `https://${resource.name.toLowerCase()}.${resource.location}.durabletask.io`,
      }),
    }),
    plain({
      type: 'schedulers/taskHubs',
      apiVersions: VERSIONS,
      needsLocation: false,
      deleteOrder: 60,
      namePattern: /^[A-Za-z0-9-]{3,64}$/,
    }),
  ],
};
