/**
 * The store on disk: node:sqlite with a write-ahead log and synchronous=FULL, so that what was flushed survives a power cut.
 * Changes are made in memory, in a layer that every read looks through, and a flush writes what is left of them: a message that
 * came and was consumed in between costs no statement. Messages not consumed and activities not ended are in memory anyway.
 */

import type { DatabaseSync } from 'node:sqlite';
import { type OpenFile, openFile, proveRoom } from './file.ts';
import { type Kept, Layer } from './layer.ts';
import {
  type Activity,
  type Change,
  type Instance,
  type Message,
  NotWritten,
  type Query,
  type Start,
  type Store,
  type StoredAlarm,
  type StoredMessage,
  type TurnChange,
} from './ports.ts';
import { byId, matches, queryValues, type Row, toActivity, toAlarm, toInstance, toMessage } from './rows.ts';
import { prepareReads, type Reads } from './statements.ts';
import { ownThread, sameThread, type Writer } from './writer.ts';

export interface SqliteOptions {
  /** Whether a thread of its own writes: `flush` then returns a promise. Not for ':memory:'. */
  thread?: boolean;
  /** Whether the file must show that it can grow: after a write that failed for want of room. */
  proveRoom?: boolean;
  /** Writes in the place of this thread or its own. */
  writer?: (database: DatabaseSync) => Writer;
}

/** @param file path, or ':memory:' @throws with what to do when the file is in use, damaged, or of a newer version */
export function createSqliteStore(file: string, { thread = false, ...options }: SqliteOptions = {}): Store {
  const opened = openFile(file);
  const writer = thread && file !== ':memory:' ? () => ownThread(file) : sameThread;
  if (options.proveRoom) {
    try {
      proveRoom(opened.database);
    } catch (error) {
      opened.close();
      throw error;
    }
  }
  return new SqliteStore(opened, (options.writer ?? writer)(opened.database));
}

/** Rows of instances kept in memory beyond those being changed. */
const CACHED = 16_384;

class SqliteStore implements Store {
  readonly #file: OpenFile;
  readonly #writer: Writer;
  readonly #sql: Reads;
  /** Oldest first: layers being written, then the one that changes go into. */
  #layers = [new Layer()];
  readonly #cached = new Map<string, Instance>();
  readonly #inbox = new Map<string, Kept<StoredMessage>[]>();
  /** By instance, then execution and task. */
  readonly #activities = new Map<string, Map<string, Kept<Activity>>>();
  #seq: number;
  #alarmSeq: number;
  #failed: unknown;
  #holding = false;
  #flushed: Promise<void> | undefined;

  constructor(file: OpenFile, writer: Writer) {
    this.#file = file;
    this.#writer = writer;
    const sql = prepareReads(file.database);
    this.#sql = sql;
    this.#seq = (sql.lastMessage.get() as Row).seq as number;
    this.#alarmSeq = (sql.lastAlarm.get() as Row).seq as number;
    for (const row of sql.inbox.iterate()) this.#keepMessage({ row: toMessage(row as Row), state: 'written' });
    for (const row of sql.activities.iterate()) this.#keepActivity({ row: toActivity(row as Row), state: 'written' });
  }
  get #layer(): Layer {
    return this.#layers.at(-1) as Layer;
  }

  apply(change: Change): boolean {
    // Memory is ahead of the disk by what could not be written: nothing may be built on that.
    if (this.#failed !== undefined) throw this.#failed;
    switch (change.kind) {
      case 'turn':
        return this.#turn(change);
      case 'start': {
        const existing = this.instance(change.start.instance.id);
        if (existing && change.unlessIn.includes(existing.status)) return false;
        this.#start(change.start, existing !== undefined);
        return true;
      }
      case 'post':
        return this.#post(change.message);
      case 'result': {
        const mine = this.#activities.get(change.key.instanceId);
        const key = keyOf(change.key);
        const ended = mine?.get(key);
        if (!mine || !ended) return false;
        mine.delete(key);
        if (mine.size === 0) this.#activities.delete(change.key.instanceId);
        this.#layer.unschedule(ended);
        return this.#post(change.message);
      }
      case 'fire':
        for (const alarm of change.alarms) {
          if (!this.#isSet(alarm)) continue;
          this.#layer.fire(alarm);
          this.#post(alarm.message);
        }
        return true;
      case 'rewrite': {
        const { id } = change.instance;
        this.#layer.forget(id);
        this.#append(id, 0, change.history);
        this.#layer.put(id, change.instance);
        return change.message ? this.#post(change.message) : true;
      }
      case 'discard':
        this.#consume(change.instanceId, change.consumed, change.spared);
        return true;
      case 'purge': {
        const { instanceId } = change;
        if (!this.instance(instanceId)) return false;
        this.#empty(instanceId);
        this.#layer.put(instanceId, undefined);
        return true;
      }
    }
  }
  #turn(change: TurnChange): boolean {
    const { id } = change.instance;
    const before = this.instance(id);
    if (before?.executionId !== change.expectedExecutionId) return false;
    this.#consume(id, change.consumed, change.spared);
    this.#layer.put(id, change.instance);
    // Behind `from` there is something only when a generation ended; a pending one has no history yet.
    const first = before.status === 'Pending' && before.executionId === change.instance.executionId;
    if (change.history.from === 0 && !first) this.#layer.forget(id);
    this.#append(id, change.history.from, change.history.events);
    if (change.ended) this.#clear(id);
    for (const activity of change.activities) this.#schedule(activity);
    for (const alarm of change.alarms)
      this.#layer.addAlarm({ ...alarm, fireAt: Math.ceil(alarm.fireAt), seq: ++this.#alarmSeq });
    for (const start of change.starts) this.#start(start, this.instance(start.instance.id) !== undefined);
    for (const message of change.messages) this.#post(message);
    return true;
  }
  #start({ instance, message }: Start, existed: boolean): void {
    if (existed) this.#empty(instance.id);
    this.#layer.put(instance.id, instance);
    this.#post(message);
  }
  #post({ creates, ...message }: Message): boolean {
    if (!this.instance(message.instanceId)) {
      if (!creates) return false;
      this.#layer.put(creates.id, creates);
    }
    const kept = { row: { ...message, seq: ++this.#seq }, state: 'new' as const };
    this.#keepMessage(kept);
    this.#layer.post(kept);
    return true;
  }
  #schedule(activity: Activity): void {
    const kept = { row: activity, state: 'new' as const };
    this.#keepActivity(kept);
    this.#layer.schedule(kept);
  }
  #keepMessage(kept: Kept<StoredMessage>): void {
    const box = this.#inbox.get(kept.row.instanceId);
    if (box) box.push(kept);
    else this.#inbox.set(kept.row.instanceId, [kept]);
  }
  #keepActivity(kept: Kept<Activity>): void {
    const mine = this.#activities.get(kept.row.instanceId);
    if (mine) mine.set(keyOf(kept.row), kept);
    else this.#activities.set(kept.row.instanceId, new Map([[keyOf(kept.row), kept]]));
  }
  #consume(id: string, upTo: number, spared?: ReadonlySet<number>): void {
    const box = this.#inbox.get(id);
    if (!box) return;
    const left: Kept<StoredMessage>[] = [];
    for (const message of box) {
      if (message.row.seq > upTo || spared?.has(message.row.seq)) left.push(message);
      else this.#layer.take(message);
    }
    if (left.length > 0) this.#inbox.set(id, left);
    else this.#inbox.delete(id);
  }
  /** One row for all events of a turn, one JSON text per line: JSON written by JSON.stringify holds no line breaks. */
  #append(id: string, from: number, events: readonly string[]): void {
    if (events.length > 0) this.#layer.append(id, from, events.join('\n'));
  }
  #clear(id: string): void {
    for (const activity of this.#activities.get(id)?.values() ?? []) this.#layer.unschedule(activity);
    this.#activities.delete(id);
    this.#layer.silence(id);
  }
  #empty(id: string): void {
    this.#clear(id);
    this.#consume(id, Number.MAX_SAFE_INTEGER);
    this.#layer.forget(id);
  }
  #isSet({ instanceId, seq }: StoredAlarm): boolean {
    for (const layer of this.#layers.toReversed()) {
      if (layer.alarms.get(instanceId)?.has(seq)) return true;
      if (layer.fired.has(seq) || layer.silenced.has(instanceId)) return false;
    }
    return this.#read.alarm.get(seq) !== undefined;
  }

  /**
   * The statements, inside of a read transaction that lasts until something was written: without one, each of them takes and gives
   * back the locks on the file, which costs more than what it reads.
   */
  get #read(): Reads {
    if (!this.#holding) {
      this.#sql.hold.run();
      this.#holding = true;
    }
    return this.#sql;
  }
  #letGo(): void {
    if (this.#holding && this.#file.database.isOpen) this.#sql.letGo.run();
    this.#holding = false;
  }

  flush(): void | Promise<void> {
    if (this.#failed !== undefined) throw this.#failed;
    const layer = this.#layer;
    if (layer.empty) return this.#flushed;
    this.#layers.push(new Layer());
    this.#letGo();
    const failed = (error: unknown) => {
      this.#failed ??= new NotWritten(error instanceof Error ? error.message : String(error), { cause: error });
      throw this.#failed;
    };
    try {
      const written = this.#writer.write(layer.batch());
      if (!written) return this.#written(layer);
      const flushed = written.then(() => {
        if (this.#flushed === flushed) this.#flushed = undefined;
        this.#written(layer);
      }, failed);
      this.#flushed = flushed;
      return flushed;
    } catch (error) {
      return failed(error);
    }
  }
  #written(layer: Layer): void {
    // From here on reads must see on disk what they saw in the layer.
    this.#letGo();
    this.#layers = this.#layers.filter((one) => one !== layer);
    for (const [id, instance] of layer.instances) {
      this.#cached.delete(id);
      if (instance) this.#cached.set(id, instance);
    }
    for (const id of this.#cached.keys()) {
      if (this.#cached.size <= CACHED) break;
      this.#cached.delete(id);
    }
  }

  instance(id: string): Instance | undefined {
    for (let at = this.#layers.length - 1; at >= 0; at--) {
      const layer = this.#layers[at];
      const instance = layer?.instances.get(id);
      if (instance || layer?.instances.has(id)) return instance;
    }
    const cached = this.#cached.get(id);
    if (cached) return cached;
    const row = this.#read.instance.get(id) as Row | undefined;
    return row && toInstance(row);
  }
  history(id: string): string[] {
    // Pieces by position: one that is just being written may be on disk already.
    const pieces = new Map<number, string>();
    if (!this.#layers.some((layer) => layer.forgotten.has(id))) {
      for (const row of this.#read.history.all(id) as Row[]) pieces.set(row.position as number, row.events as string);
    }
    for (const layer of this.#layers) {
      if (layer.forgotten.has(id)) pieces.clear();
      for (const { from, text } of layer.appended.get(id) ?? []) pieces.set(from, text);
    }
    return [...pieces.values()].flatMap((text) => text.split('\n'));
  }
  inbox(id: string): StoredMessage[] {
    return (this.#inbox.get(id) ?? []).map(({ row }) => row);
  }
  query(query: Query): Instance[] {
    const changed = new Map<string, Instance | undefined>();
    for (const layer of this.#layers) for (const [id, instance] of layer.instances) changed.set(id, instance);
    const rows = this.#read.query.all({ ...queryValues(query), limit: query.limit + changed.size }) as Row[];
    const found = rows.map(toInstance).filter(({ id }) => !changed.has(id));
    for (const instance of changed.values()) if (instance && matches(instance, query)) found.push(instance);
    return found.sort(byId).slice(0, query.limit);
  }
  waiting(): string[] {
    return [...this.#inbox.keys()];
  }
  activities(): Activity[] {
    return [...this.#activities.values()].flatMap((mine) => [...mine.values()].map(({ row }) => row));
  }
  nextAlarm(): number | undefined {
    return this.dueAlarms(Number.MAX_SAFE_INTEGER, 1)[0]?.fireAt;
  }
  dueAlarms(now: number, limit: number): StoredAlarm[] {
    for (let wanted = limit; ; wanted *= 2) {
      const rows = this.#read.dueAlarms.all(now, wanted) as Row[];
      const due = new Map<number, StoredAlarm>();
      for (const row of rows) due.set(row.seq as number, toAlarm(row));
      for (const layer of this.#layers) {
        for (const [seq, { instanceId }] of due) {
          if (layer.fired.has(seq) || layer.silenced.has(instanceId)) due.delete(seq);
        }
        for (const alarms of layer.alarms.values()) {
          for (const alarm of alarms.values()) if (alarm.fireAt <= now) due.set(alarm.seq, alarm);
        }
      }
      // What is gone in memory took up places: look further.
      if (due.size < limit && rows.length === wanted) continue;
      return [...due.values()].sort((a, b) => a.fireAt - b.fireAt || a.seq - b.seq).slice(0, limit);
    }
  }
  close(): void {
    try {
      if (this.#failed === undefined) this.flush()?.catch(() => {});
    } finally {
      this.#writer.close();
      this.#file.close();
    }
  }
}

const keyOf = ({ executionId, taskId }: { executionId: string; taskId: number }): string => `${executionId}\n${taskId}`;
