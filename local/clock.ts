/**
 * The one clock of the local host and the simulator, real or virtual.
 *
 * Virtual time advances only while {@link VirtualClock.drive} runs and only when nothing is under way: every piece of
 * work (a turn, an activity, a simulated request, an HTTP exchange) holds the clock with {@link Clock.hold} from its start to its end.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Runs `task` once at `time` (ms since epoch; the past means as soon as possible), never early. Returns what cancels it. */
  at(time: number, task: () => void): () => void;
  /** Says that work is under way; the returned release (idempotent) must be called when it ends. Free of cost on the real clock. */
  hold(): () => void;
}

/** Long waits are made of several, so that a clock that was set forward, or a machine that slept, is noticed within a minute. In ms. */
const MAX_TIMEOUT = 60_000;

/**
 * The machine's clock, which follows it forward but never back: a clock that is set back (a wrong one corrected, a virtual machine
 * resumed) would let every timer wait for that much longer and every duration be negative. Until the next start it is ahead then.
 */
export class RealClock implements Clock {
  /** Most that the wall clock ever was ahead of the one that only counts, ms. */
  #ahead = Number.NEGATIVE_INFINITY;
  now(): number {
    const counted = performance.now();
    this.#ahead = Math.max(this.#ahead, Date.now() - counted);
    return Math.floor(counted + this.#ahead);
  }
  at(time: number, task: () => void): () => void {
    let handle: NodeJS.Timeout;
    const look = () => (this.now() < time ? arm() : task());
    const arm = () => {
      handle = setTimeout(look, Math.min(MAX_TIMEOUT, Math.max(0, time - this.now())));
    };
    arm();
    return () => clearTimeout(handle);
  }
  hold(): () => void {
    return () => {};
  }
}

interface Entry {
  time: number;
  order: number;
  task: () => void;
}

export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  #holds = 0;
  #entries: Entry[] = [];
  /** Drivers that wait for the last hold to be let go; two may drive at once. */
  #waiting: (() => void)[] = [];

  /** @param start initial time in ms since the Unix epoch */
  constructor(start: number) {
    this.#now = start;
  }
  now(): number {
    return this.#now;
  }
  at(time: number, task: () => void): () => void {
    // Whole milliseconds, as the real clock has them, and never early.
    const entry = { time: Math.max(Math.ceil(time), this.#now), order: this.#order++, task };
    // Kept sorted by (time, order) with a binary search: ties run in the order they were asked for, so a seed gives one history.
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle] as Entry).time <= entry.time) low = middle + 1;
      else high = middle;
    }
    this.#entries.splice(low, 0, entry);
    return () => {
      const index = this.#entries.indexOf(entry);
      if (index >= 0) this.#entries.splice(index, 1);
    };
  }
  hold(): () => void {
    this.#holds++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds--;
      if (this.#holds === 0) for (const go of this.#waiting.splice(0)) go();
    };
  }
  /** Holds the clock until `promise` settles; returns the same promise. For callers outside the host, such as a test's own request. */
  async track<T>(promise: Promise<T>): Promise<T> {
    const release = this.hold();
    try {
      return await promise;
    } finally {
      release();
    }
  }
  /**
   * Advances time from one due task to the next, whenever nothing holds the clock, until `done()` is true (checked at every quiet moment).
   * @param until stop at this time (ms since epoch) at the latest
   * @returns true when `done()` was reached, false when `until` was or nothing is left to wait for
   */
  async drive(done: () => boolean | Promise<boolean>, until = Number.POSITIVE_INFINITY): Promise<boolean> {
    for (;;) {
      await this.#quiet();
      if (await done()) return true;
      await this.#quiet();
      const next = this.#entries[0];
      if (!next) return false;
      if (next.time > until) {
        this.#now = Math.max(this.#now, until);
        return false;
      }
      this.#entries.shift();
      this.#now = next.time;
      next.task();
    }
  }
  async #quiet(): Promise<void> {
    // Promise chains and I/O callbacks that are about to take a hold get a few turns of the event loop to do so.
    for (let calm = 0; calm < 3; calm++) {
      if (this.#holds > 0) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
        calm = -1;
      }
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }
}
