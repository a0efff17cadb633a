/**
 * Programs of a start of `--media` carry its mark in their environment, and hand it on to what they start themselves (OBS, its
 * display, ffmpeg). So all of them are found, and nothing else is, whoever was killed meanwhile. Linux only, as real media are.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export const MARK = 'STREAM_CONTROL_MEDIA';
/** A program told to end gets this long; OBS saves and leaves meanwhile. */
const GRACE_MS = 2_000;
const LOOK_EVERY_MS = 50;

/** Ids of the processes that carry the mark. */
export function marked(mark: string): number[] {
  const entry = `${MARK}=${mark}`;
  return processes().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(entry);
    } catch {
      return false; // It is gone, or somebody else's.
    }
  });
}

/** Ends what carries the mark, and what that starts meanwhile; resolves when there is nothing left. */
export async function endMarked(mark: string): Promise<void> {
  const began = performance.now();
  const told = new Set<number>();
  for (let found = marked(mark); found.length > 0; found = marked(mark)) {
    const patient = performance.now() - began < GRACE_MS;
    for (const pid of found) {
      if (patient && told.has(pid)) continue;
      told.add(pid);
      try {
        process.kill(pid, patient ? 'SIGTERM' : 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    }
    await sleep(LOOK_EVERY_MS);
  }
}

function processes(): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0 && pid !== process.pid);
  } catch {
    return []; // No such file system here.
  }
}
