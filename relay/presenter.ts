import type { Presenter } from './ts/choice.ts';

const RATE_WINDOW_MS = 2000;
/** A buffer that people notice. */
const LONG_MS = 1500;
/** How much later than its first bytes a connection may be told: two pipes, read independently. */
const EARLY_MS = 100;

export interface PresenterOptions {
  /** Milliseconds of a clock that never goes back. */
  clock: () => number;
  onBytes: (presenter: Presenter, bytes: Buffer, now: number) => void;
  /** The presenter has left, was cut off, or the process died. */
  onGone: (presenter: Presenter, now: number) => void;
}

/** One of the two who may publish: whether he is there, and what comes from him. */
export class PresenterLine {
  readonly name: Presenter;
  readonly #options: PresenterOptions;
  #connection: { latencyMs: number; heard: boolean } | undefined;
  /** When bytes came last, or are to come first: the agreed buffer is filled before anything leaves it. */
  #heardAt = 0;
  #arrivals: { at: number; bytes: number }[] = [];
  #early: { at: number; bytes: Buffer }[] = [];

  constructor(name: Presenter, options: PresenterOptions) {
    this.name = name;
    this.#options = options;
  }
  /** He is connected, and sent something within the last `ms` or fills the agreed buffer. */
  heardWithin(ms: number): boolean {
    return this.#connection !== undefined && this.#options.clock() - this.#heardAt < ms;
  }
  /** The buffer in ms that he and this side agreed on; undefined while he is not there. */
  get latencyMs(): number | undefined {
    return this.#connection?.latencyMs;
  }
  /** He is connected, and his first bytes are still in the buffer, which is larger than anybody would expect. */
  get filling(): boolean {
    return this.#connection?.heard === false && this.#connection.latencyMs > LONG_MS && this.heardWithin(0);
  }
  /** Bits per second over the last two seconds. */
  get bitrate(): number {
    this.forget();
    return Math.round((this.#arrivals.reduce((sum, { bytes }) => sum + bytes, 0) * 8 * 1000) / RATE_WINDOW_MS);
  }

  received(bytes: Buffer): void {
    const now = this.#options.clock();
    if (!this.#connection) {
      // The rest of one who has left must not go on air; the first of one whose connection is about to be told must.
      this.#early.push({ at: now, bytes });
      return;
    }
    this.#connection.heard = true;
    this.#heardAt = now;
    this.#arrivals.push({ at: now, bytes: bytes.length });
    this.#options.onBytes(this.name, bytes, now);
  }
  connected(latencyMs: number): void {
    this.#connection = { latencyMs, heard: false };
    this.#heardAt = this.#options.clock() + latencyMs;
    this.forget();
    for (const { bytes } of this.#early.splice(0)) this.received(bytes);
  }
  gone(): void {
    if (!this.#connection) return;
    this.#connection = undefined;
    this.#options.onGone(this.name, this.#options.clock());
  }
  /** Forgets what is long past. Call it a few times a second. */
  forget(): void {
    const now = this.#options.clock();
    while (this.#arrivals[0] && now - this.#arrivals[0].at > RATE_WINDOW_MS) this.#arrivals.shift();
    while (this.#early[0] && now - this.#early[0].at > EARLY_MS) this.#early.shift();
  }
}
