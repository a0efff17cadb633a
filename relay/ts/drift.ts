import { TICKS_PER_MS } from './time.ts';

/** The best of so many ms counts: a network makes pictures late, never early. */
const WINDOW_MS = 5_000;
/** A difference below this is left alone: two pictures. */
const IDLE_TICKS = 80 * TICKS_PER_MS;
/** Taken off at once at most: below the distance of any two pictures, and a thousandth of the time that passes. */
const STEP_TICKS = 5 * TICKS_PER_MS;

/**
 * An encoder's clock is never quite the wall clock: 100 millionths are three seconds in a working day. What grows is taken off in
 * steps that nobody sees, for pictures and sound alike.
 */
export class Drift {
  #from = 0;
  #best = Number.NEGATIVE_INFINITY;

  begin(now: number): void {
    this.#from = now;
    this.#best = Number.NEGATIVE_INFINITY;
  }
  /** @param early ticks by which a picture came later in its own time than in ours (`now` in ms). @returns ticks to add to its times from now on */
  take(early: number, now: number): number {
    this.#best = Math.max(this.#best, early);
    if (now - this.#from < WINDOW_MS) return 0;
    const best = this.#best;
    this.begin(now);
    return Math.abs(best) < IDLE_TICKS ? 0 : -Math.sign(best) * STEP_TICKS;
  }
}
