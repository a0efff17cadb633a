import { z } from 'zod';
import { deploySchema } from '../../domain/request/deploy.ts';
import { durationField } from '../../domain/request/fields.ts';
import { DAYS, isTimeZone } from '../../domain/schedule/recurrence.ts';

/** What every occurrence deploys: a deploy request without its moment. Keys go to the vault, never into the schedule. */
const requestSchema = deploySchema.omit({ startsAt: true, planHash: true });

export const SCHEDULE_NAME = /^[a-z][a-z0-9-]{1,30}[a-z0-9]$/;

export const scheduleSchema = z.strictObject({
  name: z
    .string()
    .regex(SCHEDULE_NAME, 'must have 3 to 32 lower-case letters, digits and hyphens')
    .meta({ description: 'Name of the schedule; the same name replaces it' }),
  days: z.array(z.enum(DAYS)).min(1).max(7).meta({ description: 'Days of the week' }),
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 09:30')
    .meta({ description: 'When the event must be ready, on the wall of that place' }),
  timeZone: z
    .string()
    .refine(isTimeZone, 'must be an IANA time zone such as Europe/Zurich')
    .meta({ description: 'IANA time zone' }),
  ahead: durationField
    .optional()
    .refine((seconds) => seconds === undefined || (seconds >= 3600 && seconds <= 6 * 86_400), 'must be 1h to 6d')
    .meta({ description: 'How long before it the deployment is accepted and shown; 24h' }),
  paused: z.boolean().optional().meta({ description: 'Keep it, but deploy nothing' }),
  request: requestSchema,
});
