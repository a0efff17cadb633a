/** Wrong attempts by where they come from: who guesses is not listened to for a while, and cannot keep the machine busy with hashing. */
const MOST = 20;
const WINDOW_MS = 60_000;
/** Addresses that are remembered; beyond it the oldest are forgotten. */
const REMEMBERED = 10_000;

export class Failures {
  readonly #seen = new Map<string, { count: number; until: number }>();

  tooMany(from: string, now: number): boolean {
    const seen = this.#seen.get(from);
    return seen !== undefined && seen.until > now && seen.count >= MOST;
  }
  note(from: string, now: number): void {
    const seen = this.#seen.get(from);
    if (seen && seen.until > now) seen.count++;
    else {
      this.#seen.delete(from);
      this.#seen.set(from, { count: 1, until: now + WINDOW_MS });
    }
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > REMEMBERED && oldest !== undefined) this.#seen.delete(oldest);
  }
}
