/** Answers about recurring events. Times are ISO 8601 UTC. */
import { z } from 'zod';

export const occurrenceSchema = z.object({
  occurrence: z.string(),
  deploymentId: z.string().optional(),
  problem: z.string().optional(),
  late: z.boolean().optional(),
  missed: z.boolean().optional(),
});
export const scheduleViewSchema = z.object({
  name: z.string(),
  days: z.array(z.string()),
  at: z.string().describe('HH:MM on the wall of that place'),
  timeZone: z.string(),
  paused: z.boolean(),
  ahead: z.string(),
  next: z.string().nullable(),
  upcoming: z
    .array(z.string())
    .describe('The next occurrences, the first of which is `next`; of one that is paused none'),
  request: z.looseObject({}),
  last: occurrenceSchema.nullable(),
  missed: z.array(occurrenceSchema),
  by: z.string(),
});
export type ScheduleView = z.output<typeof scheduleViewSchema>;
export const scheduleListSchema = z.object({ schedules: z.array(scheduleViewSchema) });
export type ScheduleList = z.output<typeof scheduleListSchema>;

export const scheduleRemovedSchema = z.object({ name: z.string(), removed: z.literal(true) });
