/** A silent source is begun anew after this long, and after twice as long each time that did not help, up to eight times. */
const FIRST_MS = 15_000;
const DOUBLINGS = 3;

/**
 * When a source that stays silent is begun anew: OBS does so itself when the relay hangs up, but not when it merely says nothing.
 * What is begun anew has to fill SRT's buffer first, and a relay may have been given a larger one than this mixer knows of: that
 * patience grows is what lets such a source come back at all.
 */
export class Revival {
  readonly #patienceMs: number;
  #at = Number.NEGATIVE_INFINITY;
  #tries = 0;

  /** @param latencyMs SRT's buffer as far as this side decides it */
  constructor(latencyMs: number) {
    this.#patienceMs = FIRST_MS + latencyMs;
  }
  /** @param silentSince ms, undefined while the source is alive. @returns true when it is to be begun anew at `now` */
  due(silentSince: number | undefined, now: number): boolean {
    if (silentSince === undefined) this.#tries = 0;
    else if (now - Math.max(silentSince, this.#at) >= this.#patienceMs * 2 ** Math.min(this.#tries, DOUBLINGS)) {
      this.#at = now;
      this.#tries++;
      return true;
    }
    return false;
  }
}
