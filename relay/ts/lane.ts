import type { Wish } from '../../contract/stream-id.ts';
import { adtsHeader, frameTicks, type SoundFormat, STEREO, silentPart } from './adts.ts';
import { FAR_TICKS, type Line, type Mux, PIDS } from './mux.ts';
import type { Part } from './source.ts';
import { near, TICKS_PER_MS } from './time.ts';
import { floorOf, type Track, wished } from './tracks.ts';

/** No sound for this long in a programme on air, and silence is put in: players stop when announced audio does not come. */
const SILENCE_AFTER_MS = 1000;
/** Silence is put in at most this far behind the picture; what was missed before that stays missed. */
const LONGEST_FILL = 1000 * TICKS_PER_MS;
/** Sound further behind than this does not belong to the pictures. */
const CATCH_UP_TICKS = 1000 * TICKS_PER_MS;

/** One continuous sound of the output: the track that is wished for, the floor's where there is none, silence where nothing comes. */
export class Lane {
  readonly wish: Wish;
  readonly line: Line;
  /** What is on it while the programme is on air; undefined without a track that can be heard. */
  track: Track | undefined;
  /** The programme has no such track. */
  missing = false;
  /** As the sound that was heard last: players do not follow another format well. */
  #format: SoundFormat = STEREO;
  #heardAt = Number.NEGATIVE_INFINITY;
  /** Exact time of the last silent frame; its ticks are not whole at 44.1 kHz. */
  #silentAt = Number.NaN;

  /** @param number 0 is everybody's who wishes nothing. @param from DTS that the first sound must exceed */
  constructor(number: number, wish: Wish, from: number) {
    this.wish = wish;
    this.line = { pid: PIDS.audio + number, lastDts: from, open: false };
  }

  /** Takes another track where the programme has become another. */
  choose(tracks: readonly Track[]): void {
    const found = wished(tracks, this.wish);
    this.missing = found === undefined && this.wish !== undefined;
    const track = found ?? floorOf(tracks);
    const heard = track?.heard ? track : undefined;
    if (heard?.pid !== this.track?.pid) this.line.open = false;
    this.track = heard;
  }
  /** A programme begins, whose sound is still to come: some patience. */
  begin(now: number): void {
    this.line.open = false;
    this.#heardAt = now;
  }
  /** A part of its track has come: `time` is its own in the output when a packet begins. */
  heard(part: Part, time: number | undefined, wall: number, now: number): void {
    if (part.start) this.#format = adtsHeader(part.start.pes.payload(16)) ?? this.#format;
    // Sound that is a little behind the silence put in for it will catch up as soon as no more is put in.
    const behind = time === undefined ? undefined : this.line.lastDts - near(time, wall);
    if (this.line.open || (behind !== undefined && behind >= 0 && behind < CATCH_UP_TICKS)) this.#heardAt = now;
  }
  /** No sound comes that could be sent. */
  mute(now: number, wall: number): boolean {
    return !this.track || wall - this.line.lastDts > FAR_TICKS || now - this.#heardAt > SILENCE_AFTER_MS;
  }
  /** Fills up with silence to the picture. */
  silence(mux: Mux): void {
    const step = frameTicks(this.#format);
    const most = mux.video.lastDts;
    const least = Math.max(most - LONGEST_FILL, mux.wall - FAR_TICKS);
    for (;;) {
      const exact = Math.floor(this.#silentAt) === this.line.lastDts ? this.#silentAt : this.line.lastDts;
      const at = Math.max(exact + step, least);
      if (at > most) return;
      mux.part(silentPart(this.#format), Math.floor(at), [this.line]);
      // What the programme's sound had begun does not go on behind the silence.
      const written = this.line.open;
      this.line.open = false;
      if (!written) return;
      this.#silentAt = at;
    }
  }
}
