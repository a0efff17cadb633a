/** What the engine keeps, and the only ways to change it. Everything is synchronous. */
import type { Status } from '../history.ts';

export interface Instance {
  id: string;
  /** 32 hex digits; new with each generation and each restart. */
  executionId: string;
  name: string;
  version: string;
  status: Status;
  /** JSON text, for an entity its scheduler's state; null when started without. */
  input: string | null;
  /** JSON text. */
  customStatus: string | null;
  /** JSON text, or plain text of a failure or reason. */
  output: string | null;
  /** ms since epoch. */
  createdAt: number;
  updatedAt: number;
  /** How often this id was started before; null for sub-orchestrations. */
  generation: number | null;
  /** JSON of ParentInstance for sub-orchestrations. */
  parent: string | null;
}

/** Something that has arrived for an instance: one history event or entity message. */
export interface Message {
  instanceId: string;
  /** Addressed to this execution only; null to whichever runs. */
  executionId: string | null;
  /** JSON text of the history event. */
  event: string;
  /** The row to make when there is no such instance (entities come to be by their first message); without it the message is dropped. */
  creates?: Instance;
}
export interface StoredMessage extends Message {
  /** Grows with acceptance; the order of the inbox. */
  seq: number;
}

export interface TaskKey {
  instanceId: string;
  executionId: string;
  taskId: number;
}
export interface Activity extends TaskKey {
  name: string;
  /** JSON array of the one input. */
  input: string;
}
/** A message to be delivered at a time: a timer of an orchestration or a scheduled signal. */
export interface Alarm extends TaskKey {
  /** Due time, ms since epoch. The alarm belongs to the key's instance and goes when that ends. */
  fireAt: number;
  message: Message;
}
export interface StoredAlarm extends Alarm {
  seq: number;
}

/** A new execution of an instance; replaces whatever the id held. */
export interface Start {
  instance: Instance;
  /** First message, with ExecutionStarted. */
  message: Message;
}

/** A turn's whole effect. */
export interface TurnChange {
  kind: 'turn';
  instance: Instance;
  /** The execution the turn was computed for: when it is no longer there, nothing is applied. */
  expectedExecutionId: string;
  /** Highest consumed message. */
  consumed: number;
  /** Messages below it that are not. */
  spared?: ReadonlySet<number> | undefined;
  /** Events from index `from` on: the end of the history so far, or 0 when a generation begins and replaces it. JSON texts without line breaks. */
  history: { from: number; events: string[] };
  starts: Start[];
  messages: Message[];
  activities: Activity[];
  alarms: Alarm[];
  /** True when activities and alarms of this execution no longer matter. */
  ended: boolean;
}

export type Change =
  | TurnChange
  /** `unlessIn`: states of an existing instance that forbid the start. */
  | { kind: 'start'; start: Start; unlessIn: readonly Status[] }
  /** Delivers a message; refused when there is no such instance. */
  | { kind: 'post'; message: Message }
  /** Ends an activity: only the first result for its key counts. */
  | { kind: 'result'; key: TaskKey; message: Message }
  | { kind: 'fire'; alarms: readonly StoredAlarm[] }
  /** Rewrites a finished instance (rewind): its row and whole history. */
  | { kind: 'rewrite'; instance: Instance; history: string[]; message?: Message }
  /** Removes messages that nobody can take. */
  | { kind: 'discard'; instanceId: string; consumed: number; spared?: ReadonlySet<number> | undefined }
  | { kind: 'purge'; instanceId: string };

/** What was applied could not be put on disk: everything since the last flush that could is as if it had not been. */
export class NotWritten extends Error {
  override name = 'NotWritten';
}

export interface Query {
  /** Only ids greater than or equal to this. */
  from?: string;
  prefix?: string;
  statuses?: readonly Status[];
  /** ms since epoch, inclusive. */
  createdFrom?: number;
  createdTo?: number;
  limit: number;
}

export interface Store {
  /**
   * Applies a change as a whole or not at all; the answer says whether it took effect. It is visible to every read at once
   * and on disk with the next `flush`: a crash before that undoes it together with everything since the last one.
   */
  apply(change: Change): boolean;
  /**
   * Puts everything applied so far on disk, in one transaction: when it returns, or when its promise resolves. Flushes end in order.
   * @throws, or rejects with, NotWritten: the store takes nothing any more, as memory is ahead of the disk. Close it and open another.
   */
  flush(): void | Promise<void>;
  instance(id: string): Instance | undefined;
  /** JSON texts in order. */
  history(id: string): string[];
  /** Undelivered messages in order of arrival. */
  inbox(id: string): StoredMessage[];
  /** Ordered by id (ordinal). */
  query(query: Query): Instance[];
  /** Ids with undelivered messages. */
  waiting(): string[];
  activities(): Activity[];
  /** Time of the earliest alarm, ms since epoch. */
  nextAlarm(): number | undefined;
  /** Alarms due at `now`, earliest first. */
  dueAlarms(now: number, limit: number): StoredAlarm[];
  close(): void;
}
