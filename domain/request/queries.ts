import { z } from 'zod';
import { EVENT_STATES } from '../states.ts';
import { instantField, languageField } from './fields.ts';

/** Query values of the doors: each is text, and none is taken for something it is not. */

/** `true` or `false`, nothing else: `?past=1` must not quietly mean "no". */
const flag = (description: string) =>
  z
    .enum(['true', 'false'], 'must be true or false')
    .transform((value) => value === 'true')
    .optional()
    .meta({ description });

export const eventsQuery = z.strictObject({
  state: z
    .enum(EVENT_STATES, `must be one of ${EVENT_STATES.join(', ')}`)
    .optional()
    .meta({ description: 'Only events in this state' }),
  past: flag('Ended deployments instead of events'),
  continuationToken: z
    .string()
    .regex(/^[\w-]{1,200}$/, 'is not one this list gave')
    .optional()
    .meta({ description: 'Where the next page begins, as the last one gave it' }),
});
export type EventsQuery = z.infer<typeof eventsQuery>;

export const statusQuery = z.strictObject({ levels: flag('Have it measured for a minute how loud the sounds are') });

export type StatusQuery = z.infer<typeof statusQuery>;

export const healthQuery = z.strictObject({ checks: flag('Look at everything the control plane depends on') });

export const credentialsQuery = z.strictObject({
  language: languageField.optional().meta({ description: 'Only the mixer of this language' }),
});
export type CredentialsQuery = z.infer<typeof credentialsQuery>;

const moment = (description: string) => instantField.optional().meta({ description });

export const metricsQuery = z.strictObject({
  from: moment('Begin of what Azure Monitor measured; half an hour before `to` by default'),
  to: moment('Its end; now by default'),
});
export type MetricsQuery = z.infer<typeof metricsQuery>;

export const deployQuery = z.strictObject({
  wait: z
    .enum(['preflight'], 'must be preflight, or absent')
    .optional()
    .meta({ description: 'Answer only when preflight has decided' }),
});

export type DeployQuery = z.infer<typeof deployQuery>;

export const alertsQuery = z.strictObject({
  code: z.string().max(1000).optional().meta({ description: 'The alert secret' }),
  secret: z.string().max(1000).optional().meta({ description: 'The alert secret, under another name' }),
});
export type AlertsQuery = z.infer<typeof alertsQuery>;
