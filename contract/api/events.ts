/** Answers of `GET /api/events`: events, or ended deployments with `?past=true`. Times are ISO 8601 UTC, null while unknown. */
import { z } from 'zod';

const time = z.string().nullable();

export const listedEventSchema = z.object({
  event: z.string(),
  title: z.string(),
  environment: z.string(),
  state: z.string(),
  since: z.string(),
  health: z.string(),
  region: z.string(),
  languages: z.array(z.string()),
  resourceGroup: z.string(),
  deploymentId: z.string(),
  startsAt: time.optional().describe('When it is to be ready, for one that was scheduled'),
  createdAt: time,
  readyAt: time,
  expiresAt: time,
  perHour: z.number().describe('What it costs now, per hour'),
  soFar: z.number().optional().describe('What it has cost when this was written'),
  currency: z.string().optional(),
});
export type ListedEvent = z.output<typeof listedEventSchema>;

export const pastDeploymentSchema = z.object({
  event: z.string(),
  deploymentId: z.string(),
  state: z.string(),
  resourceGroup: z.string(),
  endedAt: z.string(),
});
export type PastDeployment = z.output<typeof pastDeploymentSchema>;

const token = z.string().optional().describe('Of the next page');
export const eventListSchema = z.object({ events: z.array(listedEventSchema), continuationToken: token });
export type EventList = z.output<typeof eventListSchema>;
export const pastListSchema = z.object({ events: z.array(pastDeploymentSchema), continuationToken: token });
export type PastList = z.output<typeof pastListSchema>;
