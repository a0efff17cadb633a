import { FAR_TICKS, type Mux } from './mux.ts';
import { partOf, type Slate } from './slate.ts';
import { TICKS_PER_MS } from './time.ts';

/** Silence is put in at most this far behind the picture; what was missed before that stays missed. */
const LONGEST_FILL = 1000 * TICKS_PER_MS;

/** Plays the slate, or only its silence, into a multiplexer. */
export class SlatePlayer {
  readonly #slate: Slate;
  readonly #mux: Mux;
  #base = 0;
  #from = 0;
  #ahead = 0;
  #next = 0;
  #silent = 0;

  constructor(slate: Slate, mux: Mux) {
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
        this.#mux.part(partOf(unit), at - unit.dts);
        this.#next++;
      }
    }
  }
  /** Fills the sound with silence up to the picture. */
  silence(): void {
    const { silence, audioStep } = this.#slate;
    const { lastDts, wall } = this.#mux;
    for (;;) {
      const least = Math.max(lastDts.video - LONGEST_FILL, wall - FAR_TICKS);
      const at = Math.ceil(Math.max(lastDts.audio + audioStep, least));
      const unit = silence[this.#silent % silence.length];
      if (!unit || at > lastDts.video || !this.#mux.part(partOf(unit), at - unit.dts)) return;
      this.#silent++;
      // What the programme's sound had begun does not go on behind the silence.
      this.#mux.cut('audio');
    }
  }
}
