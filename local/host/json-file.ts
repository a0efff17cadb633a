/** Small state in JSON files that a kill at any moment must not damage. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { whyNotWritten } from '../troubles.ts';
import { ensureError, HostError } from './errors.ts';

/** @returns undefined when there is no such file @throws HostError when it is not JSON */
export function readJson<T>(file: string): T | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (error) {
    throw new HostError(`Cannot read ${file}: ${ensureError(error).message}. Delete it to start without it`);
  }
}

/** Written beside and renamed, readable by this user only: after a crash there is the old content or the new. @throws HostError naming the file */
export function writeJson(file: string, value: unknown): void {
  const fresh = `${file}.${process.pid}.new`;
  try {
    writeFileSync(fresh, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true });
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw new HostError(`Cannot write '${file}': ${whyNotWritten(error)}`, { cause: error });
  }
}
