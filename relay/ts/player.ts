import { FAR_TICKS, type Mux } from './mux.ts';
import { partOf, type Slate } from './slate.ts';
import type { Part } from './source.ts';

/** Plays the slate's pictures into a multiplexer. */
export class SlatePlayer {
  readonly #slate: Slate;
  readonly #mux: Mux;
  #base = 0;
  #from = 0;
  #ahead = 0;
  #next = 0;
  readonly #onPart: (part: Part) => void;

  /** @param onPart each picture that is played */
  constructor(slate: Slate, mux: Mux, onPart: (part: Part) => void) {
    this.#onPart = onPart;
    this.#slate = slate;
    this.#mux = mux;
  }
  /**
   * Begins the loop anew: its first picture gets DTS `base` (ticks). Behind a programme with a lead it begins ahead of now, at once
   * all the same, and goes at half the pace until it is at now: callers still have the programme's last pictures to show.
   */
  start(base: number): void {
    this.#base = base;
    this.#next = 0;
    this.#from = this.#mux.wall;
    this.#ahead = Math.max(0, base - this.#slate.lead - this.#from);
  }
  /** Writes the whole access units whose time has come; never a part of one, so that what follows may cut in anywhere. */
  play(): void {
    const { units, length, lead } = this.#slate;
    const { wall } = this.#mux;
    for (;;) {
      const unit = units[this.#next % units.length];
      if (!unit) return;
      const at = this.#base + unit.at + Math.floor(this.#next / units.length) * length;
      const late = wall + Math.max(0, this.#ahead - (wall - this.#from) / 2) - (at - lead);
      if (late < 0) return;
      // The process stood still, or the machine slept: nobody waits for what should have been shown meanwhile.
      if (late > FAR_TICKS) this.start(wall + lead);
      else {
        const part = partOf(unit);
        this.#onPart(part);
        this.#mux.part(part, at - unit.dts, [this.#mux.video]);
        this.#next++;
      }
    }
  }
}
