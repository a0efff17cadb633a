import type { Mux } from './mux.ts';
import { partOf, type Slate } from './slate.ts';
import { TICKS_PER_MS } from './time.ts';

/** Plays the slate, or only its silence, into a multiplexer. */
export class SlatePlayer {
  readonly #slate: Slate;
  readonly #mux: Mux;
  #from = 0;
  #base = 0;
  #next = 0;
  #silent = 0;

  constructor(slate: Slate, mux: Mux) {
    this.#slate = slate;
    this.#mux = mux;
  }
  /** Begins the loop anew: its first picture gets DTS `base` (ticks) and is due at `now` (ms). */
  start(base: number, now: number): void {
    this.#base = base;
    this.#from = now;
    this.#next = 0;
  }
  /** Writes the whole access units that are due by `now` (ms); never a part of one, so that what follows may cut in anywhere. */
  play(now: number): void {
    const { units, length } = this.#slate;
    for (;;) {
      const unit = units[this.#next % units.length];
      if (!unit) return;
      const at = unit.at + Math.floor(this.#next / units.length) * length;
      if (at > (now - this.#from) * TICKS_PER_MS) return;
      this.#mux.part(partOf(unit), this.#base + at - unit.dts);
      this.#next++;
    }
  }
  /** Fills the sound with silence up to the picture. */
  silence(): void {
    const { silence, audioStep } = this.#slate;
    const { lastDts } = this.#mux;
    while (lastDts.audio + audioStep <= lastDts.video) {
      const unit = silence[this.#silent++ % silence.length];
      if (!unit) return;
      this.#mux.part(partOf(unit), lastDts.audio + audioStep - unit.dts);
    }
  }
}
