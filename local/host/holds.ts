/**
 * Holds of a virtual clock that follow the work: whoever sleeps by the clock lets go of it meanwhile, together with everybody
 * who waits for him (a handler that pauses between two looks, the activity that called it), or time would stand still for ever.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { type Clock, RealClock } from '../clock.ts';

const current = new AsyncLocalStorage<Hold>();

class Hold {
  #clock: Clock;
  #parent: Hold | undefined;
  #release: () => void;
  #sleepers = 0;
  #ended = false;

  constructor(clock: Clock, parent: Hold | undefined) {
    this.#clock = clock;
    this.#parent = parent;
    this.#release = clock.hold();
  }
  pause(): void {
    if (this.#ended) return;
    this.#parent?.pause();
    if (this.#sleepers++ === 0) this.#release();
  }
  resume(): void {
    if (this.#ended) return;
    this.#parent?.resume();
    if (--this.#sleepers === 0) this.#release = this.#clock.hold();
  }
  /** Timers left behind by work that has ended keep nobody asleep. */
  end(): void {
    while (this.#sleepers > 0) this.resume();
    this.#ended = true;
    this.#release();
  }
}

/** Runs `work` and holds the clock from its start to its end, but for the time it sleeps by {@link sleeper}. */
export function held<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  if (clock instanceof RealClock) return work();
  const hold = new Hold(clock, current.getStore());
  return current.run(hold, async () => {
    try {
      return await work();
    } finally {
      hold.end();
    }
  });
}

/** The clock's `at`, relative to now, for code that runs inside {@link held}. */
export function sleeper(clock: Clock): (ms: number, task: () => void) => () => void {
  return (ms, task) => {
    const hold = current.getStore();
    hold?.pause();
    let over = false;
    const wake = () => {
      if (over) return;
      over = true;
      hold?.resume();
    };
    const cancel = clock.at(clock.now() + ms, () => {
      wake();
      task();
    });
    return () => {
      cancel();
      wake();
    };
  };
}
