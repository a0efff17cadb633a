/** Microsoft.Consumption: budgets over a subscription or a group. Nothing is counted against them. */
import { z } from 'zod';
import { invalidContent } from '../core/errors.ts';
import { plain } from '../core/plain.ts';
import type { Provider } from '../core/provider.ts';

const properties = z.looseObject({
  amount: z.number().positive(),
  category: z.literal('Cost'),
  timeGrain: z.enum(['Monthly', 'Quarterly', 'Annually', 'BillingMonth', 'BillingQuarter', 'BillingAnnual']),
  timePeriod: z.looseObject({ startDate: z.string().regex(/^\d{4}-\d{2}-01/, 'must be the first of a month') }),
  notifications: z.record(z.string(), z.looseObject({ contactEmails: z.array(z.string()).min(1) })).optional(),
});

export const consumption: Provider<'time' | 'resources'> = {
  namespace: 'Microsoft.Consumption',
  types: [
    plain({
      type: 'budgets',
      apiVersions: ['2021-10-01', '2023-05-01', '2023-11-01', '2024-08-01'],
      scope: 'any',
      needsLocation: false,
      properties,
      fill({ sim, resource, existing }) {
        const { timePeriod } = properties.parse(resource.properties);
        const start = String(timePeriod.startDate).slice(0, 7);
        if (!existing && start < sim.time.iso().slice(0, 7))
          throw invalidContent('the start date of a new budget must not be before the present month', 'timePeriod');
        return { currentSpend: { amount: 0, unit: 'USD' } };
      },
    }),
  ],
};
