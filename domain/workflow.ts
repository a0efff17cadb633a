/**
 * The seam between the pure lifecycle (domain/), the orchestrations that carry it, and the activities that do its work.
 * Everything here travels through durable history: JSON only, and never a secret (design section 6 and the invariants of AGENTS.md).
 */
import type { Certificate } from './certificate.ts';
import type { Complaint } from './lifecycle/complaint.ts';
import type { JournalEntry } from './lifecycle/journal.ts';
import type { NodeSpec, RelayRole } from './node-spec.ts';
import type { LeftResource } from './ownership.ts';
import type { Run } from './plan/run.ts';
import type { DeployRequest } from './request/deploy.ts';
import type { EncodedStatus } from './status/encoded.ts';
import type { Template } from './template.ts';

export type { NodeSpec, NsgRule, RelayRole, SubnetSpec } from './node-spec.ts';

/** Durable function names: used by orchestrations to call, by functions/ to start, by activities/ to register. */
export const ORCHESTRATION = {
  lifecycle: 'lifecycle',
  node: 'node',
  alarm: 'alarm',
  remove: 'remove',
  operation: 'operation',
  record: 'record',
  notify: 'notify',
} as const;

export const ACTIVITY = {
  /** `Effect[]` -> `EffectOutcome[]` in the same order; each effect is idempotent and none fails the call. */
  perform: 'perform',
  /** `NodeInput` -> `NodeStep`: look first, then send the one request that creates; returns before any poll. */
  begin: 'begin',
  /** `PollInput` -> `NodeStep`: one look at a running operation. */
  poll: 'poll',
  /** `Delivery` -> void: puts a message into a lifecycle's inbox. */
  report: 'report',
  /** `RemoveStepInput` -> `RemoveStep`: one step of deleting and verifying. */
  remove: 'removeStep',
  /** `Notification` -> void; throws when it could not be delivered, the orchestration retries. Function names are unique over all kinds, so not `notify`. */
  notify: 'deliver',
} as const;

export const INBOX = 'inbox';

/** Why something failed, classified in azure/ (design section 4). `code` and `message` are Azure's own. */
export interface Failure {
  class:
    | 'transient'
    | 'throttled'
    | 'capacity'
    | 'quota'
    | 'policy'
    | 'authorisation'
    | 'configuration'
    | 'conflict'
    | 'foreign'
    | 'unhealthy'
    | 'timeout'
    | 'unknown';
  code: string;
  message: string;
  /** ARM id or name of the resource it concerns. */
  resource?: string;
  /** What a person should do about it. */
  advice?: string;
  /** What the component said of itself, where that is why a check failed. */
  problems?: Complaint[];
}

/** What an installation gives every deployment; snapshotted into the lifecycle's input so that a running event never changes under its feet. */
export interface Installation {
  subscriptionId: string;
  keyVaultUrl: string;
  mixerVaultUrl: string;
  mixerImageId: string;
  mixerIdentityId: string;
  relayImage: string;
  slideSplitterImage: string;
  relayIdentityId: string;
  publicUrl: string;
  /** Application ID URI that the mixers ask their tokens for; `publicUrl` where it is absent. */
  controlPlaneAudience?: string;
  /** Divides poll, health-gate and heartbeat intervals; 1 is real time. */
  timeScale: number;
  /** True where agents authenticate by a token in the mixers' vault (AUTH_MODE=local). */
  localAgents: boolean;
}

/**
 * Input of the lifecycle, instance id `event-<event>`: all that the event will ever know of the world outside.
 * Begins with `version`, the version of the reducer that interprets it (design section 4).
 */
export interface LifecycleInput {
  version: number;
  deploymentId: string;
  event: string;
  request: DeployRequest;
  /** `requestHash(request)`: the same id with the same hash is the same request. */
  requestHash: string;
  template: Template;
  installation: Installation;
  /** ISO 8601; gives `createdAt` and the group's epoch. The winner's counts. */
  acceptedAt: string;
  /** Who asked, as the door named them. */
  by: string;
  /** This lifecycle begins in the place of one that broke, to end the event. */
  takeover?: Takeover;
}

/** What a lifecycle that takes over knows of the one before it. */
export interface Takeover {
  /** Counts them from 1: numbers of instances begin where the one before could never have come to. */
  n: number;
  /** How the other ended, as Durable says. */
  how: string;
  /** What it showed last. */
  status?: EncodedStatus;
  /** Who asked for the teardown; absent when the event's time is over. */
  teardown?: { by: string };
}

/** Input of a node orchestration, whose instance id is `<deploymentId>-<node>-<attempt>`. */
export interface NodeInput {
  deploymentId: string;
  event: string;
  /** Instance id of the lifecycle, `event-<name>`. */
  parent: string;
  node: string;
  attempt: number;
  resourceGroup: string;
  region: string;
  /** Tags put on every resource of the deployment. */
  tags: Record<string, string>;
  spec: NodeSpec;
  installation: Installation;
  /** Longest time between two polls, in seconds before the time scale. */
  pollSeconds: number;
  /** How long it usually takes, in seconds before the time scale: the first poll is timed by it. */
  expectedSeconds: number;
  /** Give up after this many seconds before the time scale. */
  timeoutSeconds: number;
}
export interface PollInput extends NodeInput {
  /** What the latest `running` step gave. */
  token: string;
}

/** What is worth remembering of a finished node: addresses, warnings. Small, public, JSON. */
export type NodeFacts = Record<string, string | number | boolean | string[]>;

/** Result of one `begin` or `poll`. */
export type NodeStep =
  | { step: 'done'; facts?: NodeFacts }
  /**
   * Accepted and running; `token` is what `poll` needs (kept in history before the first poll).
   * `afterSeconds` is Azure's hint as it came; a node looks in a rhythm of its own (domain/plan/polling.ts).
   */
  | { step: 'running'; token: string; afterSeconds?: number; detail?: string }
  /** Nothing happened (throttled, transient): make the same call again after `afterSeconds` (unscaled, as Azure said it). */
  | { step: 'again'; afterSeconds: number; failure: Failure }
  | { step: 'failed'; failure: Failure; facts?: NodeFacts }
  /** The fence closed: the lifecycle is another deployment's, ended, or going away. */
  | { step: 'stopped'; reason: string };

/** Input of the orchestration that deletes a resource group and proves it gone; instance id `<deploymentId>-delete-<n>`. */
export interface RemoveInput {
  deploymentId: string;
  event: string;
  parent: string;
  n: number;
  resourceGroup: string;
  /** Every language there ever was: their secrets go too. */
  languages: string[];
  /** False when only the group goes and the deployment begins again in another region. */
  secrets: boolean;
  installation: Installation;
  pollSeconds: number;
}
export interface RemovedResource {
  id: string;
  type: string;
  name: string;
  /** ISO 8601; when known. */
  createdAt?: string;
  removedAt?: string;
  /** ISO 8601: the last listing that had it. */
  seenAt?: string;
  /** `provisioningState` at the first listing. */
  state?: string;
}
/**
 * `list`: what is in the group now. `delete`: send the deletion (forced for VMs); of a group that holds what is not ours, one by
 * one. `poll`: one look at it.
 * `secrets`: delete the deployment's secrets in both vaults. `purge`: let neither vault keep them deleted, where we may.
 * `verify`: group, tagged resources and secrets, by listing.
 */
export interface RemoveStepInput extends RemoveInput {
  action: 'list' | 'delete' | 'poll' | 'secrets' | 'purge' | 'verify';
  token?: string;
}
/** One step of a removal: the phase machine lives in the orchestration, each step is one idempotent activity. */
export type RemoveStep =
  /** `left`: what is in the group and not ours. */
  | { step: 'listed'; resources: RemovedResource[]; exists: boolean; left?: LeftResource[] }
  | { step: 'deleting'; token: string; afterSeconds?: number }
  /** Nothing of the deployment is left of what the action was about; `left` is not its own, and stays. */
  | { step: 'gone'; left?: LeftResource[] }
  | { step: 'remains'; resources: RemovedResource[]; secrets: string[] }
  | { step: 'again'; afterSeconds: number; failure: Failure }
  | { step: 'failed'; failure: Failure };

/** Input of an alarm, instance id `<deploymentId>-<alarm>-<generation>`. */
export interface AlarmInput {
  deploymentId: string;
  parent: string;
  alarm: AlarmName;
  generation: number;
  /** ISO 8601, wall clock. */
  at: string;
}
/** `start`: a scheduled event begins; `recheck`: ask after nodes that keep silent; `retry`: try a failed removal again; `remedy`: help what has not helped itself; `budget`: it is used up. */
export type AlarmName = 'ttl' | 'warning' | 'start' | 'recheck' | 'retry' | 'remedy' | 'budget';

/** What a person or program asks of an existing event; deploy itself starts the lifecycle. */
export type Command =
  | { command: 'teardown' }
  /** `until` ISO 8601; `ttlSeconds` counts from the creation of the group. Exactly one. */
  | { command: 'extend'; until?: string; ttlSeconds?: number }
  /** Stream keys of added languages are in the vault before the command is sent. */
  | { command: 'languages'; add: string[]; remove: string[]; keysGiven: boolean }
  | { command: 'pause' }
  | { command: 'resume' }
  /** Make the event anew in the next region of its request; what stands in the lost one is removed when it can be. */
  | { command: 'relocate' }
  /** Another image for a relay, in the container group it has. */
  | { command: 'replace'; component: RelayRole; image: string }
  | { command: 'remediate'; component: string; rung?: 'restart' | 'redeploy' | 'recreate' };
export type CommandName = 'deploy' | Command['command'];

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
export interface RemovedMessage {
  type: 'removed';
  deploymentId: string;
  n: number;
  outcome: 'gone' | 'remains' | 'failed';
  /** Everything that was seen in the group, with what is known of its time. */
  existed: RemovedResource[];
  /** Ids or secret names still there. */
  remains: string[];
  /** What is not the deployment's, and keeps its group where it is. */
  left?: LeftResource[];
  failure?: Failure;
  /** ISO 8601 of the last verification. */
  verifiedAt: string;
}

/** What `report` delivers: `raiseEvent(parent, INBOX, message)`. */
export interface Delivery {
  parent: string;
  message: Message;
}

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
  /** Tell the index of events (design section 4); best effort, the sweep repairs. */
  | { effect: 'index'; entry: IndexEntry };
export type EffectOutcome = { ok: true; ended?: EndedInstance[] } | { ok: false; error: string };

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
    | 'schedule';
  text: string;
  /** ISO 8601. */
  at: string;
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
