/** Answer of `GET /api/events/{event}/cost`. Money in `currency`. */
import { z } from 'zod';

/** What happens when an event would cost, or has cost, more than its budget. */
export const BUDGET_ACTIONS = ['warn', 'refuse', 'end'] as const;

export const eventCostSchema = z.object({
  perHour: z.number(),
  soFar: z.number(),
  currency: z.string(),
  perEvent: z.number().describe('What all of it will have cost at its end, if it goes on as it is now'),
  pausedPerHour: z.number(),
  pricesAsOf: z.string().describe('Date of the price list'),
  budget: z.object({ amount: z.number(), action: z.enum(BUDGET_ACTIONS) }).optional(),
});
export type EventCost = z.output<typeof eventCostSchema>;
