/**
 * The process that used the data folder before. When whoever started it was killed, it is still ending for a moment and holds
 * its ports and its data; a start right after that waits for it instead of failing.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Remembered } from './remembered.ts';

/** An end takes less than 5 s; to notice that it has to end takes a moment. Both in ms. */
const ENDS = 6_000;
const NOTICES = 1_000;
const STEP = 50;

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Resolves when the predecessor has ended, or does not look as if it would.
 * @param read what is remembered now
 */
export async function waitForPredecessor(read: () => Remembered): Promise<void> {
  for (let waited = 0; waited < ENDS; waited += STEP) {
    const { pid, ending } = read();
    if (pid === undefined || pid === process.pid || !alive(pid)) return;
    if (!ending && waited >= NOTICES) return;
    await delay(STEP);
  }
}
