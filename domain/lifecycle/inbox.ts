import { z } from 'zod';
import { parseInstant } from '../instant.ts';
import { LANGUAGE, parseOperationId } from '../names.ts';
import type { EndedInstance, Message } from '../seam/message.ts';
import { complaintSchema } from './complaint.ts';

/** What the inbox takes, checked at the door: anything may be raised at an orchestration. Unknown members are cut off. */

const text = z.string().max(4000);
const time = z.string().refine((value) => parseInstant(value) !== undefined);
const count = z.int().nonnegative();
const languages = z.array(z.string().regex(LANGUAGE)).max(50);
const byLanguage = z.record(z.string().regex(LANGUAGE), z.string().max(40));

const complaints = z.array(complaintSchema);

const failure = z.object({
  // A class of a newer build is no reason to lose the message.
  class: z
    .enum([
      'transient',
      'throttled',
      'capacity',
      'quota',
      'policy',
      'authorisation',
      'configuration',
      'conflict',
      'foreign',
      'unhealthy',
      'timeout',
      'unknown',
    ])
    .catch('unknown'),
  code: z.string(),
  message: z.string(),
  resource: z.string().optional(),
  advice: z.string().optional(),
  problems: complaints.optional().catch(undefined),
});
const fact = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);
const facts = z
  .record(z.string(), z.unknown())
  .transform((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => fact.safeParse(value).success)));

const command = z.discriminatedUnion('command', [
  z.object({ command: z.literal('teardown') }),
  z.object({ command: z.literal('extend'), until: time.optional(), ttlSeconds: z.number().optional() }),
  z.object({
    command: z.literal('languages'),
    add: languages,
    remove: languages,
    keysGiven: z.boolean(),
    mixing: byLanguage.optional(),
    audio: byLanguage.optional(),
  }),
  z.object({ command: z.literal('pause') }),
  z.object({ command: z.literal('resume') }),
  z.object({ command: z.literal('relocate') }),
  z.object({ command: z.literal('scale'), component: text, count }),
  z.object({ command: z.literal('replace'), component: text, image: text }),
  z.object({
    command: z.literal('remediate'),
    component: text,
    rung: z.enum(['restart', 'redeploy', 'recreate']).optional(),
  }),
]);

const resource = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  createdAt: z.string().optional(),
  removedAt: z.string().optional(),
  seenAt: z.string().optional(),
  state: z.string().optional(),
});
const ended = z.object({
  instanceId: z.string(),
  runtimeStatus: z.enum(['Completed', 'Failed', 'Terminated', 'Canceled', 'absent']),
  output: z.unknown().optional(),
});

const message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('command'), operationId: text, by: text, command }),
  z.object({
    type: z.literal('node'),
    node: text,
    attempt: count,
    outcome: z.enum(['done', 'failed', 'stopped']),
    facts: facts.optional(),
    failure: failure.optional(),
  }),
  z.object({
    type: z.literal('alarm'),
    alarm: z.enum(['ttl', 'warning', 'start', 'recheck', 'retry', 'remedy', 'budget']),
    generation: count,
  }),
  z.object({
    type: z.literal('removed'),
    n: count,
    outcome: z.enum(['gone', 'remains', 'failed']),
    existed: z.array(resource),
    remains: z.array(z.string()),
    left: z.array(z.object({ id: z.string(), type: z.string(), name: z.string(), why: z.string() })).optional(),
    failure: failure.optional(),
    verifiedAt: z.string(),
  }),
  z.object({ type: z.literal('health'), component: text, healthy: z.boolean(), problems: complaints, at: time }),
  z.object({
    type: z.literal('alert'),
    alertId: text,
    series: text.optional(),
    component: text,
    fired: z.boolean(),
    title: text,
    at: text.optional(),
    witness: text.optional(),
  }),
  z.object({ type: z.literal('note'), id: text, code: z.enum(['credentials', 'command']), text }),
  z.object({
    type: z.literal('told'),
    id: text,
    text,
    outcome: z.enum(['delayed', 'delivered', 'given-up']),
    reason: text.optional(),
  }),
  z.object({ type: z.literal('nudge'), ended: z.array(ended).optional() }),
]);

/** The message when it is one, and meant for this deployment; an old alarm must never end next week's show. */
export function readMessage(received: unknown, deploymentId: string): Message | undefined {
  if ((received as { deploymentId?: unknown } | null | undefined)?.deploymentId !== deploymentId) return undefined;
  const result = message.safeParse(received);
  if (!result.success) return undefined;
  const read = { deploymentId, ...result.data } as Message;
  if (read.type === 'command' && parseOperationId(read.operationId)?.deploymentId !== deploymentId) return undefined;
  return read;
}

/** The same for what a durable instance left as its output. */
export const readEnded = (instance: EndedInstance, deploymentId: string): Message | undefined =>
  instance.runtimeStatus === 'Completed' ? readMessage(instance.output, deploymentId) : undefined;
