import type { Time } from './time.ts';

/** Token buckets, in memory: a restart fills them, which Azure does not promise either way. */
export class Buckets {
  readonly #time: Time;
  readonly #levels = new Map<string, { level: number; at: number }>();

  constructor(time: Time) {
    this.#time = time;
  }
  /** Takes one token. @returns what is left, and the seconds to wait when nothing was (0 when one was taken) */
  take(bucket: string, capacity: number, perSecond: number): { remaining: number; wait: number } {
    const now = this.#time.now();
    const known = this.#levels.get(bucket) ?? { level: capacity, at: now };
    const level = Math.min(capacity, known.level + ((now - known.at) / 1000) * perSecond);
    if (level < 1) {
      this.#levels.set(bucket, { level, at: now });
      return { remaining: 0, wait: (1 - level) / perSecond };
    }
    this.#levels.set(bucket, { level: level - 1, at: now });
    return { remaining: Math.floor(level - 1), wait: 0 };
  }
}
