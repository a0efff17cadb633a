import type { Clock } from '../../clock.ts';
import { refuse } from './constraint.ts';
import { ARM } from './constraints.ts';
import type { Collection, Store } from './store.ts';

/** ms by which the clock has jumped, among the counters. */
const AHEAD = 'clock ahead';
/** ms by which it shows less than that. */
const BACK = 'clock back';
const LATEST = Date.UTC(9999, 11, 31);

/** Azure's clock: that of the process, and by how much it was made to jump. */
export class Time {
  /** Divides durations; timestamps are never scaled. */
  readonly scale: number;
  readonly #clock: Clock;
  readonly #counters: Collection<number>;

  constructor(clock: Clock, store: Store, scale: number) {
    this.#clock = clock;
    this.#counters = store.collection('counters');
    this.scale = scale;
  }
  /** ms since the epoch; never goes back. */
  now(): number {
    return this.#clock.now() + this.ahead;
  }
  /** ms by which it is ahead of the clock that drives it. */
  get ahead(): number {
    return this.#counters.get(AHEAD) ?? 0;
  }
  /** What Azure's clock shows at a time of {@link now}, default at present: less, once it was set back, as nothing takes longer for that. */
  shown(ms = this.now()): number {
    return ms - (this.#counters.get(BACK) ?? 0);
  }
  /** `2026-11-21T02:03:04.0000000Z` of `ms`, default now. */
  iso(ms = this.now()): string {
    return new Date(this.shown(ms)).toISOString().replace('Z', '0000Z');
  }
  /** ms since the epoch, `seconds` of Azure time from now. */
  in(seconds: number): number {
    return this.now() + (seconds * 1000) / this.scale;
  }
  /**
   * Jumps against everyone else's clock. Forward, what becomes due happens at once; back, only what it shows changes.
   * @throws ArmError when it would show no year of four digits after 1970
   */
  jump(seconds: number): void {
    const to = this.shown() + seconds * 1000;
    if (!(to >= 0 && to < LATEST))
      throw refuse(ARM.invalidContent, { why: 'jumpSeconds leads beyond the years 1970 to 9999' });
    const counter = seconds < 0 ? BACK : AHEAD;
    this.#counters.set(counter, (this.#counters.get(counter) ?? 0) + Math.round(Math.abs(seconds) * 1000));
  }
}
