import { NODE_STATES, type NodeState } from '../../contract/api/deployment.ts';
import type { LeftResource } from '../ownership.ts';
import type { Layout } from '../plan/layout.ts';
import type { AlarmName } from '../seam/alarm.ts';
import type { Command } from '../seam/command.ts';
import type { Effect } from '../seam/effect.ts';
import type { Failure } from '../seam/failure.ts';
import type { NodeFacts } from '../seam/node.ts';
import type { NodeSpec } from '../seam/node-spec.ts';
import type { OperationRecord } from '../seam/records.ts';
import type { RemovedMessage } from '../seam/removal.ts';
import type { EventState } from '../states.ts';
import type { Rung } from '../template/schema.ts';
import type { Complaint } from './complaint.ts';
import type { JournalEntry } from './journal.ts';
import type { Ledger } from './ledger.ts';
import type { Reading } from './readings.ts';

export { NODE_STATES, type NodeState };

/** One node of the plan. Times are milliseconds since the Unix epoch, as everywhere in the state. */
export interface NodeRecord {
  state: NodeState;
  /** Starts so far; the running instance is `<deploymentId>-<node>-<attempt>`. */
  attempt: number;
  startedAt?: number;
  finishedAt?: number;
  failure?: Failure;
  facts?: NodeFacts;
}

/** Work outside the plan, run by a node orchestration as well: preflight, tags, power, deletion of one machine. */
export interface ActionRecord {
  attempt: number;
  spec: NodeSpec;
  startedAt: number;
}

/** An accepted command that is not finished. `command` is undefined for deploy itself. */
export interface OpenOperation {
  operationId: string;
  name: OperationRecord['command'];
  command?: Command;
  by: string;
  at: number;
  /** Being carried out now (extends queue up behind a running one). */
  serving?: boolean;
  /** A removal that could not finish: the operation stays open and is tried again. */
  failed?: string;
}

/** Change of a live event under way; only one at a time. `undo`: something failed, and what was done is being taken back. */
export type Change = { operationId: string; failure?: Failure } /** Components, by their ids, come and go. */ & (
  | { kind: 'members'; add: string[]; remove: string[]; stage: 'add' | 'remove' | 'undo' }
  | { kind: 'power'; verb: 'pause' | 'resume'; stage: 'power' | 'check' | 'undo' }
  /** Another image: which were put in place before, and since when the component may be off the air. */
  | { kind: 'replace'; component: string; before: Layout['images']; at: number; stage: 'replace' | 'undo' }
);

/** `end`: all of it. `move`: what stands in a region without room, before the next. `abandoned`: a region the event has left. */
export type RemovalPurpose = 'end' | 'move' | 'abandoned';

export interface HealthRecord {
  healthy: boolean;
  since: number;
  problems: Complaint[];
  /** Of the latest message; older ones lose. */
  at: number;
}

/** The latest of a series of alerts of one component. */
export interface AlertRecord {
  fired: boolean;
  at: number;
  /** It made the component count as unwell; it was neither vetoed nor resolved. */
  counts?: true;
}

/** A component being remedied. */
export interface Remedy {
  rung: Rung;
  /** `act`: the rung's action runs; `check`: the component's check runs. */
  stage: 'act' | 'check';
  operationId?: string;
}

export interface DeploymentError {
  failure: Failure;
  node?: string;
  /** What became of what existed. */
  consequence: string;
}

/** The whole state of an event. Plain JSON, rebuilt by replay; never stored. */
export interface LifecycleState {
  state: EventState;
  since: number;
  startedAt: number;
  /** When preflight first began. */
  begunAt?: number;
  liveAt?: number;
  endedAt?: number;
  layout: Layout;
  regionIndex: number;
  /** How many there were of each component: one that comes back never meets its remains. Its keys are all that ever were. */
  variants: Record<string, number>;
  /** Groups that ever were, in order. */
  groups: string[];
  nodes: Record<string, NodeRecord>;
  /** Instances of checks that were passed before they reported: still running until they do. */
  passed: Record<string, true>;
  actions: Record<string, ActionRecord>;
  /** Attempts of actions so far, by id. */
  attempts: Record<string, number>;
  /** How often the orchestration of a node, action or removal died without a word, by id; a word ends the count. */
  deaths: Record<string, number>;
  operations: OpenOperation[];
  lastOperation?: OperationRecord | { operationId: string; command: string; outcome: 'accepted'; at: string };
  /** Command ids taken: each takes effect once. */
  taken: Record<string, true>;
  /** Commands taken that count against the limit. */
  commands: number;
  alarms: Partial<Record<AlarmName, { generation: number; at: number }>>;
  generations: Partial<Record<AlarmName, number>>;
  /** The TTL ran out while an extension was on its way. */
  expired?: true;
  /** New alarms must be confirmed before these operations are acknowledged. */
  acknowledge: string[];
  /** Nodes are being waited for, then: */
  stopping?: 'remove' | 'keep' | 'move';
  /** `secrets`: whether the running one takes the secrets too. */
  removal?: { n: number; running: boolean; purpose: RemovalPurpose; secrets: boolean; group: string };
  /** Nothing of the event runs in its region any more: it begins again in the next. */
  moving?: true;
  /** Groups in regions the event has left, not yet removed. */
  abandoned: string[];
  /** Groups verified gone. */
  cleared: string[];
  removals: number;
  /** What exists and existed, and what it costs. */
  ledger: Ledger;
  /** What is not ours, in groups that therefore stay or have stayed. */
  left: LeftResource[];
  /** Value of the tag that keeps the event beyond its time, as it was at the last look. */
  held?: string;
  /** Its time is up, and the tag keeps it; people were told. */
  outlives?: true;
  /** The group could not be looked at when the time was up; people were told. */
  unseen?: true;
  lastRemoval?: Pick<RemovedMessage, 'verifiedAt' | 'remains'>;
  /** What the end will be called, once it has begun. */
  outcome: 'gone' | 'failed';
  reason: string;
  error?: DeploymentError;
  change?: Change;
  health: Record<string, HealthRecord>;
  /** By component and series. */
  alerts: Record<string, AlertRecord>;
  remedies: Record<string, Remedy>;
  /** When people were last called for a component. */
  called: Record<string, number>;
  /** Something became unwell, or its grace ended, while the event was not steady: it is taken up when it is. */
  unremedied?: true;
  /** When each component was last remedied: the circuit breaker's memory. */
  remedied: Record<string, number[]>;
  /** It was said that the budget is used up. */
  overBudget?: true;
  /** Effects that could not be carried out: how often, and since when. */
  unconfirmed: { effect: Effect; tries: number; since: number }[];
  notifications: number;
  /** Who read secrets. */
  readings: Reading[];
  /** Notes taken. */
  notes: number;
  /** What people could not be told so far: by instance, since when. */
  untold: Record<string, number>;
  journal: JournalEntry[];
  /** The last effects are out; when they are confirmed the lifecycle returns. */
  finishing?: true;
  finished?: true;
}
