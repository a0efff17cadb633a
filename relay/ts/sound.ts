import { FAR_TICKS } from './mux.ts';
import { near, signed, TICKS_PER_MS } from './time.ts';

/** Sound that keeps its distance from the pictures for this long means it; anything shorter is a stray packet, and is left out. */
const PROOF_MS = 500;
const STEADY_TICKS = 1000 * TICKS_PER_MS;

/** Where sound goes whose times do not belong to the pictures': a lasting difference is taken off. */
export class Sound {
  /** Ticks to add to the sound's times, beside what all times get. */
  shift = 0;
  #last: number | undefined;
  #since: number | undefined;

  /**
   * Looks at the time of a packet of sound, as it would be in the output without the shift.
   * @param wall ticks of now. @param picture the last picture's time. @param now ms
   */
  take(time: number, wall: number, picture: number, now: number): void {
    const steady = this.#last !== undefined && Math.abs(signed(time - this.#last)) < STEADY_TICKS;
    this.#last = time;
    if (!far(time + this.shift, wall)) this.#since = undefined;
    else if (!steady || this.#since === undefined) this.#since = now;
    else if (now - this.#since >= PROOF_MS) {
      this.#since = undefined;
      this.shift = far(time, wall) ? signed(picture - time) : 0;
    }
  }
}

const far = (time: number, wall: number): boolean => Math.abs(near(time, wall) - wall) > FAR_TICKS;
