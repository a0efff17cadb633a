/** The data folder of `--media`: a folder per mixer with its settings, secrets and OBS's configuration, and logs beside them. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endMarked } from './marked.ts';

/** Ids of the running programs, for people. */
export const RUNNING = 'running.json';
/** What the programs of the start that uses the folder are known by; see marked.ts. */
const MARK_FILE = 'mark';
/** Mixers' folders are in here: everything that may hold a key. */
const MIXERS = 'mixers';

export const mixerFolder = (folder: string, name: string): string => join(folder, MIXERS, name);

/** A folder for each deployment of a stream server, with its users. */
export const usersFolder = (folder: string): string => join(folder, 'users');
/** Removes the users of deployments that are gone. */
export function forgetUsers(folder: string, standing: ReadonlySet<string>): void {
  let kept: string[];
  try {
    kept = readdirSync(usersFolder(folder));
  } catch {
    return; // There have been none.
  }
  for (const deployment of kept)
    if (!standing.has(deployment)) rmSync(join(usersFolder(folder), deployment), { recursive: true, force: true });
}

/** Removes mixers' folders with all keys in them: all, or one mixer's. Their programs have ended. */
export const forgetMixers = (folder: string, name = ''): void =>
  rmSync(join(folder, MIXERS, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });

/** Names of the mixers that have a folder. */
export function keptMixers(folder: string): string[] {
  try {
    return readdirSync(join(folder, MIXERS));
  } catch {
    return []; // There has been none.
  }
}

/** Whole or not at all: whoever reads it, after a kill in the middle as well, finds what it stands for. */
export function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.next`, text, { mode: 0o600 });
  renameSync(`${file}.next`, file);
}

/** Ends the programs that an earlier start left, of which not even its guard may have survived, and removes what holds keys. */
export async function clearMedia(folder: string): Promise<void> {
  const mark = lastMark(folder);
  if (mark === undefined) return;
  await endMarked(mark);
  forgetMixers(folder);
  rmSync(join(folder, MARK_FILE), { force: true });
}

/**
 * The mark of the start that used the folder last; undefined when there was none.
 * @throws Error when the file is damaged: programs that it should name may run
 */
export function lastMark(folder: string): string | undefined {
  const file = join(folder, MARK_FILE);
  let mark: string;
  try {
    mark = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (/^[0-9a-z-]{8,64}$/.test(mark)) return mark;
  throw new Error(`Cannot read '${file}': it is damaged. End what runs from that folder by hand (ps), then delete it`);
}
export function keepMark(folder: string, mark: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeWhole(join(folder, MARK_FILE), mark);
}
