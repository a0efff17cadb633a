/** What the groups of a state hold: one of each. */
import { NODE_STATES, type NodeState } from '../../contract/api/deployment.ts';
import type { Layout } from '../plan/layout.ts';
import type { Command } from '../seam/command.ts';
import type { Complaint } from '../seam/complaint.ts';
import type { Failure } from '../seam/failure.ts';
import type { NodeFacts } from '../seam/node.ts';
import type { NodeSpec } from '../seam/node-spec.ts';
import type { OperationRecord } from '../seam/records.ts';
import type { Rung } from '../template/schema.ts';

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
