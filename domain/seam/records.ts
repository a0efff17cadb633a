import type { Certificate } from '../certificate.ts';
import type { JournalEntry } from '../lifecycle/journal.ts';
import type { EncodedStatus } from '../status/encoded.ts';
import type { CommandName } from './command.ts';
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

export interface Notification {
  deploymentId: string;
  event: string;
  title: string;
  kind:
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
    | 'schedule';
  text: string;
  /** ISO 8601. */
  at: string;
  /** The one webhook that is told; people, and all webhooks, when absent. */
  to?: string;
}

export interface IndexEntry {
  event: string;
  deploymentId: string;
  state: string;
  resourceGroup: string;
  /** ISO 8601. */
  expiresAt?: string;
  /** The deployment has come to its end, and nothing of it is left. */
  over?: true;
  /** How often its lifecycle was rewound since it last did something. */
  rewinds?: number;
  /** ISO 8601 of this change: older ones lose. */
  at: string;
}
