/** Every statement of the SQLite store, prepared once per connection. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

const READS = {
  hold: 'BEGIN',
  letGo: 'COMMIT',
  instance: 'SELECT * FROM instances WHERE id = ?',
  history: 'SELECT position, events FROM history WHERE instance_id = ? ORDER BY position',
  inbox: 'SELECT seq, instance_id, execution_id, event FROM inbox ORDER BY seq',
  lastMessage: 'SELECT coalesce(max(seq), 0) AS seq FROM inbox',
  activities: 'SELECT * FROM activities ORDER BY instance_id, execution_id, task_id',
  alarm: 'SELECT 1 FROM alarms WHERE seq = ?',
  lastAlarm: 'SELECT coalesce(max(seq), 0) AS seq FROM alarms',
  dueAlarms: 'SELECT * FROM alarms WHERE fire_at <= ? ORDER BY fire_at, seq LIMIT ?',
  query: `SELECT * FROM instances
    WHERE id >= :from AND substr(id, 1, length(:prefix)) = :prefix
      AND (:statuses = 'null' OR status IN (SELECT value FROM json_each(:statuses)))
      AND created_at >= :createdFrom AND created_at <= :createdTo
    ORDER BY id LIMIT :limit`,
} as const;

const WRITES = {
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  put: `INSERT INTO instances (id, execution_id, name, version, status, input, custom_status, output, created_at, updated_at, generation, parent)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET execution_id = excluded.execution_id, name = excluded.name, version = excluded.version,
      status = excluded.status, input = excluded.input, custom_status = excluded.custom_status, output = excluded.output,
      created_at = excluded.created_at, updated_at = excluded.updated_at, generation = excluded.generation, parent = excluded.parent`,
  deleteInstance: 'DELETE FROM instances WHERE id = ?',
  append: 'INSERT INTO history (instance_id, position, events) VALUES (?, ?, ?)',
  deleteHistory: 'DELETE FROM history WHERE instance_id = ?',
  post: 'INSERT INTO inbox (seq, instance_id, execution_id, event) VALUES (?, ?, ?, ?)',
  take: 'DELETE FROM inbox WHERE seq = ?',
  addActivity:
    'INSERT OR REPLACE INTO activities (instance_id, execution_id, task_id, name, input) VALUES (?, ?, ?, ?, ?)',
  deleteActivity: 'DELETE FROM activities WHERE instance_id = ? AND execution_id = ? AND task_id = ?',
  addAlarm: `INSERT OR REPLACE INTO alarms (seq, instance_id, execution_id, task_id, fire_at, target, target_execution_id, event)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  deleteAlarm: 'DELETE FROM alarms WHERE seq = ?',
  clearAlarms: 'DELETE FROM alarms WHERE instance_id = ?',
} as const;

type Prepared<S> = Record<keyof S, StatementSync>;
export type Reads = Prepared<typeof READS>;
export type Writes = Prepared<typeof WRITES>;

const prepare = <S extends Record<string, string>>(database: DatabaseSync, statements: S): Prepared<S> =>
  Object.fromEntries(Object.entries(statements).map(([name, text]) => [name, database.prepare(text)])) as Prepared<S>;

export const prepareReads = (database: DatabaseSync): Reads => prepare(database, READS);
export const prepareWrites = (database: DatabaseSync): Writes => prepare(database, WRITES);
