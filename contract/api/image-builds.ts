/** Builds of an image: what is accepted, and how each one went. Times are ISO 8601 UTC. */
import { z } from 'zod';
import { journalEntrySchema } from './journal.ts';

export const buildAcceptedSchema = z.object({
  buildId: z.string(),
  image: z.string(),
  version: z.string().describe('The number that its versions will have'),
  statusUrl: z.string(),
});
export type BuildAccepted = z.output<typeof buildAcceptedSchema>;

export const buildSchema = z.object({
  buildId: z.string(),
  image: z.string(),
  version: z.string(),
  from: z
    .string()
    .nullable()
    .describe('The version of this image that it is built on; null for Windows from the marketplace'),
  state: z
    .enum(['running', 'done', 'failed', 'broken'])
    .describe('`broken`: nobody looks after it; the reaper removes what it made'),
  by: z.string(),
  acceptedAt: z.string(),
  endedAt: z.string().nullable(),
  phase: z.string().nullable().describe('What is done now'),
  detail: z.string().nullable(),
  progress: z.number().describe('From 0 to 1'),
  error: z.object({ code: z.string(), message: z.string(), advice: z.string().nullable() }).nullable(),
  journal: z.array(journalEntrySchema),
  cost: z
    .object({ total: z.number(), currency: z.string(), pricesAsOf: z.string() })
    .nullable()
    .describe('Of its machines; what versions cost to keep is not in it. Null while it runs'),
  versions: z.array(z.string()).describe('ARM ids of what it put into the gallery'),
  certificate: z
    .object({
      existed: z.array(
        z.object({
          id: z.string(),
          type: z.string(),
          name: z.string(),
          createdAt: z.string().optional(),
          removedAt: z.string().optional(),
        }),
      ),
      remains: z.array(z.string()),
      verifiedAt: z.string(),
    })
    .nullable()
    .describe('What existed beside the versions, and that it is gone; null while it runs'),
});
export type Build = z.output<typeof buildSchema>;
export const buildScheduleSchema = z.object({
  image: z.string(),
  days: z.array(z.string()),
  at: z.string(),
  timeZone: z.string(),
  next: z.string(),
  by: z.string(),
  last: z
    .object({ occurrence: z.string(), buildId: z.string().optional(), problem: z.string().optional() })
    .nullable()
    .describe('What came of the latest occurrence'),
});
export type BuildScheduleView = z.output<typeof buildScheduleSchema>;
export const buildScheduleAnswerSchema = z.object({ schedule: buildScheduleSchema.nullable() });
export type BuildScheduleAnswer = z.output<typeof buildScheduleAnswerSchema>;

export const buildListSchema = z.object({ builds: z.array(buildSchema).describe('Newest first') });
