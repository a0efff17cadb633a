/**
 * `GET /api/live`: everything that a page shows, in one stream of server-sent events. Each message is one part, whole; a part
 * is sent when it has changed. `id` names what the client has, so that any process of the app can go on from `Last-Event-ID`.
 */
import { z } from 'zod';
import { problemSchema } from '../problems.ts';
import type { DeploymentStatus } from './deployment.ts';
import { eventStatusSchema } from './event.ts';
import type { EventList } from './events.ts';
import type { JournalLine } from './journal.ts';
import type { DeploymentGraph } from './plan.ts';
import type { Presenters } from './source.ts';

/** What is answered to a command in the present state: the table of docs/reference/states.md. */
export const commandAnswerSchema = z.object({
  command: z.string(),
  answer: z.enum(['accept', 'conflict', 'gone']),
  reason: z.string().optional().describe('Why it is refused'),
});
export type CommandAnswer = z.output<typeof commandAnswerSchema>;

/** A component as its event judges it. */
export const componentSchema = z.object({
  component: z.string(),
  language: z.string().nullable().describe('Of a component that is there for one language'),
  health: z.enum(['healthy', 'unhealthy', 'unknown']),
  since: z.string().nullable(),
  reason: z.string().nullable(),
  alert: z.boolean().describe('The reason is an alert of Azure Monitor'),
  beingRemedied: z.boolean(),
});
export type ComponentHealth = z.output<typeof componentSchema>;

export const liveEventSchema = eventStatusSchema.extend({
  commands: z.array(commandAnswerSchema),
  components: z.array(componentSchema),
});
export type LiveEvent = z.output<typeof liveEventSchema>;

const inWords = problemSchema.and(z.object({ text: z.string() }));
/** What one mixer said last, and what is wanted of it. */
export const liveMixerSchema = z.object({
  language: z.string(),
  at: z.string().nullable().describe('When it was heard last; null before its first word'),
  streaming: z.boolean().optional(),
  scene: z.string().optional(),
  reconnects: z.number().optional(),
  droppedFrames: z.number().optional(),
  sources: z.record(z.string(), z.string()).optional(),
  problems: z.array(inWords).optional(),
  warnings: z.array(inWords).optional(),
  desired: z.looseObject({ streaming: z.boolean(), audio: z.string().optional() }).nullable(),
});
export type LiveMixer = z.output<typeof liveMixerSchema>;

/** What one public relay said when it was asked last. */
export const liveRelaySchema = z.object({
  component: z.string(),
  healthy: z.boolean(),
  reason: z.string().optional().describe('Why it is not'),
  health: z.looseObject({}).optional().describe('Its own words; relay-health.ts says which'),
});
export type LiveRelay = z.output<typeof liveRelaySchema>;

/** Name of a message -> what it carries. */
export interface LiveParts {
  /** Every second or so: the stream is alive. `now` is the control plane's clock, ISO 8601. */
  tick: { now: string };
  /** Without `?event=`. */
  events: EventList;
  /** With `?event=`; what follows too. */
  event: LiveEvent;
  deployment: DeploymentStatus;
  graph: DeploymentGraph;
  journal: { deploymentId: string; entries: JournalLine[] };
  /** One mixer; the first time all of them come one after another. */
  mixer: LiveMixer;
  /** `presenters` as in the status of an event. */
  relays: { relays: LiveRelay[]; presenters: Presenters | null };
}
export type LivePart = keyof LiveParts;
