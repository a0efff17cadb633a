/** A status as it is read: what every version of the reducer makes of what it has shown. */
import type { NodeState } from '../../contract/api/deployment.ts';
import type { JournalEntry } from '../lifecycle/journal.ts';
import type { Member } from '../plan/layout.ts';
import type { CommandName } from '../seam/command.ts';
import type { Failure } from '../seam/failure.ts';
import type { EventState } from '../states.ts';

/** Times are ISO 8601 UTC, whole seconds. */
export interface DecodedNode {
  id: string;
  kind: string;
  /** The component it belongs to. */
  component?: string;
  /** Kind of step. */
  step: string;
  expectedSeconds: number;
  state: NodeState;
  attempt: number;
  startedAt?: string;
  finishedAt?: string;
  failure?: Failure;
}
export interface OpenOperationView {
  operationId: string;
  command: CommandName;
  at: string;
  /** Why its last try failed; it is tried again. */
  failed?: string;
}
export interface DecodedStatus {
  deploymentId: string;
  state: EventState;
  since: string;
  /** stopping, removing or ended; else undefined. */
  phase?: string;
  startedAt: string;
  createdAt?: string;
  expiresAt?: string;
  liveAt?: string;
  endedAt?: string;
  region: string;
  /** Its place among the regions of the request. */
  regionIndex: number;
  resourceGroup: string;
  /** Components as they stand. */
  members: Member[];
  nodes: DecodedNode[];
  error?: { failure: Failure; node: string; consequence: string };
  operations: OpenOperationView[];
  lastOperation?: { operationId: string; command: string; outcome: string; at: string; reason?: string };
  /** Public address by component, and the name it is found by. */
  addresses: Record<string, string>;
  hosts: Record<string, string>;
  /** Begin of preflight. */
  begunAt?: string;
  alarms: { alarm: string; generation: number; at: string }[];
  /** Work outside the plan that runs, as far as it had room. */
  actions: { id: string; attempt: number; startedAt: string }[];
  /** How much more waits and is not shown. */
  unsettled: number;
  /** Names of all components that are unhealthy. */
  sick: string[];
  /** Those whose reasons had room. */
  unhealthy: { component: string; since: string; reasons: string; alert: boolean }[];
  remedied: string[];
  /** When components were remedied lately; milliseconds since the Unix epoch. */
  remedies: Record<string, number[]>;
  /** No more commands are taken but teardown and extend. */
  commandsUsedUp: boolean;
  /** What the tag `hold` of its group says, where that keeps it. */
  held?: string;
  /** What is not its own and was left in its groups; those that had room. */
  left: { name: string; type: string; why: string }[];
  /** What people could not be told so far. */
  untold?: { count: number; since: string };
  /** Dollars: `atBegin` at the start of the lifecycle, as if what runs now had always run; `perHour` of what runs. */
  money: { atBegin: number; perHour: number };
  /** The latest entries that had room, and every reading of secrets; oldest first. */
  journal: JournalEntry[];
}
