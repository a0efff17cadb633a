/** Small state in JSON files that a kill at any moment must not damage. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { whyNotWritten } from '../troubles.ts';
import { HostError } from './errors.ts';

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
