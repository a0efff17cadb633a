/** Programs of an earlier start that was killed: they would hold the ports. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

export interface Left {
  pid: number;
  /** Part of its command line that tells it from a stranger who has got the same id since. */
  mark: string;
}

/** Whole or not at all: whoever reads it, after a kill in the middle as well, finds what is to be ended. */
export function noteRunning(file: string, running: Left[]): void {
  writeFileSync(`${file}.next`, JSON.stringify(running), { mode: 0o600 });
  renameSync(`${file}.next`, file);
}

/** Ends what the file names and what is still that program. */
export function endLeftovers(file: string): void {
  let left: Left[];
  try {
    left = JSON.parse(readFileSync(file, 'utf8'));
    if (!Array.isArray(left)) throw new Error('it is no list');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // The first start.
    throw new Error(
      `Cannot read '${file}': ${(error as Error).message}. End what it names by hand (ps), then delete it`,
    );
  }
  for (const { pid, mark } of left) {
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark)) process.kill(pid, 'SIGTERM');
    } catch {
      // It is gone.
    }
  }
}
