import type { WantedPresenter } from '../../contract/presenters.ts';
import type { Feed } from './feed.ts';

/** The two who may publish. */
export const PRESENTERS = ['main', 'backup'] as const;
export type Presenter = (typeof PRESENTERS)[number];

export interface ChoiceOptions {
  /** Whether the main presenter, back and steady, goes on air by itself. */
  returns: 'auto' | 'manual';
  /** How long it must have been steady for that, ms. */
  steadyMs: number;
  /** A picture in which nothing moves for so long has failed, ms; 0: it may stand still for ever. */
  stillMs: number;
}
export const CHOICE: ChoiceOptions = { returns: 'auto', steadyMs: 10_000, stillMs: 0 };

/** Decides which presenter is on air. Pure: it is asked whenever a key frame has come, which is when one can begin. */
export class Choice {
  wanted: WantedPresenter = 'auto';
  readonly #options: ChoiceOptions;
  /** It was asked for by hand and has not been on air since. */
  #asked = false;
  #lostAt: number | undefined;

  constructor(options: ChoiceOptions) {
    this.#options = options;
  }
  want(wanted: WantedPresenter): void {
    this.wanted = wanted;
    this.#asked = wanted !== 'auto';
  }
  /** Looks at who is on air. Call it a few times a second. */
  look(active: Feed, now: number): void {
    const still = this.#options.stillMs > 0 && active.stillFor(now) > this.#options.stillMs;
    if (!active.missed(now) && !still) this.#lostAt = undefined;
    else this.#lostAt ??= now;
  }
  /** Whether `name`, whose key frame has just come, goes on air. @param active who is; undefined while the slate is shown */
  takes(name: Presenter, active: Presenter | undefined, feeds: Record<Presenter, Feed>, now: number): boolean {
    if (active === name) return false;
    const preferred = this.#preferred(active);
    if (active === undefined) return name === preferred || !feeds[preferred].alive(now);
    // Not at the first look: this process may have stood still itself, and what has come meanwhile is not read yet.
    if (this.#lostAt !== undefined && this.#lostAt < now) return !this.#still(feeds[name], now);
    if (name !== preferred || this.#still(feeds[name], now)) return false;
    return this.#asked || now - (feeds[name].steadySince ?? now) >= this.#options.steadyMs;
  }
  /** `name` is on air from now on. @param before who was */
  onAir(name: Presenter, before: Feed, now: number): void {
    // One that was lost has to be steady anew, however short its gap was: it would come and go otherwise.
    if (this.#lostAt !== undefined) before.faltered(now);
    this.#lostAt = undefined;
    if (name === this.wanted) this.#asked = false;
  }
  #preferred(active: Presenter | undefined): Presenter {
    if (this.wanted !== 'auto') return this.wanted;
    return this.#options.returns === 'auto' ? 'main' : (active ?? 'main');
  }
  #still(feed: Feed, now: number): boolean {
    return this.#options.stillMs > 0 && feed.stillFor(now) > this.#options.stillMs;
  }
}
