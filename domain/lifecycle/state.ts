import type { LeftResource } from '../ownership.ts';
import type { Layout } from '../plan/layout.ts';
import type { AlarmName } from '../seam/alarm.ts';
import type { Effect } from '../seam/effect.ts';
import type { OperationRecord } from '../seam/records.ts';
import type { RemovedMessage } from '../seam/removal.ts';
import type { EventState } from '../states.ts';
import type {
  ActionRecord,
  AlertRecord,
  Change,
  DeploymentError,
  HealthRecord,
  NodeRecord,
  OpenOperation,
  Remedy,
  RemovalPurpose,
} from './entries.ts';
import type { JournalEntry } from './journal.ts';
import type { Ledger } from './ledger.ts';
import type { Reading } from './readings.ts';

/** Where the event stands in its life. `turn.ts` writes the first two, each milestone is written by the rule that reaches it. */
export interface LifeState {
  state: EventState;
  since: number;
  startedAt: number;
  /** When preflight first began. */
  begunAt?: number;
  liveAt?: number;
}

/** What the event consists of, and the names it has on Azure. */
export interface PlanState {
  layout: Layout;
  /** How many there were of each component: one that comes back never meets its remains. Its keys are all that ever were. */
  variants: Record<string, number>;
}

/** The regions of the request that were tried, and the groups in them. */
export interface RegionsState {
  index: number;
  /** Groups that ever were, in order. */
  groups: string[];
  /** Nothing of the event runs in its region any more: it begins again in the next. */
  moving?: true;
  /** Groups in regions the event has left, not yet removed. */
  abandoned: string[];
  /** Groups verified gone. */
  cleared: string[];
}

/** What runs and has run: nodes of the plan, and actions outside of it. */
export interface WorkState {
  nodes: Record<string, NodeRecord>;
  /** Instances of checks that were passed before they reported: still running until they do. */
  passed: Record<string, true>;
  actions: Record<string, ActionRecord>;
  /** Attempts of actions so far, by id. */
  attempts: Record<string, number>;
  /** How often the orchestration of a node, action or removal died without a word, by id; a word ends the count. */
  deaths: Record<string, number>;
}

export interface CommandsState {
  open: OpenOperation[];
  last?: OperationRecord | { operationId: string; command: string; outcome: 'accepted'; at: string };
  /** Ids of commands and notes taken: each takes effect once. */
  taken: Record<string, true>;
  /** Commands taken that count against the limit. */
  counted: number;
}

export interface AlarmsState {
  armed: Partial<Record<AlarmName, { generation: number; at: number }>>;
  generations: Partial<Record<AlarmName, number>>;
}

/** The end of the time to live, and what stands against it. */
export interface ExpiryState {
  /** The TTL ran out while an extension was on its way. */
  expired?: true;
  /** New alarms must be confirmed before these operations are acknowledged. */
  acknowledge: string[];
  /** Value of the tag that keeps the event beyond its time, as it was at the last look. */
  hold?: string;
  /** Its time is up, and the tag keeps it; people were told. */
  outlives?: true;
  /** The group could not be looked at when the time was up; people were told. */
  unseen?: true;
}

/** One deletion of a group. */
export interface RemovalRecord {
  n: number;
  running: boolean;
  purpose: RemovalPurpose;
  /** Whether it takes the secrets too. */
  secrets: boolean;
  group: string;
}

export interface RemovalState {
  /** Nodes are being waited for, then: */
  stopping?: 'remove' | 'keep' | 'move';
  current?: RemovalRecord;
  count: number;
  /** What is not ours, in groups that therefore stay or have stayed. */
  left: LeftResource[];
  last?: Pick<RemovedMessage, 'verifiedAt' | 'remains'>;
}

export interface MoneyState {
  /** What exists and existed, and what it costs. */
  ledger: Ledger;
  /** It was said that the budget is used up. */
  overBudget?: true;
}

export interface HealthState {
  components: Record<string, HealthRecord>;
  /** By component and series. */
  alerts: Record<string, AlertRecord>;
  /** Something became unwell, or its grace ended, while the event was not steady: it is taken up when it is. */
  unremedied?: true;
}

export interface RemediesState {
  running: Record<string, Remedy>;
  /** When each component was last remedied: the circuit breaker's memory. */
  past: Record<string, number[]>;
  /** When people were last called for a component. */
  called: Record<string, number>;
}

/** What was asked of the world outside and is not known to be done. */
export interface OutboxState {
  /** Effects that could not be carried out: how often, and since when. */
  unconfirmed: { effect: Effect; tries: number; since: number }[];
  notifications: number;
  /** What people could not be told so far: by instance, since when. */
  untold: Record<string, number>;
}

export interface JournalState {
  entries: JournalEntry[];
  /** Who read secrets. */
  readings: Reading[];
  /** Notes taken. */
  notes: number;
}

/** How the event ends, and why; the first two are known once the end has begun. */
export interface EndState {
  outcome: 'gone' | 'failed';
  reason: string;
  error?: DeploymentError;
  at?: number;
  /** The last effects are out; when they are confirmed the lifecycle returns. */
  finishing?: true;
  finished?: true;
}

/** The whole state of an event, grouped by the rules that own it. Plain JSON, rebuilt by replay; never stored. */
export interface LifecycleState {
  life: LifeState;
  plan: PlanState;
  regions: RegionsState;
  work: WorkState;
  commands: CommandsState;
  alarms: AlarmsState;
  expiry: ExpiryState;
  removal: RemovalState;
  money: MoneyState;
  change?: Change;
  health: HealthState;
  remedies: RemediesState;
  outbox: OutboxState;
  journal: JournalState;
  end: EndState;
}
