/** Microsoft.OperationalInsights: workspaces, as far as an installation's shape needs them, and what containers have written. */
import { z } from 'zod';
import { plain } from '../core/plain.ts';
import type { Provider } from '../core/provider.ts';
import { queryHost } from './query.ts';

export const operationalInsights: Provider<'chance' | 'time' | 'resources' | 'operations' | 'settings'> = {
  namespace: 'Microsoft.OperationalInsights',
  hosts: [queryHost],
  types: [
    plain({
      type: 'workspaces',
      apiVersions: ['2022-10-01', '2023-09-01', '2025-02-01'],
      namePattern: /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/,
      deleteOrder: 80,
      properties: z.looseObject({ retentionInDays: z.int().min(7).max(730).optional() }),
      duration: { median: 12, p95: 30 },
      fill: ({ sim, resource }) => ({ customerId: sim.chance.guid('workspace', resource.id.toLowerCase()) }),
    }),
  ],
};
