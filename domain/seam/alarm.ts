import { z } from 'zod';
import { eventOfDeployment, instanceId } from '../names.ts';
import { deploymentId, instant, trusted } from './fields.ts';

/** `start`: a scheduled event begins; `recheck`: ask after nodes that keep silent; `retry`: try a failed removal again; `remedy`: help what has not helped itself; `budget`: it is used up. */
export const ALARMS = ['ttl', 'warning', 'start', 'recheck', 'retry', 'remedy', 'budget'] as const;
export type AlarmName = (typeof ALARMS)[number];

/** Input of an alarm, instance id `<deploymentId>-<alarm>-<generation>`. It rings for its event alone. */
export const alarmInput = z
  .object({
    deploymentId,
    parent: z.string(),
    // Only the reducer that set the alarm knows its names.
    alarm: trusted<AlarmName>(z.string().min(1)),
    generation: z.int().nonnegative(),
    /** Wall clock. */
    at: instant,
  })
  .refine(({ deploymentId: id, parent }) => parent === instanceId.lifecycle(eventOfDeployment(id) ?? ''), {
    path: ['parent'],
    message: 'is no lifecycle of this event',
  });
export type AlarmInput = z.infer<typeof alarmInput>;
