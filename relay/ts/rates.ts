/** How often a rate is worked out anew, ms. */
const WINDOW_MS = 2000;

/** Bits per second of several streams, from their running sums of bytes. */
export class Rates {
  #at: number | undefined;
  #sums = new Map<number, number>();
  #rates = new Map<number, number>();

  /** Call it a few times a second. @param sums bytes by PID, that only grow */
  beat(sums: ReadonlyMap<number, number>, now: number): void {
    if (this.#at !== undefined && now - this.#at < WINDOW_MS) return;
    const seconds = (now - (this.#at ?? now)) / 1000;
    this.#rates = new Map(
      [...sums].map(([pid, sum]) => {
        const more = sum - (this.#sums.get(pid) ?? 0);
        return [pid, seconds > 0 ? Math.round((Math.max(0, more) * 8) / seconds) : 0];
      }),
    );
    this.#sums = new Map(sums);
    this.#at = now;
  }
  of(pid: number): number {
    return this.#rates.get(pid) ?? 0;
  }
  forget(): void {
    this.#at = undefined;
    this.#sums = new Map();
    this.#rates = new Map();
  }
}
