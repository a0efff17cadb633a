/** Between two lines about the same thing, ms. */
const APART_MS = 10_000;

/** Says at once that something happened, and then once in a while how often: strangers must not be able to fill the log. */
export class Sparing {
  readonly #clock: () => number;
  readonly #tell: (count: number) => void;
  #count = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(clock: () => number, tell: (count: number) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }
  add(): void {
    this.#count++;
    this.beat();
  }
  /** Tells what has gathered. Call it from time to time. */
  beat(): void {
    if (this.#count === 0 || this.#clock() - this.#toldAt < APART_MS) return;
    this.#toldAt = this.#clock();
    this.#tell(this.#count);
    this.#count = 0;
  }
}
