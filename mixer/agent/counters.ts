/** Numbers that survive what resets them. */

/** A number as it can be reported: NaN and the infinite are 0, the rest is brought between 0 and what JSON readers hold exactly. */
export const reportable = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) ? Math.min(Math.max(value, 0), Number.MAX_SAFE_INTEGER) : 0;

/** More than any count of frames or bytes of one run can be, but less than what underflows come to. */
const PLAUSIBLE: Readonly<Record<'frames' | 'bytes', number>> = { frames: 1e9, bytes: 1e14 };

/** A counter that OBS begins anew with every connection and every start: what had been counted before is kept. */
export class RunningTotal {
  #before = 0;
  #last = 0;
  readonly #most: number;

  constructor(unit: keyof typeof PLAUSIBLE = 'frames') {
    this.#most = PLAUSIBLE[unit];
  }
  /** @param value what OBS says now; what cannot be a count is passed over. @returns the sum over all its beginnings */
  take(value: unknown): number {
    if (typeof value !== 'number' || !(value >= 0 && value <= this.#most)) return this.total;
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
    const value = reportable(cursor);
    if (value > 0 && this.#cursor !== undefined && value !== this.#cursor) this.#movedAt = now;
    this.#cursor = value;
    const alive = this.#movedAt !== undefined && now - this.#movedAt < this.#patienceMs;
    if (alive !== this.alive) this.since = now;
    this.alive = alive;
    return alive;
  }
  /** OBS cannot say anything about it now: it is neither alive nor silent, and its silence begins afterwards. */
  unknown(now: number): void {
    this.since = now;
    this.alive = false;
    this.#movedAt = undefined;
    this.#cursor = undefined;
  }
}
