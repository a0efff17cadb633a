import { existsSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { whyNotWritten } from '../../troubles.ts';

/** What is in memory could not be put on disk. The message is for people. */
export class NotWritten extends Error {
  override name = 'NotWritten';
}

/** Values by key in insertion order, kept in memory and written through on {@link Store.commit}. */
export class Collection<T> {
  readonly #values = new Map<string, T>();
  readonly #dirty = new Set<string>();
  get size(): number {
    return this.#values.size;
  }
  get(key: string): T | undefined {
    return this.#values.get(key);
  }
  has(key: string): boolean {
    return this.#values.has(key);
  }
  /** Also the way to keep a value that was changed in place. */
  set(key: string, value: T): void {
    this.#values.set(key, value);
    this.#dirty.add(key);
  }
  delete(key: string): boolean {
    const had = this.#values.delete(key);
    if (had) this.#dirty.add(key);
    return had;
  }
  values(): IterableIterator<T> {
    return this.#values.values();
  }
  entries(): IterableIterator<[string, T]> {
    return this.#values.entries();
  }
  /** Fills without marking as changed. */
  load(key: string, value: T): void {
    this.#values.set(key, value);
  }
  /** What changed since the last {@link written}: key and value, undefined for deleted. */
  *changed(): Generator<[string, T | undefined]> {
    for (const key of this.#dirty) yield [key, this.#values.get(key)];
  }
  /** Says that what changed is on disk. */
  written(): void {
    this.#dirty.clear();
  }
}

export type Dump = Record<string, [string, unknown][]>;

/**
 * The simulator's whole state: named collections over one SQLite file (`azure.sqlite`), and the vault's values in a file of
 * their own (`vault.sqlite`), so that no other file ever holds a secret. One process per folder: a second one is refused.
 */
export class Store {
  readonly #collections = new Map<string, Collection<unknown>>();
  readonly #secret = new Set<string>();
  readonly #main: File | undefined;
  readonly #vault: File | undefined;
  readonly #loaded: Dump;
  readonly #forked: boolean;

  /** @param folder where the files are; undefined keeps everything in memory. @param initial state to begin with, for a fork */
  constructor(folder: string | undefined, initial?: Dump) {
    this.#loaded = structuredClone(initial ?? {});
    this.#forked = initial !== undefined;
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#main = new File(join(folder, 'azure.sqlite'));
    this.#vault = new File(join(folder, 'vault.sqlite'), FORGETFUL);
    for (const file of [this.#main, this.#vault]) {
      for (const [collection, key, value] of file.read()) {
        if (initial)
          throw new Error(
            `Cannot start from a snapshot in '${folder}' as it has a state already: choose an empty --data`,
          );
        const list = this.#loaded[collection] ?? [];
        this.#loaded[collection] = list;
        list.push([key, value]);
      }
    }
  }
  /** The collection `name`; `secret` ones live in the vault's file and are left out of dumps unless asked for. */
  collection<T>(name: string, options: { secret?: boolean } = {}): Collection<T> {
    const known = this.#collections.get(name);
    if (known) return known as Collection<T>;
    const made = new Collection<T>();
    // What a fork begins with is new to its own files.
    for (const [key, value] of this.#loaded[name] ?? [])
      if (this.#forked) made.set(key, value as T);
      else made.load(key, value as T);
    delete this.#loaded[name];
    this.#collections.set(name, made as Collection<unknown>);
    if (options.secret) this.#secret.add(name);
    return made;
  }
  /**
   * Writes what changed, in one transaction per file. What could not be written stays to be written, by the next commit.
   * @throws NotWritten: until a commit succeeds, nobody may be told of what is in memory
   */
  commit(): void {
    // Secrets first: what refers to them is there after them.
    this.#write(this.#vault, true);
    this.#write(this.#main, false);
  }
  #write(file: File | undefined, secret: boolean): void {
    const mine = [...this.#collections].filter(([name]) => this.#secret.has(name) === secret);
    file?.write(mine);
    for (const [, collection] of mine) collection.written();
  }
  dump(options: { secrets: boolean }): Dump {
    const dump: Dump = structuredClone(this.#loaded);
    for (const [name, collection] of this.#collections) {
      if (this.#secret.has(name) && !options.secrets) continue;
      dump[name] = structuredClone([...collection.entries()]);
    }
    return dump;
  }
  /** @throws NotWritten after it has closed: what nobody was told of is lost */
  close(): void {
    try {
      this.commit();
    } finally {
      this.#main?.close();
      this.#vault?.close();
    }
  }
}

/** Makes the file with its table, beside it and renamed: one that is there and empty was emptied, and is not a new beginning. */
function createWhole(path: string): void {
  if (existsSync(path)) {
    if (statSync(path).size === 0) throw explain(new Error('it is empty'), path);
    return;
  }
  if (existsSync(`${path}-wal`)) throw explain(new Error('only its -wal file is there'), path);
  const fresh = `${path}.new`;
  // SQLite gives its side files the rights of the main one, which must therefore be there first.
  writeFileSync(fresh, '', { mode: 0o600 });
  const db = new DatabaseSync(fresh);
  try {
    db.exec('create table entry (collection text, key text, value text, at integer, primary key (collection, key))');
  } catch (error) {
    throw explain(error, path);
  } finally {
    db.close();
  }
  renameSync(fresh, path);
}

function explain(error: unknown, path: string): Error {
  const message = error instanceof Error ? error.message : String(error);
  if (/locked|busy/i.test(message))
    return new Error(
      `Cannot open '${path}' as another simulator uses this data folder: choose another --data or stop that one`,
    );
  if (/\bfull\b|ENOSPC/i.test(message))
    return new Error(`Cannot open '${path}' as the disk is full. Make room and start again`);
  return new Error(
    `Cannot open '${path}' as it is damaged (${message}). Restore the data folder, or move it away to start with an empty Azure`,
    { cause: error },
  );
}

/** Fast: what changes is appended to a log, which now and then is written into the file. */
const LOGGED = 'pragma journal_mode = wal; pragma synchronous = normal; pragma wal_autocheckpoint = 8000;';
/** For secrets: what is deleted or replaced is overwritten, in the file and in its journal, before the commit returns. */
const FORGETFUL = 'pragma journal_mode = truncate; pragma synchronous = full; pragma secure_delete = on;';

class File {
  readonly #db: DatabaseSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #path: string;

  constructor(path: string, journal = LOGGED) {
    this.#path = path;
    createWhole(path);
    this.#db = new DatabaseSync(path);
    try {
      // Exclusive locking is the guard against a second process; the system drops it when this one is killed.
      this.#db.exec(`pragma locking_mode = exclusive; ${journal}`);
      this.#db.exec('begin immediate; commit;');
      const next = this.#db.prepare('select coalesce(max(at), 0) as at from entry').get() as { at: number };
      this.#at = next.at;
    } catch (error) {
      this.#db.close();
      throw explain(error, path);
    }
    // `at` keeps the order of first insertion, so that lists read the same after a restart.
    this.#put = this.#db.prepare(
      'insert into entry values (?, ?, ?, ?) on conflict (collection, key) do update set value = excluded.value',
    );
    this.#remove = this.#db.prepare('delete from entry where collection = ? and key = ?');
  }
  #at: number;
  *read(): Generator<[string, string, unknown]> {
    try {
      const rows = this.#db.prepare('select collection, key, value from entry order by at').all();
      for (const row of rows as { collection: string; key: string; value: string }[])
        yield [row.collection, row.key, JSON.parse(row.value)];
    } catch (error) {
      throw explain(error, this.#path);
    }
  }
  write(collections: readonly [name: string, Collection<unknown>][]): void {
    try {
      for (const [name, collection] of collections)
        for (const [key, value] of collection.changed()) {
          if (!this.#db.isTransaction) this.#db.exec('begin');
          if (value === undefined) this.#remove.run(name, key);
          else this.#put.run(name, key, JSON.stringify(value), ++this.#at);
        }
      if (this.#db.isTransaction) this.#db.exec('commit');
    } catch (error) {
      // A full disk may have ended the transaction already.
      if (this.#db.isTransaction) this.#db.exec('rollback');
      throw new NotWritten(`Cannot write '${this.#path}': ${whyNotWritten(error)}`, { cause: error });
    }
  }
  close(): void {
    this.#db.close();
  }
}
