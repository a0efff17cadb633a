/** More than this many times the programme does not go on air within {@link WITHIN_MS}. */
const MOST = 4;
const WITHIN_MS = 10_000;

/** A programme that breaks off all the time stays on the slate: each change costs callers tables and a whole picture. */
export class Entries {
  #times: number[] = [];

  /** @param now ms */
  allowed(now: number): boolean {
    const oldest = this.#times[this.#times.length - MOST];
    return oldest === undefined || now - oldest > WITHIN_MS;
  }
  add(now: number): void {
    this.#times = [...this.#times.slice(1 - MOST), now];
  }
}
