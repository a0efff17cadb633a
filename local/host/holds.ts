/**
 * Holds of a virtual clock that follow the work: whoever sleeps by the clock lets go of it meanwhile, together with everybody
 * who waits for him (a handler that pauses between two looks, the activity that called it), or time would stand still for ever.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { type Clock, RealClock } from '../clock.ts';

/** A hold under way; `drop` lets go of it, `take` takes it again. */
interface Grip {
  drop(): void;
  take(): void;
}

class Hold {
  #grip: Grip;
  #parent: Hold | undefined;
  #sleepers = 0;
  #ended = false;

  constructor(grip: Grip, parent: Hold | undefined) {
    this.#grip = grip;
    this.#parent = parent;
  }
  pause(): void {
    if (this.#ended) return;
    this.#parent?.pause();
    if (this.#sleepers++ === 0) this.#grip.drop();
  }
  resume(): void {
    if (this.#ended) return;
    this.#parent?.resume();
    if (--this.#sleepers === 0) this.#grip.take();
  }
  /** Timers left behind by work that has ended keep nobody asleep. */
  end(): void {
    while (this.#sleepers > 0) this.resume();
    this.#ended = true;
  }
}

const current = new AsyncLocalStorage<Hold>();

async function within<T>(grip: Grip, work: () => Promise<T>): Promise<T> {
  const hold = new Hold(grip, current.getStore());
  return current.run(hold, async () => {
    try {
      return await work();
    } finally {
      hold.end();
    }
  });
}

/** Runs `work` and holds the clock from its start to its end, but for the time it sleeps by {@link sleeper}. */
export async function held<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  if (clock instanceof RealClock) return work();
  let release = clock.hold();
  const grip = {
    drop: () => release(),
    take: () => {
      release = clock.hold();
    },
  };
  try {
    return await within(grip, work);
  } finally {
    release();
  }
}

/** A clock whose holder (the durable engine) holds it while it waits for work of ours, which may sleep. */
export class SharedClock implements Clock {
  #clock: Clock;
  #holds = 0;
  #ended = false;
  #release: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }
  now(): number {
    return this.#clock.now();
  }
  at(time: number, task: () => void): () => void {
    return this.#clock.at(time, task);
  }
  hold(): () => void {
    this.#change(1);
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.#change(-1);
    };
  }
  /** Runs `work` for somebody who holds this clock once for it: his hold pauses while the work sleeps. */
  lent<T>(work: () => Promise<T>): Promise<T> {
    if (this.#clock instanceof RealClock) return work();
    return within({ drop: () => this.#change(-1), take: () => this.#change(1) }, work);
  }
  /** What is left under way belongs to a host that is gone: it holds nobody any more. */
  end(): void {
    this.#ended = true;
    if (this.#holds > 0) this.#release();
  }
  #change(by: 1 | -1): void {
    if (this.#ended) return;
    const before = this.#holds;
    this.#holds += by;
    if (before === 0 && this.#holds === 1) this.#release = this.#clock.hold();
    if (this.#holds === 0) this.#release();
  }
}

/** Runs `work`, which holds the clock by itself where it must: whoever waits for it lets go meanwhile. */
export async function away<T>(work: () => Promise<T>): Promise<T> {
  const hold = current.getStore();
  hold?.pause();
  try {
    return await work();
  } finally {
    hold?.resume();
  }
}

/** The clock's `at`, relative to now, for code that runs inside {@link held} or {@link SharedClock.lent}. */
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
