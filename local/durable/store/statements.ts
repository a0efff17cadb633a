/** Every statement of the SQLite store, prepared once. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

const SQL = {
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  savepoint: 'SAVEPOINT change',
  release: 'RELEASE change',
  undo: 'ROLLBACK TO change',
  instance: 'SELECT * FROM instances WHERE id = ?',
  execution: 'SELECT execution_id FROM instances WHERE id = ?',
  put: `INSERT INTO instances (id, execution_id, name, version, status, input, custom_status, output, created_at, updated_at, generation, parent)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET execution_id = excluded.execution_id, name = excluded.name, version = excluded.version,
      status = excluded.status, input = excluded.input, custom_status = excluded.custom_status, output = excluded.output,
      created_at = excluded.created_at, updated_at = excluded.updated_at, generation = excluded.generation, parent = excluded.parent`,
  deleteInstance: 'DELETE FROM instances WHERE id = ?',
  history: 'SELECT events FROM history WHERE instance_id = ? ORDER BY position',
  append: 'INSERT INTO history (instance_id, position, events) VALUES (?, ?, ?)',
  deleteHistory: 'DELETE FROM history WHERE instance_id = ? AND position >= ?',
  inbox: 'SELECT seq, execution_id, event FROM inbox WHERE instance_id = ? ORDER BY seq',
  post: 'INSERT INTO inbox (instance_id, execution_id, event) VALUES (?, ?, ?)',
  consume: 'DELETE FROM inbox WHERE instance_id = ? AND seq <= ?',
  waiting: 'SELECT instance_id FROM inbox GROUP BY instance_id ORDER BY min(seq)',
  activities: 'SELECT * FROM activities ORDER BY instance_id, execution_id, task_id',
  addActivity: 'INSERT INTO activities (instance_id, execution_id, task_id, name, input) VALUES (?, ?, ?, ?, ?)',
  deleteActivity: 'DELETE FROM activities WHERE instance_id = ? AND execution_id = ? AND task_id = ?',
  clearActivities: 'DELETE FROM activities WHERE instance_id = ?',
  addAlarm: `INSERT INTO alarms (instance_id, execution_id, task_id, fire_at, target, target_execution_id, event)
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
  deleteAlarm: 'DELETE FROM alarms WHERE seq = ?',
  clearAlarms: 'DELETE FROM alarms WHERE instance_id = ?',
  nextAlarm: 'SELECT min(fire_at) AS fire_at FROM alarms',
  dueAlarms: 'SELECT * FROM alarms WHERE fire_at <= ? ORDER BY fire_at, seq LIMIT ?',
  query: `SELECT * FROM instances
    WHERE id >= :from AND substr(id, 1, length(:prefix)) = :prefix
      AND (:statuses = 'null' OR status IN (SELECT value FROM json_each(:statuses)))
      AND created_at >= :createdFrom AND created_at <= :createdTo
    ORDER BY id LIMIT :limit`,
} as const;

export type Statements = Record<keyof typeof SQL, StatementSync>;

export const prepare = (database: DatabaseSync): Statements =>
  Object.fromEntries(Object.entries(SQL).map(([name, text]) => [name, database.prepare(text)])) as Statements;
