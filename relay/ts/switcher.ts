import { Aligner } from './align.ts';
import { Drift } from './drift.ts';
import { Entries } from './entries.ts';
import { FAR_TICKS, Mux, type Stray } from './mux.ts';
import { SlatePlayer } from './player.ts';
import type { Slate } from './slate.ts';
import { Sound } from './sound.ts';
import { type Part, type Role, Source } from './source.ts';
import { Strays } from './strays.ts';
import { near, signed, TICKS_PER_MS } from './time.ts';

/** No picture for this long, and the slate takes over. */
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
/** Of a programme's lead before its clock this much is kept; more would leave no room for what a network does. */
const LEAD_TICKS = 1000 * TICKS_PER_MS;
/** A programme whose pictures would begin further ahead of now than this waits on the slate for a later key frame. */
const ENTRY_TICKS = 1200 * TICKS_PER_MS;

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
  /** Bytes that were in no transport packet, packets lost, and times that did not fit, over all connections. */
  readonly totals = { droppedBytes: 0, continuityErrors: 0, strayTimes: 0 };
  /** When bytes came last (ms of `now`); undefined before the first. */
  lastInputAt: number | undefined;
  readonly #mux: Mux;
  readonly #player: SlatePlayer;
  readonly #lead: number;
  readonly #videoOnly: boolean;
  readonly #start: number;
  readonly #began: number;
  #entries = new Entries();
  readonly #drift = new Drift();
  readonly #strays = new Strays();
  #sound = new Sound();
  #aligner = new Aligner();
  #input = new Source();
  #generation = 0;
  #offset = 0;
  /** Of the pictures before the clock, ticks. */
  #ahead = 0;
  #lastDts = 0;
  #lastClock: number | undefined;
  #lastVideoAt = 0;
  #lastAudioAt = 0;
  #congested = false;
  /** The last `now` that was given. */
  #now: number;

  /** @param now ms; the output's time begins here, with the slate on air */
  constructor({ slate, videoOnly, start = 0 }: SwitcherOptions, now: number) {
    this.#lead = slate.lead;
    this.#videoOnly = videoOnly;
    this.#start = start;
    this.#began = now;
    this.#now = now;
    this.#mux = new Mux(videoOnly, start, (what) => this.#stray(what, this.#now));
    this.#player = new SlatePlayer(slate, this.#mux);
    this.#toSlate(now);
  }

  /** Why the programme is not on air though bytes come in (`now` in ms); undefined when it is, or nothing comes. */
  problem(now: number): string | undefined {
    if (this.source === 'programme' || this.lastInputAt === undefined || now - this.lastInputAt > SLATE_AFTER_MS)
      return undefined;
    if (!this.#aligner.locked) return 'the input is not an MPEG transport stream';
    if (this.#input.problem) return this.#input.problem;
    if (!this.#entries.allowed(now))
      return 'the stream breaks off again and again: its times or its tables keep changing';
    return 'waiting for a key frame';
  }
  /** What is wrong with a programme that is sent all the same; undefined when nothing is. */
  warning(now: number): string | undefined {
    const { unheard } = this.#input;
    const deaf = unheard && !this.#videoOnly && `${unheard} is not supported, silence is sent instead; send AAC`;
    const words = [deaf, this.#strays.words(now)].filter(Boolean).join('; ');
    return words || undefined;
  }

  /** Takes bytes of the programme as they came. */
  input(bytes: Buffer, now: number): void {
    this.#at(now);
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
    this.#at(now);
    this.#aligner = new Aligner();
    this.#input = new Source();
    this.#generation = 0;
    this.#lastClock = undefined;
    this.#sound = new Sound();
    this.#entries = new Entries();
    this.#strays.forget();
    this.lastInputAt = undefined;
    if (this.source === 'programme') this.#toSlate(now);
  }

  /** Whether the output is stuck: then nothing is written, so that no packet is torn out of the stream later. */
  congested(stuck: boolean, now: number): void {
    this.#at(now);
    const drained = this.#congested && !stuck;
    this.#congested = stuck;
    if (drained) this.#toSlate(now);
  }

  /** Does what is due by `now`: the slate's pictures, silence, the tables. Call it after each input, and at least every 100 ms. */
  tick(now: number): void {
    this.#at(now);
    if (this.#congested) return;
    const { wall, lastDts } = this.#mux;
    const behind = (role: Role) => wall - lastDts[role] > FAR_TICKS;
    if (this.source === 'programme' && (now - this.#lastVideoAt > SLATE_AFTER_MS || behind('video')))
      this.#toSlate(now);
    if (this.source === 'slate') this.#player.play();
    else if (!this.#videoOnly && this.#mute(now, behind('audio'))) this.#player.silence();
    this.#mux.clock();
    this.#mux.tables(now);
  }

  /** The output since the last call. */
  take(): Buffer[] {
    return this.#mux.take();
  }

  #programme(part: Part, now: number): void {
    if (part.pcr) this.#lastClock = part.pcr.base;
    if (this.#congested) return;
    const dts = part.start?.dts;
    if (part.role === 'video' && dts !== undefined) this.#picture(dts, part.start?.key ?? false, now);
    if (this.source === 'slate') return;
    if (part.role === 'audio') this.#heard(part, now);
    else if (this.#mux.part(part, this.#offset) && dts !== undefined) this.#lastVideoAt = now;
  }

  /** Judges a picture's time: what does not go on from the picture before, or is far from now, has ended the programme on air. */
  #picture(dts: number, key: boolean, now: number): void {
    if (this.source === 'programme') {
      const step = signed(dts - this.#lastDts);
      const time = this.#mux.at(dts + this.#offset);
      if (step > JUMP_TICKS || step < -STEP_BACK_TICKS || time === undefined) {
        this.#stray('picture', now);
        this.#toSlate(now);
      } else this.#offset += this.#drift.take(time - this.#mux.wall - this.#ahead, now);
    }
    this.#lastDts = dts;
    if (this.source === 'slate' && key && !this.#input.problem) this.#onAir(dts, now);
  }

  /** No sound comes that could be sent. */
  #mute(now: number, behind: boolean): boolean {
    return !this.#input.audio || behind || now - this.#lastAudioAt > SILENCE_AFTER_MS;
  }

  #heard(part: Part, now: number): void {
    const { lastDts, wall } = this.#mux;
    const time = part.start?.dts === undefined ? undefined : part.start.dts + this.#offset;
    if (time !== undefined) this.#sound.take(time, wall, lastDts.video, now);
    const { shift } = this.#sound;
    if (shift) this.#stray('sound', now);
    const written = this.#mux.part(part, this.#offset + shift);
    // Sound that is a little behind the silence put in for it will catch up as soon as no more is put in.
    const behind = time === undefined ? undefined : lastDts.audio - near(time + shift, wall);
    if (written || (behind !== undefined && behind >= 0 && behind < CATCH_UP_TICKS)) this.#lastAudioAt = now;
  }

  #onAir(dts: number, now: number): void {
    if (!this.#entries.allowed(now)) return;
    const lead = this.#lastClock === undefined ? 0 : signed(dts - this.#lastClock);
    this.#ahead = Math.abs(lead) < JUMP_TICKS ? Math.min(Math.max(lead, 0), LEAD_TICKS) : 0;
    const offset = this.#after(dts - this.#ahead, dts);
    if (dts + offset - this.#mux.wall > ENTRY_TICKS) return;
    this.#offset = offset;
    this.source = 'programme';
    this.#entries.add(now);
    this.#drift.begin(now);
    this.#mux.cut();
    this.#mux.tables(now, true);
    this.#lastVideoAt = now;
    this.#lastAudioAt = now;
  }

  #toSlate(now: number): void {
    this.source = 'slate';
    this.#mux.cut();
    if (this.#congested) return;
    this.#player.start(this.#after(-this.#lead, 0));
    this.#mux.tables(now, true);
    this.#player.play();
  }

  /** Other pictures than before: what was on air has ended, the new ones begin with their key frame. */
  #changed(now: number): void {
    this.#generation = this.#input.generation;
    if (this.source === 'programme') this.#toSlate(now);
  }

  #stray(what: Stray, now: number): void {
    this.totals.strayTimes++;
    this.#strays.add(what, now);
  }
  #at(now: number): void {
    this.#now = now;
    this.#mux.wall = this.#start + Math.floor((now - this.#began) * TICKS_PER_MS);
  }

  /** The offset that brings a source's clock to the wall clock, or as much later as times that only rise need. */
  #after(clock: number, dts: number): number {
    const { wall, lastDts, lastPcr } = this.#mux;
    return Math.max(wall - clock, lastDts.video + FRAME_TICKS - dts, lastPcr + 1 - clock);
  }
}
