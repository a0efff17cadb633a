/**
 * The store on disk: node:sqlite with a write-ahead log and synchronous=FULL, so that what was flushed survives a
 * power cut. The file is locked exclusively: a second process on the same data folder is refused.
 */
import { DatabaseSync } from 'node:sqlite';
import type { Status } from '../history.ts';
import type {
  Activity,
  Alarm,
  Change,
  Instance,
  Message,
  Query,
  Start,
  Store,
  StoredAlarm,
  StoredMessage,
  TurnChange,
} from './ports.ts';
import { migrate } from './schema.ts';
import { prepare, type Statements } from './statements.ts';

/** @param file path, or ':memory:' @throws with what to do when the file is in use, damaged, or of a newer version */
export function createSqliteStore(file: string): Store {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    // EXCLUSIVE before WAL: the lock is then taken with the first access and kept, and no shared-memory file is needed.
    database.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 0',
    );
    database.exec('BEGIN EXCLUSIVE; COMMIT');
    const check = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
    if (check.quick_check !== 'ok') throw new Error(`database disk image is malformed: ${check.quick_check}`);
    migrate(database, file);
    return new SqliteStore(database);
  } catch (error) {
    database?.close();
    throw explain(error, file);
  }
}

function explain(error: unknown, file: string): Error {
  const message = error instanceof Error ? error.message : String(error);
  if (/locked|busy/i.test(message)) {
    return new Error(
      `Cannot open '${file}' as another process is using it. Stop that process, or choose another data folder`,
      { cause: error },
    );
  }
  if (/malformed|not a database|corrupt/i.test(message)) {
    return new Error(
      `Cannot open '${file}' as it is damaged (${message}). Move it away, together with its -wal file, and start again, or restore a copy`,
      { cause: error },
    );
  }
  return error instanceof Error ? error : new Error(message);
}

type Row = Record<string, string | number | null>;

class SqliteStore implements Store {
  readonly #database: DatabaseSync;
  readonly #sql: Statements;
  /** Whether a transaction holds changes that are not on disk. */
  #open = false;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#sql = prepare(database);
  }

  apply(change: Change): boolean {
    const sql = this.#sql;
    if (!this.#open) {
      sql.begin.run();
      this.#open = true;
    }
    sql.savepoint.run();
    try {
      const effective = this.#apply(change);
      sql.release.run();
      return effective;
    } catch (error) {
      sql.undo.run();
      sql.release.run();
      throw error;
    }
  }
  flush(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      this.#sql.commit.run();
    } catch (error) {
      this.#sql.rollback.run();
      throw error;
    }
  }
  #apply(change: Change): boolean {
    const sql = this.#sql;
    switch (change.kind) {
      case 'turn':
        return this.#turn(change);
      case 'start': {
        const existing = sql.instance.get(change.start.instance.id) as Row | undefined;
        if (existing && change.unlessIn.includes(existing.status as Status)) return false;
        this.#start(change.start);
        return true;
      }
      case 'post':
        return this.#post(change.message);
      case 'result': {
        const { instanceId, executionId, taskId } = change.key;
        if (sql.deleteActivity.run(instanceId, executionId, taskId).changes === 0) return false;
        return this.#post(change.message);
      }
      case 'fire':
        for (const alarm of change.alarms) {
          if (sql.deleteAlarm.run(alarm.seq).changes > 0) this.#post(alarm.message);
        }
        return true;
      case 'rewrite':
        sql.deleteHistory.run(change.instance.id, 0);
        this.#append(change.instance.id, 0, change.history);
        this.#put(change.instance);
        return change.message ? this.#post(change.message) : true;
      case 'discard':
        sql.consume.run(change.instanceId, change.consumed);
        return true;
      case 'purge':
        this.#clear(change.instanceId);
        sql.consume.run(change.instanceId, Number.MAX_SAFE_INTEGER);
        sql.deleteHistory.run(change.instanceId, 0);
        return sql.deleteInstance.run(change.instanceId).changes > 0;
    }
  }
  #turn(change: TurnChange): boolean {
    const sql = this.#sql;
    const { id } = change.instance;
    const row = sql.execution.get(id) as Row | undefined;
    if (row?.execution_id !== change.expectedExecutionId) return false;
    sql.consume.run(id, change.consumed);
    this.#put(change.instance);
    // Behind `from` there is something only when a generation ended.
    if (change.history.from === 0) sql.deleteHistory.run(id, 0);
    this.#append(id, change.history.from, change.history.events);
    if (change.ended) this.#clear(id);
    for (const { instanceId, executionId, taskId, name, input } of change.activities) {
      sql.addActivity.run(instanceId, executionId, taskId, name, input);
    }
    for (const alarm of change.alarms) this.#alarm(alarm);
    for (const start of change.starts) this.#start(start);
    for (const message of change.messages) this.#post(message);
    return true;
  }
  #alarm({ instanceId, executionId, taskId, fireAt, message }: Alarm): void {
    this.#sql.addAlarm.run(
      instanceId,
      executionId,
      taskId,
      Math.ceil(fireAt),
      message.instanceId,
      message.executionId,
      message.event,
    );
  }
  #start({ instance, message }: Start): void {
    this.#clear(instance.id);
    this.#sql.consume.run(instance.id, Number.MAX_SAFE_INTEGER);
    this.#sql.deleteHistory.run(instance.id, 0);
    this.#put(instance);
    this.#post(message);
  }
  #post({ creates, ...message }: Message): boolean {
    if (!this.#sql.execution.get(message.instanceId)) {
      if (!creates) return false;
      this.#put(creates);
    }
    this.#sql.post.run(message.instanceId, message.executionId, message.event);
    return true;
  }
  #put(one: Instance): void {
    this.#sql.put.run(
      one.id,
      one.executionId,
      one.name,
      one.version,
      one.status,
      one.input,
      one.customStatus,
      one.output,
      one.createdAt,
      one.updatedAt,
      one.generation,
      one.parent,
    );
  }
  /** One row for all events of a turn, one JSON text per line: JSON written by JSON.stringify holds no line breaks. */
  #append(id: string, from: number, events: readonly string[]): void {
    if (events.length > 0) this.#sql.append.run(id, from, events.join('\n'));
  }
  #clear(id: string): void {
    this.#sql.clearActivities.run(id);
    this.#sql.clearAlarms.run(id);
  }

  instance(id: string): Instance | undefined {
    const row = this.#sql.instance.get(id) as Row | undefined;
    return row && toInstance(row);
  }
  history(id: string): string[] {
    return (this.#sql.history.all(id) as Row[]).flatMap((row) => (row.events as string).split('\n'));
  }
  inbox(id: string): StoredMessage[] {
    return (this.#sql.inbox.all(id) as Row[]).map((row) => ({
      seq: row.seq as number,
      instanceId: id,
      executionId: row.execution_id as string | null,
      event: row.event as string,
    }));
  }
  query({ from, prefix, statuses, createdFrom, createdTo, limit }: Query): Instance[] {
    const rows = this.#sql.query.all({
      from: from ?? '',
      prefix: prefix ?? '',
      statuses: JSON.stringify(statuses ?? null),
      createdFrom: createdFrom ?? Number.MIN_SAFE_INTEGER,
      createdTo: createdTo ?? Number.MAX_SAFE_INTEGER,
      limit,
    }) as Row[];
    return rows.map(toInstance);
  }
  waiting(): string[] {
    return (this.#sql.waiting.all() as Row[]).map((row) => row.instance_id as string);
  }
  activities(): Activity[] {
    return (this.#sql.activities.all() as Row[]).map((row) => ({
      instanceId: row.instance_id as string,
      executionId: row.execution_id as string,
      taskId: row.task_id as number,
      name: row.name as string,
      input: row.input as string,
    }));
  }
  nextAlarm(): number | undefined {
    return ((this.#sql.nextAlarm.get() as Row).fire_at as number | null) ?? undefined;
  }
  dueAlarms(now: number, limit: number): StoredAlarm[] {
    return (this.#sql.dueAlarms.all(now, limit) as Row[]).map((row) => ({
      seq: row.seq as number,
      instanceId: row.instance_id as string,
      executionId: row.execution_id as string,
      taskId: row.task_id as number,
      fireAt: row.fire_at as number,
      message: {
        instanceId: row.target as string,
        executionId: row.target_execution_id as string | null,
        event: row.event as string,
      },
    }));
  }
  close(): void {
    this.flush();
    this.#database.close();
  }
}

const toInstance = (row: Row): Instance => ({
  id: row.id as string,
  executionId: row.execution_id as string,
  name: row.name as string,
  version: row.version as string,
  status: row.status as Status,
  input: row.input as string | null,
  customStatus: row.custom_status as string | null,
  output: row.output as string | null,
  createdAt: row.created_at as number,
  updatedAt: row.updated_at as number,
  generation: row.generation as number | null,
  parent: row.parent as string | null,
});
