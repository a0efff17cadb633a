/** Proof of what a deployment was, and that it is gone. Times are ISO 8601 UTC, money in `cost.currency`. */
import { z } from 'zod';
import { leftSchema } from './left.ts';

export const certificateSchema = z.object({
  deploymentId: z.string(),
  event: z.string(),
  title: z.string(),
  environment: z.string(),
  outcome: z.enum(['gone', 'failed']),
  reason: z.string(),
  resourceGroups: z.array(z.string()),
  acceptedAt: z.string(),
  liveAt: z.string().optional(),
  endedAt: z.string(),
  resources: z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      name: z.string(),
      createdAt: z.string().optional(),
      removedAt: z.string().optional(),
      seconds: z.number().optional(),
      cost: z.number().optional(),
    }),
  ),
  left: z.array(leftSchema),
  cost: z.object({ total: z.number(), currency: z.string(), pricesAsOf: z.string() }),
  verification: z.object({
    at: z.string(),
    resourceGroup: z.string(),
    resourcesLeft: z.number(),
    secretsLeft: z.number(),
  }),
  contentHash: z.string().describe('SHA-256 of the canonical JSON of everything else'),
});
export type CertificateAnswer = z.output<typeof certificateSchema>;
