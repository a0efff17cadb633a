import { z } from 'zod';
import { parseInstant } from '../instant.ts';
import { ALARMS } from './alarm.ts';
import { commandSchema } from './command.ts';
import { complaintSchema } from './complaint.ts';
import { failureSchema } from './failure.ts';
import { factsSchema } from './node.ts';
import { removedSchema } from './removal.ts';

/** What the inbox takes. Unknown members are cut off: a newer build may say more than this one reads. */

const text = z.string().max(4000);
const time = z.string().refine((value) => parseInstant(value) !== undefined);
const count = z.int().nonnegative();

/** What an orchestration instance came to; `absent` when there is no such instance. */
const endedSchema = z.object({
  instanceId: z.string(),
  runtimeStatus: z.enum(['Completed', 'Failed', 'Terminated', 'Canceled', 'absent']),
  /** Parsed output when it completed: of a node or removal, the very message it reported. */
  output: z.unknown().exactOptional(),
});
export type EndedInstance = z.infer<typeof endedSchema>;

export const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('command'), operationId: text, by: text, command: commandSchema }),
  z.object({
    type: z.literal('node'),
    node: text,
    attempt: count,
    outcome: z.enum(['done', 'failed', 'stopped']),
    facts: factsSchema.exactOptional(),
    failure: failureSchema.exactOptional(),
  }),
  /** `listening`: since when the control plane hears what it is told; ms since the Unix epoch, where that is known. */
  z.object({
    type: z.literal('alarm'),
    alarm: z.enum(ALARMS),
    generation: count,
    listening: z.number().nonnegative().exactOptional(),
  }),
  removedSchema,
  /** `component` by its id; `at` ISO 8601, older ones lose. Sent on difference only. */
  z.object({
    type: z.literal('health'),
    component: text,
    healthy: z.boolean(),
    problems: z.array(complaintSchema),
    at: time,
  }),
  /**
   * Within a `series` (the alert's id where there is none) the newest `at` counts (ISO 8601, when it fired or was resolved; absent when
   * that is not known). `witness`: when the component itself last said that it is well, where that is fresh; then the alert is vetoed.
   */
  z.object({
    type: z.literal('alert'),
    alertId: text,
    series: text.exactOptional(),
    component: text,
    fired: z.boolean(),
    title: text,
    at: text.exactOptional(),
    witness: text.exactOptional(),
  }),
  /** What belongs into the journal though the lifecycle has no part in it: who read secrets, what mixers were told. Each `id` once. */
  z.object({ type: z.literal('note'), id: text, code: z.enum(['credentials', 'command']), text }),
  /** What became of telling people something; `id` is the instance that tells. Sent when it failed, and when that has changed. */
  z.object({
    type: z.literal('told'),
    id: text,
    text,
    outcome: z.enum(['delayed', 'delivered', 'given-up']),
    reason: text.exactOptional(),
  }),
  /** From the sweep: look again; `ended` names instances it found dead. */
  z.object({ type: z.literal('nudge'), ended: z.array(endedSchema).exactOptional() }),
]);

/** Every message may come twice, late and in any order. */
export type Message = { deploymentId: string } & z.infer<typeof messageSchema>;

/** What `report` delivers: `raiseEvent(parent, INBOX, message)`. */
export interface Delivery {
  parent: string;
  message: Message;
  /** ISO 8601: when what reports began and ended; absent from what takes no time. */
  began?: string;
  ended?: string;
}
