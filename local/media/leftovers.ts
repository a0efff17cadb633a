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
  } catch {
    return; // The first start, or a file torn by the kill itself.
  }
  for (const { pid, mark } of left) {
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark)) process.kill(pid, 'SIGTERM');
    } catch {
      // It is gone.
    }
  }
}
