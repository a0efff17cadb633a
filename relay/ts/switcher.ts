import { Aligner } from './align.ts';
import { Mux } from './mux.ts';
import { SlatePlayer } from './player.ts';
import type { Slate } from './slate.ts';
import { type Part, Source } from './source.ts';
import { TICKS_PER_MS } from './time.ts';

/** No video for this long, and the slate takes over. */
export const SLATE_AFTER_MS = 1500;
/** No sound for this long in a programme on air, and silence is put in: players stop when announced audio does not come. */
const SILENCE_AFTER_MS = 1000;
/** A step of the programme's own time beyond this is a new beginning, not a gap: a real gap of this length has brought the slate. */
const JUMP_TICKS = 2000 * TICKS_PER_MS;
/** Steps back up to this are left to the multiplexer, which drops what would go back. */
const STEP_BACK_TICKS = 500 * TICKS_PER_MS;
/** Sound further behind than this does not belong to the pictures. */
const CATCH_UP_TICKS = 1000 * TICKS_PER_MS;
/** Pictures of two sources stay at least this far apart: a frame at 60 per second. */
const FRAME_TICKS = 1500;

export interface SwitcherOptions {
  slate: Slate;
  /** The output has no audio (the slides). */
  videoOnly: boolean;
  /** First output time in ticks; 0 unless a test wants the wrap soon. */
  start?: number;
}

/**
 * Turns a programme that comes and goes into one transport stream that never stops: slate, programme from a key frame on, slate again.
 *
 * Pure: time comes in as `now` (milliseconds of a clock that never goes back), bytes come in by {@link input} and go out by {@link take}.
 * Output time follows `now`, so that after a gap of three seconds the picture is three seconds later, for ever monotonic.
 */
export class Switcher {
  source: 'programme' | 'slate' = 'slate';
  /** Bytes that were in no transport packet, and packets lost, over all connections. */
  readonly totals = { droppedBytes: 0, continuityErrors: 0 };
  /** When bytes came last (ms of `now`); undefined before the first. */
  lastInputAt: number | undefined;
  readonly #mux: Mux;
  readonly #player: SlatePlayer;
  readonly #lead: number;
  readonly #videoOnly: boolean;
  readonly #start: number;
  readonly #began: number;
  #aligner = new Aligner();
  #input = new Source();
  #generation = 0;
  #offset = 0;
  #lastDts = 0;
  #lastClock: number | undefined;
  #lastVideoAt = 0;
  #lastAudioAt = 0;
  #congested = false;

  /** @param now ms; the output's time begins here, with the slate on air */
  constructor({ slate, videoOnly, start = 0 }: SwitcherOptions, now: number) {
    this.#lead = slate.lead;
    this.#videoOnly = videoOnly;
    this.#start = start;
    this.#began = now;
    this.#mux = new Mux(videoOnly, start);
    this.#player = new SlatePlayer(slate, this.#mux);
    this.#toSlate(now);
  }

  /** Why the programme is not on air though bytes come in (`now` in ms); undefined when it is, or nothing comes. */
  problem(now: number): string | undefined {
    if (this.source === 'programme' || this.lastInputAt === undefined || now - this.lastInputAt > SLATE_AFTER_MS)
      return undefined;
    if (!this.#aligner.locked) return 'the input is not an MPEG transport stream';
    return this.#input.problem ?? 'waiting for a key frame';
  }
  /** What is wrong with a programme that is on air all the same; undefined when nothing is. */
  get warning(): string | undefined {
    const { unheard } = this.#input;
    return unheard && !this.#videoOnly ? `${unheard} is not supported, silence is sent instead; send AAC` : undefined;
  }

  /** Takes bytes of the programme as they came. */
  input(bytes: Buffer, now: number): void {
    this.lastInputAt = now;
    const before = this.#aligner.dropped;
    const packets = this.#aligner.push(bytes);
    this.totals.droppedBytes += this.#aligner.dropped - before;
    for (const packet of packets) {
      const lost = this.#input.continuityErrors;
      const part = this.#input.read(packet);
      this.totals.continuityErrors += this.#input.continuityErrors - lost;
      if (this.#input.generation !== this.#generation) this.#changed(now);
      if (part) this.#programme(part, now);
    }
  }

  /** The presenter is gone: the slate comes at once, and whoever connects next is a new stream. */
  gone(now: number): void {
    this.#aligner = new Aligner();
    this.#input = new Source();
    this.#generation = 0;
    this.#lastClock = undefined;
    this.lastInputAt = undefined;
    if (this.source === 'programme') this.#toSlate(now);
  }

  /** Whether the output is stuck: then nothing is written, so that no packet is torn out of the stream later. */
  congested(stuck: boolean, now: number): void {
    if (stuck !== this.#congested && !stuck) this.#toSlate(now);
    this.#congested = stuck;
  }

  /** Does what is due by `now`: the slate's pictures, silence, the tables. Call it after each input, and at least every 100 ms. */
  tick(now: number): void {
    if (this.#congested) return;
    if (this.source === 'programme' && now - this.#lastVideoAt > SLATE_AFTER_MS) this.#toSlate(now);
    if (this.source === 'slate') this.#player.play(now);
    else if (!this.#videoOnly && (!this.#input.audio || now - this.#lastAudioAt > SILENCE_AFTER_MS)) {
      this.#player.silence();
    }
    this.#mux.tables(now);
  }

  /** The output since the last call. */
  take(): Buffer[] {
    return this.#mux.take();
  }

  #programme(part: Part, now: number): void {
    if (part.pcr) this.#lastClock = part.pcr.base;
    if (this.#congested) return;
    if (part.role === 'video' && part.start?.dts !== undefined) {
      const step = part.start.dts - this.#lastDts;
      if (this.source === 'programme' && (step > JUMP_TICKS || step < -STEP_BACK_TICKS)) this.#toSlate(now);
      this.#lastDts = part.start.dts;
      if (this.source === 'slate' && part.start.key && !this.#input.problem) this.#onAir(part.start.dts, now);
    }
    if (this.source === 'slate') return;
    if (part.role === 'video') this.#lastVideoAt = now;
    const written = this.#mux.part(part, this.#offset);
    if (part.role !== 'audio') return;
    // Sound that is a little behind the silence put in for it will catch up as soon as no more is put in.
    const behind = part.start?.dts === undefined ? undefined : this.#mux.lastDts.audio - part.start.dts - this.#offset;
    if (written || (behind !== undefined && behind < CATCH_UP_TICKS)) this.#lastAudioAt = now;
  }

  #onAir(dts: number, now: number): void {
    const clock = this.#lastClock !== undefined && Math.abs(dts - this.#lastClock) < JUMP_TICKS ? this.#lastClock : dts;
    this.#offset = this.#after(clock, dts, now);
    this.source = 'programme';
    this.#mux.cut();
    this.#mux.tables(now, true);
    this.#lastAudioAt = now;
  }

  #toSlate(now: number): void {
    this.source = 'slate';
    this.#mux.cut();
    this.#player.start(this.#after(-this.#lead, 0, now), now);
    this.#mux.tables(now, true);
    this.#player.play(now);
  }

  /** Other streams than before: what was on air has ended, the new ones begin with their key frame. */
  #changed(now: number): void {
    this.#generation = this.#input.generation;
    if (this.source === 'programme') this.#toSlate(now);
  }

  /** The offset that brings a source's clock to the output's time of `now`, or as much later as monotonic times need. */
  #after(clock: number, dts: number, now: number): number {
    const wanted = this.#start + (now - this.#began) * TICKS_PER_MS;
    return Math.ceil(
      Math.max(wanted - clock, this.#mux.lastDts.video + FRAME_TICKS - dts, this.#mux.lastPcr + 1 - clock),
    );
  }
}
