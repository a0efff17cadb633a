/** Numbers that survive what resets them. */

/** A counter that OBS begins anew with every connection and every start: what had been counted before is kept. */
export class RunningTotal {
  #before = 0;
  #last = 0;
  /** @param value what OBS says now. @returns the sum over all its beginnings */
  take(value: number): number {
    if (value < this.#last) this.#before += this.#last;
    this.#last = value;
    return this.total;
  }
  get total(): number {
    return this.#before + this.#last;
  }
}

/**
 * Whether a media source really plays: its cursor must move. OBS says "playing" also of a source whose sender is absent,
 * and then the cursor stands still or flips back to zero.
 */
export class SourceWatch {
  /** Time of the last change between alive and silent, ms. */
  since: number;
  alive = false;
  #cursor: number | undefined;
  #movedAt: number | undefined;
  readonly #patienceMs: number;

  /** @param now ms. @param patienceMs without movement for this long it is silent; a switch of pictures may hold the cursor for a few seconds */
  constructor(now: number, patienceMs = 5_000) {
    this.since = now;
    this.#patienceMs = patienceMs;
  }
  /** @param cursor ms into the medium; null or undefined when OBS has none */
  take(cursor: number | null | undefined, now: number): boolean {
    const value = cursor ?? 0;
    if (value > 0 && this.#cursor !== undefined && value !== this.#cursor) this.#movedAt = now;
    this.#cursor = value;
    const alive = this.#movedAt !== undefined && now - this.#movedAt < this.#patienceMs;
    if (alive !== this.alive) this.since = now;
    this.alive = alive;
    return alive;
  }
}
