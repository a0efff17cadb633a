/** An answer or a timer that comes later than this was held up by an outage of ours. */
const SLACK_MS = 60_000;

/**
 * How long something is waited for. The time counts at which a look was *requested*: an answer that an outage delivers late says nothing
 * about now. Time in which nobody could look does not count either.
 */
export class Patience {
  readonly #limitMs: number;
  #spentMs: number;
  #askedAt: number | undefined;
  #waitMs = 0;

  /** @param spentMs what an earlier generation had spent */
  constructor(limitMs: number, spentMs = 0) {
    this.#limitMs = limitMs;
    this.#spentMs = spentMs;
  }

  get spentMs(): number {
    return this.#spentMs;
  }

  /** A look is asked now. Returns whether it is the last: when it does not end the wait, it is given up. */
  ask(now: number): boolean {
    if (this.#askedAt !== undefined) this.#spentMs += Math.min(now - this.#askedAt, this.#waitMs + SLACK_MS);
    this.#askedAt = now;
    this.#waitMs = 0;
    return this.#spentMs >= this.#limitMs;
  }

  /** The next look is meant to come after so much. */
  wait(ms: number): void {
    this.#waitMs += ms;
  }

  /** The work has only now begun: what was spent on getting it started does not count. */
  begin(now: number): void {
    this.#spentMs = 0;
    this.#askedAt = now;
    this.#waitMs = 0;
  }
}
