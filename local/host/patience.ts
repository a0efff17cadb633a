import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits for `work`, but no longer than `ms` of real time. The wait keeps the process alive: with a virtual clock nothing
 * else may, and a process without anything to wait for ends in the middle of an await.
 * @throws what `work` throws in time
 */
export async function patiently(work: Promise<unknown> | undefined, ms: number): Promise<void> {
  const done = new AbortController();
  const over = delay(ms, undefined, { signal: done.signal }).catch(() => {});
  try {
    await Promise.race([work, over]);
  } finally {
    done.abort();
  }
}
