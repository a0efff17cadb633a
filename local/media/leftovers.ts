/** Programs of an earlier start that was killed: they would hold the ports. */
import { readFileSync, writeFileSync } from 'node:fs';

export interface Left {
  pid: number;
  /** Part of its command line that tells it from a stranger who has got the same id since. */
  mark: string;
}

export const noteRunning = (file: string, running: Left[]): void =>
  writeFileSync(file, JSON.stringify(running), { mode: 0o600 });

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
