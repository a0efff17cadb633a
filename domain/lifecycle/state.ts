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
  HealthTold,
  NodeRecord,
  OpenOperation,
  Remedy,
  RemovalPurpose,
} from './entries.ts';
import type { JournalEntry } from './journal.ts';
import type { Ledger } from './ledger.ts';
import type { Reading } from './readings.ts';

/** State and milestones. `enter` in turn.ts writes the first two; each milestone is written by the rule that reaches it. */
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
  /** Attempts per component, so that a name is never used twice. The keys are all components there ever were. */
  variants: Record<string, number>;
}

/** The regions of the request that were tried, and the groups in them. */
export interface RegionsState {
  index: number;
  /** All groups there ever were, in order. */
  groups: string[];
  /** Nothing runs in the present region any more; the event begins again in the next. */
  moving?: true;
  /** Groups in regions the event has left, not yet removed. */
  abandoned: string[];
  /** Groups verified gone. */
  cleared: string[];
}

/** Nodes of the plan, and actions outside of it. */
export interface WorkState {
  nodes: Record<string, NodeRecord>;
  /** Instances of checks that were passed early. They run until they report. */
  passed: Record<string, true>;
  actions: Record<string, ActionRecord>;
  /** Attempts of actions so far, by id. */
  attempts: Record<string, number>;
  /** Deaths in a row of the orchestration of a node, action or removal, by id. A report resets the count. */
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

/** The end of the time to live, and what delays it. */
export interface ExpiryState {
  /** The TTL ran out while an extension was on its way. */
  expired?: true;
  /** Operations to acknowledge once the new alarms are confirmed. */
  acknowledge: string[];
  /** Value of the `hold` tag at the last look. */
  hold?: string;
  /** Its time is up and the tag keeps it; people were told. */
  outlives?: true;
  /** The group could not be looked at when the time was up; people were told. */
  unseen?: true;
}

/** One deletion of a group. */
export interface RemovalRecord {
  n: number;
  /** The one before it, of the same group, that died. */
  after?: number;
  running: boolean;
  purpose: RemovalPurpose;
  /** Whether it takes the secrets too. */
  secrets: boolean;
  group: string;
}

export interface RemovalState {
  /** What happens once running nodes have reported. */
  stopping?: 'remove' | 'keep' | 'move';
  current?: RemovalRecord;
  count: number;
  /** Resources of others, whose groups therefore stay. */
  left: LeftResource[];
  last?: Pick<RemovedMessage, 'verifiedAt' | 'remains'>;
}

export interface MoneyState {
  /** What exists and existed, and what it costs. */
  ledger: Ledger;
  /** People were told that the budget is used up. */
  overBudget?: true;
}

export interface HealthState {
  components: Record<string, HealthRecord>;
  /** By component and series. */
  alerts: Record<string, AlertRecord>;
  /** A component became unhealthy, or its grace ended, while the event was not steady. Handled when it is. */
  unremedied?: true;
  /** What people were told last; absent before anything was. */
  told?: HealthTold;
}

export interface RemediesState {
  running: Record<string, Remedy>;
  /** When each component was last remedied: the circuit breaker's memory. */
  past: Record<string, number[]>;
  /** When people were last called for a component. */
  called: Record<string, number>;
}

/** What was requested and is not confirmed. */
export interface OutboxState {
  /** Effects that could not be carried out: how often, and since when. */
  unconfirmed: { effect: Effect; tries: number; since: number }[];
  notifications: number;
  /** Notifications not delivered yet: instance -> since when. */
  untold: Record<string, number>;
}

export interface JournalState {
  entries: JournalEntry[];
  /** Who read secrets. */
  readings: Reading[];
  /** Notes taken. */
  notes: number;
}

/** How and why the event ends. The first two are set when the end begins. */
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
