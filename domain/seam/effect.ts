import type { Run } from '../plan/run.ts';
import type { DeployRequest } from '../request/deploy.ts';
import type { AlarmInput } from './alarm.ts';
import type { Installation } from './installation.ts';
import type { NodeInput } from './node-input.ts';
import type { DeploymentRecord, IndexEntry, Notification, OperationRecord } from './records.ts';
import type { RemoveInput } from './removal.ts';

/** Side effects of the lifecycle, carried out by `perform`. */
export type Effect =
  /** Start if absent: read the status first, any state counts as started; swallow only "already exists". */
  | { effect: 'start'; orchestration: 'node'; instanceId: string; input: NodeInput }
  | { effect: 'start'; orchestration: 'alarm'; instanceId: string; input: AlarmInput }
  | { effect: 'start'; orchestration: 'remove'; instanceId: string; input: RemoveInput }
  | { effect: 'start'; orchestration: 'operation'; instanceId: string; input: OperationRecord }
  | { effect: 'start'; orchestration: 'record'; instanceId: string; input: DeploymentRecord }
  | { effect: 'start'; orchestration: 'notify'; instanceId: string; input: Notification }
  /** Terminate; absent or ended is fine. */
  | { effect: 'drop'; instanceId: string }
  /** Which of these have ended or are absent: `ended` of the outcome. */
  | { effect: 'probe'; instanceIds: string[] }
  /** Feed the learned durations: a deployment has become live. Best effort; told twice it counts once. */
  | { effect: 'learn'; request: Pick<DeployRequest, 'template' | 'vmSizes'>; run: Run }
  /** Delete the keys that came with a command which was not carried out: nothing will ever read them. Best effort. */
  | { effect: 'unstage'; deploymentId: string; secrets: string[]; installation: Installation }
  /** Tell the index of events. Best effort: the sweep repairs it. */
  | { effect: 'index'; entry: IndexEntry };
