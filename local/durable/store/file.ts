/** The database file: opened, checked, brought up to date and locked against a second process, with a clear error for each. */
import { DatabaseSync } from 'node:sqlite';
import { migrate } from './schema.ts';

/** A commit is on disk when it returns (FULL); a reader beside the writer waits a moment where they exclude each other. */
const PRAGMAS = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000';

export interface OpenFile {
  database: DatabaseSync;
  close(): void;
}

/** A further connection to a file that is open already. */
export function connect(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec(PRAGMAS);
  return database;
}

/** @param file path, or ':memory:' @throws with what to do when the file is in use, damaged, or of a newer version */
export function openFile(file: string): OpenFile {
  const opened: DatabaseSync[] = [];
  const close = () => {
    for (const database of opened) database.close();
  };
  try {
    if (file !== ':memory:') opened.push(lock(file));
    const database = connect(file);
    opened.unshift(database);
    const check = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
    if (check.quick_check !== 'ok') throw new Error(`database disk image is malformed: ${check.quick_check}`);
    migrate(database, file);
    return { database, close };
  } catch (error) {
    close();
    throw explain(error, file);
  }
}

/**
 * The lock is on a file of its own: on the database it would shut out the second connection of this process as well. It is the
 * system's lock on an open file, so it ends with the process, however that ends.
 */
function lock(file: string): DatabaseSync {
  const database = new DatabaseSync(`${file}-lock`);
  try {
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** So much must fit before work that failed for want of room is taken up again, in bytes. */
const ROOM = 524_288;

/** @throws when the file cannot take {@link ROOM} more */
export function proveRoom(database: DatabaseSync): void {
  database.exec(`CREATE TABLE IF NOT EXISTS room AS SELECT zeroblob(${ROOM}) AS filler; DROP TABLE room`);
}

function explain(error: unknown, file: string): Error {
  const message = error instanceof Error ? error.message : String(error);
  if (/locked|busy/i.test(message)) {
    return new Error(
      `Cannot open '${file}' as another process is using it. Stop that process, or choose another data folder`,
      { cause: error },
    );
  }
  if (/\bfull\b|ENOSPC/i.test(message)) {
    return new Error(`Cannot open '${file}' as the disk is full. Make room and start again`, { cause: error });
  }
  if (/malformed|not a database|corrupt/i.test(message)) {
    return new Error(
      `Cannot open '${file}' as it is damaged (${message}). Move it away, together with its -wal file, and start again, or restore a copy`,
      { cause: error },
    );
  }
  return error instanceof Error ? error : new Error(message);
}
