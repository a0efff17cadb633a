/** Tables of the SQLite store and how older files become current. A file newer than this program is refused. */
import type { DatabaseSync } from 'node:sqlite';

/** Each entry brings a file from version index to index + 1. Never edit an entry that was released: append one. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE instances (
     id TEXT PRIMARY KEY,
     execution_id TEXT NOT NULL,
     name TEXT NOT NULL,
     version TEXT NOT NULL,
     status TEXT NOT NULL,
     input TEXT,
     custom_status TEXT,
     output TEXT,
     created_at INTEGER NOT NULL,
     updated_at INTEGER NOT NULL,
     generation INTEGER,
     parent TEXT
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE history (
     instance_id TEXT NOT NULL,
     position INTEGER NOT NULL,
     events TEXT NOT NULL,
     PRIMARY KEY (instance_id, position)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE inbox (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     instance_id TEXT NOT NULL,
     execution_id TEXT,
     event TEXT NOT NULL
   ) STRICT;
   CREATE INDEX inbox_by_instance ON inbox (instance_id, seq);
   CREATE TABLE activities (
     instance_id TEXT NOT NULL,
     execution_id TEXT NOT NULL,
     task_id INTEGER NOT NULL,
     name TEXT NOT NULL,
     input TEXT NOT NULL,
     PRIMARY KEY (instance_id, execution_id, task_id)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE alarms (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     instance_id TEXT NOT NULL,
     execution_id TEXT NOT NULL,
     task_id INTEGER NOT NULL,
     fire_at INTEGER NOT NULL,
     target TEXT NOT NULL,
     target_execution_id TEXT,
     event TEXT NOT NULL,
     UNIQUE (instance_id, execution_id, task_id)
   ) STRICT;
   CREATE INDEX alarms_by_time ON alarms (fire_at, seq);`,
];

/** Creates or upgrades the tables, in one transaction. @throws when the file was written by a newer program */
export function migrate(database: DatabaseSync, file: string): void {
  const row = database.prepare('PRAGMA user_version').get() as { user_version: number };
  const version = row.user_version;
  if (version > MIGRATIONS.length) {
    throw new Error(
      `Cannot open '${file}' as its schema version must be at most ${MIGRATIONS.length}: current value is ${version}, written by a newer stream-control. Use that version or another data folder`,
    );
  }
  if (version === MIGRATIONS.length) return;
  const others = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number };
  if (version === 0 && others.n > 0) throw new Error('file is not a database of ours: it holds other tables');
  database.exec('BEGIN IMMEDIATE');
  for (const statements of MIGRATIONS.slice(version)) database.exec(statements);
  database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  database.exec('COMMIT');
}
