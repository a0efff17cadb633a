/** Where a world keeps its data: it need not outlive a loss of power, and every turn waits for the disk. */
import { existsSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const MEMORY = '/dev/shm';
/** Bytes free, below which it is a container's few megabytes. */
const PLENTY = 2 ** 30;

/** A folder in memory where the machine has one and nobody has chosen another, else the system's for temporary files. */
export function scratch(): string {
  if (process.env.TMPDIR !== undefined || !existsSync(MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize > PLENTY ? MEMORY : tmpdir();
}
