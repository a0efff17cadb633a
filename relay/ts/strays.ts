import type { Stray } from './mux.ts';

/** A fault is named for this long after it was seen last. */
const NAMED_MS = 10_000;

const WORDS: Record<Stray, string> = {
  picture: 'the pictures’ time stamps jump: each jump is a new beginning',
  sound: 'the sound’s time stamps are seconds away from the pictures’: it is left out or moved to them',
  clock: 'the stream’s clock is seconds away from its pictures: it is replaced',
  order: 'pictures are to be shown seconds away from when they are decoded: they are shown at once',
};

/** Times that did not fit, for people: what was wrong lately. */
export class Strays {
  readonly #seenAt = new Map<Stray, number>();

  add(what: Stray, now: number): void {
    this.#seenAt.set(what, now);
  }
  forget(): void {
    this.#seenAt.clear();
  }
  words(now: number): string {
    const lately = [...this.#seenAt].filter(([, at]) => now - at < NAMED_MS);
    return lately.map(([what]) => WORDS[what]).join('; ');
  }
}
