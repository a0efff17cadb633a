/** Answers about commands: 202 of every accepted change, and what became of it. */
import { z } from 'zod';

export const acceptedSchema = z.object({
  operationId: z.string(),
  event: z.string(),
  deploymentId: z.string(),
  statusUrl: z.url().describe('Where its outcome is read'),
});
export type Accepted = z.output<typeof acceptedSchema>;

export const operationSchema = z.object({
  operationId: z.string(),
  command: z.string(),
  event: z.string(),
  outcome: z.enum(['pending', 'accepted', 'refused', 'done', 'failed']),
  reason: z.string().optional(),
  outageSeconds: z.number().optional().describe('Of a replacement: the longest that the component can have been away'),
  at: z.string().nullable().describe('ISO 8601'),
});
export type OperationOutcome = z.output<typeof operationSchema>;

/** Dry run of `POST /api/events/{event}/remediate`. */
export const remedyPreviewSchema = z.object({
  event: z.string(),
  component: z.string(),
  wouldBe: z.string().describe('What would be answered: `accept`, or why not in one word'),
  rung: z.string().optional().describe('What would be done'),
  reason: z.string().optional(),
});
export type RemedyPreview = z.output<typeof remedyPreviewSchema>;
