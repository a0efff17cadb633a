/** The database file: opened, checked, brought up to date and locked against a second process, with a clear error for each. */
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
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
    if (file !== ':memory:') {
      opened.push(lock(file));
      createWhole(file);
    }
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
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(`${file}-lock`);
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database?.close();
    if (isBusy(error)) throw error;
    throw new Error(`Cannot lock '${file}-lock': ${messageOf(error)}. It holds nothing: delete it and start again`, {
      cause: error,
    });
  }
}

/**
 * Makes the file with its tables, beside it and renamed: so a file that is there and empty is one that was emptied, not one that
 * a kill left unfinished, and never reads as a new beginning.
 */
function createWhole(file: string): void {
  if (existsSync(file)) {
    if (statSync(file).size === 0) throw new Error('file is not a database: it is empty');
    return;
  }
  // Without its main file a log is worth nothing, and next to a new one it would be taken for that one's.
  for (const rest of ['-wal', '-shm'])
    if (existsSync(file + rest)) throw new Error(`malformed: '${file + rest}' is there without it`);
  const fresh = `${file}.new`;
  rmSync(fresh, { force: true });
  const database = new DatabaseSync(fresh);
  try {
    migrate(database, fresh);
  } finally {
    database.close();
  }
  renameSync(fresh, file);
}

/** So much must fit before work that failed for want of room is taken up again, in bytes. */
const ROOM = 524_288;

/** @throws when the file cannot take {@link ROOM} more */
export function proveRoom(database: DatabaseSync): void {
  database.exec(`CREATE TABLE IF NOT EXISTS room AS SELECT zeroblob(${ROOM}) AS filler; DROP TABLE room`);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const isBusy = (error: unknown): boolean => /locked|busy/i.test(messageOf(error));

function explain(error: unknown, file: string): Error {
  const message = messageOf(error);
  if (isBusy(error)) {
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
  if (message.includes(file)) return error instanceof Error ? error : new Error(message);
  return new Error(`Cannot open '${file}': ${message}. See to its rights and its disk`, { cause: error });
}
