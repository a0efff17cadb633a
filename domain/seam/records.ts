import { z } from 'zod';
import type { Certificate } from '../certificate.ts';
import type { JournalEntry } from '../lifecycle/journal.ts';
import { EVENT_STATES } from '../states.ts';
import type { EncodedStatus } from '../status/encoded.ts';
import type { CommandName } from './command.ts';
import { agree, deploymentId, event, group, instant, trusted } from './fields.ts';
import type { LifecycleInput } from './lifecycle-input.ts';

/** Output of the one-turn orchestration `op-<operationId>`. */
export interface OperationRecord {
  operationId: string;
  deploymentId: string;
  event: string;
  command: CommandName;
  outcome: 'refused' | 'done' | 'failed';
  reason?: string;
  /** Of a replacement: the longest that the component can have been away. */
  outageSeconds?: number;
  by: string;
  /** ISO 8601. */
  at: string;
}

/** Output of the one-turn orchestration `record-<deploymentId>`: all that is left of a deployment. */
export interface DeploymentRecord {
  input: LifecycleInput;
  /** The lifecycle's last customStatus. */
  status: EncodedStatus;
  certificate: Certificate;
  journal: JournalEntry[];
}

const words = z.string().max(10_000);

export const notificationInput = z.object({
  deploymentId,
  event,
  title: words,
  kind: trusted<
    | 'live'
    | 'failed'
    | 'gone'
    | 'expiring'
    | 'degraded'
    | 'recovered'
    | 'people-needed'
    | 'budget'
    | 'operation'
    | 'drift'
    | 'schedule'
    | 'image'
  >(words),
  text: words,
  /** ISO 8601. */
  at: words,
  /** The one webhook that is told; people, and all webhooks, when absent. */
  to: z.string().max(100).exactOptional(),
});
export type Notification = z.infer<typeof notificationInput>;

export const indexEntry = z
  .object({
    event,
    deploymentId,
    state: trusted<string>(z.enum(EVENT_STATES)),
    resourceGroup: group,
    expiresAt: instant.exactOptional(),
    /** The deployment has come to its end, and nothing of it is left. */
    over: z.literal(true).exactOptional(),
    /** How often its lifecycle was taken up again since it last did something. */
    takeUps: z.number().exactOptional(),
    /** Of this change: older ones lose. */
    at: instant,
  })
  .superRefine(agree);
export type IndexEntry = z.infer<typeof indexEntry>;
