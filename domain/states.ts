/**
 * What is true of an event in each state, once: every set of states in the code is asked from this table. A leaf: it imports
 * nothing, and whoever shows or handles states may read it.
 */
const FACTS = {
  scheduled: [],
  preflight: ['rising'],
  provisioning: ['rising', 'making', 'stands', 'hears'],
  verifying: ['rising', 'making', 'stands', 'hears'],
  live: ['stands', 'hears', 'wanted', 'settled', 'up', 'steady', 'changeable'],
  degraded: ['stands', 'hears', 'wanted', 'settled', 'up', 'steady', 'changeable', 'unwell'],
  remediating: ['stands', 'hears', 'wanted', 'settled', 'up', 'steady', 'unwell'],
  changing: ['stands', 'hears', 'wanted', 'up'],
  paused: ['stands', 'hears', 'wanted', 'settled'],
  'tearing-down': ['stands', 'leaving', 'removing', 'over'],
  'rolling-back': ['stands', 'leaving', 'removing', 'over', 'failing'],
  failed: ['stands', 'leaving', 'failing', 'final'],
  gone: ['leaving', 'over', 'final'],
  /** Shown when the lifecycle ended before the event did, so that nothing looks after its resources. A running lifecycle never enters it. */
  broken: ['stands', 'failing'],
} as const satisfies Record<string, readonly Fact[]>;

export type Fact =
  /** Its deployment is under way: progress counts towards LIVE. */
  | 'rising'
  /** Its plan is being carried out: what it needs to become live is made and checked. */
  | 'making'
  /** Something of it may exist in Azure, and cost money. */
  | 'stands'
  /** What is said of its components' health is recorded. */
  | 'hears'
  /** It has been live and is to stay, whatever becomes of its lifecycle; only a command or its time ends it. */
  | 'wanted'
  /** No change is under way. */
  | 'settled'
  /** Relays and mixers run and serve. */
  | 'up'
  /** What was heard of health is acted on: nothing else is under way. */
  | 'steady'
  /** A component is known to be unwell. */
  | 'unwell'
  /** Commands that change what it consists of are taken. */
  | 'changeable'
  /** Nothing new may be made for it: the fence of its nodes is closed. */
  | 'leaving'
  /** Its resources are of no use any more, not even for inspection: mixers stop. */
  | 'over'
  /** It is being removed. */
  | 'removing'
  /** The deployment or its end failed. */
  | 'failing'
  /** A lifecycle may return in these states. One that ended in any other broke. */
  | 'final';

/** State of an event (contract). */
export type EventState = keyof typeof FACTS;

export const EVENT_STATES = Object.keys(FACTS) as readonly EventState[];

/** Whether a fact is true of a state; false for a text that is not a state. */
export const is = (state: string | undefined, fact: Fact): boolean =>
  state !== undefined && Object.hasOwn(FACTS, state) && (FACTS[state as EventState] as readonly Fact[]).includes(fact);
