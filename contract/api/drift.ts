/** Answer of `GET /api/events/{event}/drift`: what stands in Azure against what the plan asked for. It holds no secret. */
import { z } from 'zod';

export const differenceSchema = z.object({
  node: z.string().describe('The node of the plan that made it'),
  resource: z.string().describe('ARM id'),
  path: z
    .string()
    .describe(
      'Where in the resource, such as `properties.securityRules[RDP-Inbound].properties.access`; empty for all of it',
    ),
  planned: z.unknown().describe('What the plan asked for; null where it asked for nothing'),
  actual: z.unknown().describe('What stands there; null where nothing does'),
});
export type Difference = z.output<typeof differenceSchema>;

export const driftSchema = z.object({
  event: z.string(),
  deploymentId: z.string(),
  at: z.string().describe('When it was looked at; ISO 8601'),
  looked: z.int().describe('Resources that were compared'),
  differences: z.array(differenceSchema),
  strangers: z
    .array(z.object({ id: z.string(), type: z.string(), name: z.string(), why: z.string() }))
    .describe('What stands in the group and is not of the plan'),
});
export type Drift = z.output<typeof driftSchema>;
