/** The records that the groups of a state hold. */
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
  /** The attempt before it, that died. */
  after?: number;
  startedAt?: number;
  finishedAt?: number;
  failure?: Failure;
  facts?: NodeFacts;
}

/** Work outside the plan, also run by a node orchestration: preflight, tags, power, deletion of one component. */
export interface ActionRecord {
  attempt: number;
  /** The attempt before it, that died. */
  after?: number;
  spec: NodeSpec;
  startedAt: number;
  /** Of `power`: since when the component had been silent when it was begun. */
  silentSince?: number;
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
  /** Why a removal could not finish. The operation stays open and is retried. */
  failed?: string;
}

interface ChangeBase {
  operationId: string;
  failure?: Failure;
}
/** Components, by their ids, come and go. */
export interface MembersChange extends ChangeBase {
  kind: 'members';
  add: string[];
  remove: string[];
  stage: 'add' | 'remove' | 'undo';
}
export interface PowerChange extends ChangeBase {
  kind: 'power';
  verb: 'pause' | 'resume';
  stage: 'power' | 'check' | 'undo';
}
/** Another image. `before`: images before the change; `at`: since when the component may be off the air. */
export interface Replacement extends ChangeBase {
  kind: 'replace';
  component: string;
  before: Layout['images'];
  at: number;
  stage: 'replace' | 'undo';
}
/** A change of a live event; one at a time. `undo`: something failed, and the change is being taken back. */
export type Change = MembersChange | PowerChange | Replacement;

/** `end`: everything. `move`: a region without capacity, before the next is tried. `abandoned`: a region the event has left. */
export type RemovalPurpose = 'end' | 'move' | 'abandoned';

export interface HealthRecord {
  healthy: boolean;
  since: number;
  /** While unhealthy: since when something is wrong that no sender of it causes, where that is later. */
  ownSince?: number;
  problems: Complaint[];
  /** Of the latest message; older ones lose. */
  at: number;
}

/** The latest of a series of alerts of one component. */
export interface AlertRecord {
  fired: boolean;
  at: number;
  /** It made the component count as unhealthy, and was neither vetoed nor resolved. */
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
  /** What happened to existing resources. */
  consequence: string;
}

/** What people know of an event's health. */
export interface HealthTold {
  /** When they were last told that the event is unwell. */
  at: number;
  /** They have not been told since that it is well. */
  unwell: boolean;
  /** How often it became unwell since, and nobody was told. */
  untold: number;
}
