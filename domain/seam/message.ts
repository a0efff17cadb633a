import type { Complaint } from '../lifecycle/complaint.ts';
import type { AlarmName } from './alarm.ts';
import type { Command } from './command.ts';
import type { Failure } from './failure.ts';
import type { NodeFacts } from './node.ts';
import type { RemovedMessage } from './removal.ts';

/** What an orchestration instance came to; `absent` when there is no such instance. */
export interface EndedInstance {
  instanceId: string;
  runtimeStatus: 'Completed' | 'Failed' | 'Terminated' | 'Canceled' | 'absent';
  /** Parsed output when it completed: of a node or removal, the very message it reported. */
  output?: unknown;
}

/** What the inbox takes. Every message may come twice, late and in any order. */
export type Message = { deploymentId: string } & (
  | { type: 'command'; operationId: string; by: string; command: Command }
  | {
      type: 'node';
      node: string;
      attempt: number;
      outcome: 'done' | 'failed' | 'stopped';
      facts?: NodeFacts;
      failure?: Failure;
    }
  | { type: 'alarm'; alarm: AlarmName; generation: number }
  | RemovedMessage
  /** `component` is relay, slides or mixer-<language>; `at` ISO 8601, older ones lose. Sent on difference only. */
  | { type: 'health'; component: string; healthy: boolean; problems: Complaint[]; at: string }
  /**
   * Within a `series` (the alert's id where there is none) the newest `at` counts (ISO 8601, when it fired or was resolved; absent when
   * that is not known). `witness`: when the component itself last said that it is well, where that is fresh; then the alert is vetoed.
   */
  | {
      type: 'alert';
      alertId: string;
      series?: string;
      component: string;
      fired: boolean;
      title: string;
      at?: string;
      witness?: string;
    }
  /** What belongs into the journal though the lifecycle has no part in it: who read secrets, what mixers were told. Each `id` once. */
  | { type: 'note'; id: string; code: 'credentials' | 'command'; text: string }
  /** What became of telling people something; `id` is the instance that tells. Sent when it failed, and when that has changed. */
  | { type: 'told'; id: string; text: string; outcome: 'delayed' | 'delivered' | 'given-up'; reason?: string }
  /** From the sweep: look again; `ended` names instances it found dead. */
  | { type: 'nudge'; ended?: EndedInstance[] }
);

/** What `report` delivers: `raiseEvent(parent, INBOX, message)`. */
export interface Delivery {
  parent: string;
  message: Message;
}
