import type { Wish } from '../../contract/stream-id.ts';
import { CHOICE, Choice, type ChoiceOptions, PRESENTERS, type Presenter } from './choice.ts';
import { Drift } from './drift.ts';
import { Feed, SLATE_AFTER_MS } from './feed.ts';
import { Lanes } from './lanes.ts';
import { FAR_TICKS, Mux, type Stray } from './mux.ts';
import { SlatePlayer } from './player.ts';
import type { Slate } from './slate.ts';
import type { Part } from './source.ts';
import { Strays } from './strays.ts';
import { signed, TICKS_PER_MS } from './time.ts';
import { type TrackState, trackStates, trackWarnings } from './track-states.ts';

/** A step of the programme's own time beyond this is a new beginning, not a gap: a real gap of this length has brought the slate. */
const JUMP_TICKS = 2000 * TICKS_PER_MS;
/** Steps back up to this are left to the multiplexer, which drops what would go back. */
const STEP_BACK_TICKS = 500 * TICKS_PER_MS;
/** Pictures of two sources stay at least this far apart: a frame at 60 per second. */
const FRAME_TICKS = 1500;
/** Of a programme's lead before its clock this much is kept; more would leave no room for what a network does. */
const LEAD_TICKS = 1000 * TICKS_PER_MS;
/** A programme whose pictures would begin further ahead of now than this waits on the slate for a later key frame. */
const ENTRY_TICKS = 1200 * TICKS_PER_MS;
/**
 * Behind another programme it waits only where there would be no room at all: one that went on air late (on a machine or in a network that
 * stood still) is as far ahead of now for as long as it is there, and must not keep the other off.
 */
const BEHIND_TICKS = FAR_TICKS - FRAME_TICKS;
/** So long without a look, this process itself has stood still, ms: what has come meanwhile is not read yet, and nobody has fallen silent. */
const STOOD_MS = 500;

export interface SwitcherOptions {
  slate: Slate;
  /** The output has no audio (the slides). */
  videoOnly: boolean;
  /** First output time in ticks; 0 unless a test wants the wrap soon. */
  start?: number;
  choice?: ChoiceOptions;
  /** Every part of the pictures that go out, before they are written. */
  onPicture?: (part: Part) => void;
  /** Every part of the sound of the programme on air, of all tracks, as it came. */
  onSound?: (part: Part) => void;
}

/**
 * Turns a programme that comes and goes, from one presenter or the other, into one transport stream that never stops: slate, programme
 * from a key frame on, slate again.
 *
 * Pure: time comes in as `now` (milliseconds of a clock that never goes back), bytes come in by {@link input} and go out by {@link take}.
 * Output time follows `now`, so that after a gap of three seconds the picture is three seconds later, for ever monotonic.
 */
export class Switcher {
  source: 'programme' | 'slate' = 'slate';
  /** Whose programme is on air, or was last. */
  presenter: Presenter = 'main';
  readonly choice: Choice;
  readonly feeds: Record<Presenter, Feed> = { main: new Feed(), backup: new Feed() };
  /** Times that did not fit, and times that one presenter took over from the other. */
  readonly count = { strayTimes: 0, takeovers: 0 };
  readonly lanes: Lanes;
  readonly #mux: Mux;
  readonly #player: SlatePlayer;
  readonly #lead: number;
  readonly #videoOnly: boolean;
  readonly #start: number;
  readonly #began: number;
  readonly #onPicture: (part: Part) => void;
  readonly #onSound: (part: Part) => void;
  readonly #drift = new Drift();
  readonly #strays = new Strays();
  #offset = 0;
  /** Of the pictures before the clock, ticks. */
  #ahead = 0;
  #lastVideoAt = 0;
  #congested = false;
  #tickedAt: number;
  /** The last `now` that was given. */
  #now: number;

  /** @param now ms; the output's time begins here, with the slate on air */
  constructor(options: SwitcherOptions, now: number) {
    const { slate, videoOnly, start = 0, choice = CHOICE, onPicture = () => {}, onSound = () => {} } = options;
    this.#lead = slate.lead;
    this.#videoOnly = videoOnly;
    this.#start = start;
    this.#began = now;
    this.#now = now;
    this.#tickedAt = now;
    this.#onPicture = onPicture;
    this.#onSound = onSound;
    this.choice = new Choice(choice);
    this.#mux = new Mux(videoOnly, start, (what) => this.#stray(what, this.#now));
    this.lanes = new Lanes(this.#mux, videoOnly);
    this.#player = new SlatePlayer(slate, this.#mux, onPicture);
    this.#toSlate(now);
  }

  /** The feed on air, or of whom it is to be said why it is not. */
  get feed(): Feed {
    return this.feeds[this.presenter];
  }
  /** Why no programme is on air though bytes come in (`now` in ms); undefined when one is, or nothing comes. */
  problem(now: number): string | undefined {
    if (this.source === 'programme') return undefined;
    return this.feed.problem(now) ?? PRESENTERS.map((name) => this.feeds[name].problem(now)).find(Boolean);
  }
  /** What is wrong with a programme that is sent all the same; undefined when nothing is. */
  warning(now: number): string | undefined {
    const wishes = this.source === 'programme' ? this.lanes.wishes() : [];
    const tracks = this.#videoOnly ? [] : trackWarnings(this.feed.source.tracks, wishes);
    const words = [...tracks, this.#strays.words(now)].filter(Boolean).join('; ');
    return words || undefined;
  }
  /** The sound tracks of the presenter on air. */
  tracks(): TrackState[] {
    return this.#videoOnly ? [] : trackStates(this.feed);
  }

  /** Takes bytes of a presenter as they came. */
  input(bytes: Buffer, now: number, name: Presenter = 'main'): void {
    this.#at(now);
    this.feeds[name].input(
      bytes,
      now,
      (part) => this.#programme(name, part, now),
      () => this.#changed(name, now),
    );
  }
  /** A presenter is gone: the other takes over at its next key frame; where there is none, the slate comes at once. */
  gone(now: number, name: Presenter = 'main'): void {
    this.#at(now);
    this.feeds[name].gone();
    if (name !== this.presenter) return;
    this.#strays.forget();
    const other = PRESENTERS.some((one) => one !== name && this.feeds[one].alive(now));
    if (this.source === 'programme' && !other) this.#toSlate(now);
  }
  /** From now on a lane of sound is for this wish (launcher/lanes.h). */
  listen(lane: number, wish: Wish, now: number): void {
    this.lanes.set(lane, wish, now);
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
    const stood = now - this.#tickedAt > STOOD_MS;
    this.#tickedAt = now;
    this.choice.look(this.feed, now);
    for (const name of PRESENTERS) this.feeds[name].rates.beat(this.feeds[name].source.heard, now);
    if (this.#congested) return;
    const { wall, video } = this.#mux;
    const ended = now - this.#lastVideoAt > SLATE_AFTER_MS || wall - video.lastDts > FAR_TICKS;
    if (this.source === 'programme' && ended && !stood) this.#toSlate(now);
    if (this.source === 'slate') this.#player.play();
    this.lanes.fill(now, this.source === 'slate');
    this.#mux.clock();
    this.#mux.tables(now);
  }

  /** The output since the last call. */
  take(): Buffer[] {
    return this.#mux.take();
  }

  #programme(name: Presenter, part: Part, now: number): void {
    if (this.#congested) return;
    const dts = part.start?.dts;
    if (part.role === 'video' && dts !== undefined) this.#picture(name, dts, part.start?.key ?? false, now);
    if (this.source === 'slate' || name !== this.presenter) return;
    this.lanes.choose(this.feed.source.tracks);
    if (part.role === 'audio' && !this.#videoOnly) this.#heard(part, now);
    else if (part.role === 'video') {
      this.#onPicture(part);
      this.#mux.part(part, this.#offset, [this.#mux.video]);
      if (this.#mux.video.open && dts !== undefined) this.#lastVideoAt = now;
    } else this.#mux.clockOf(part, this.#offset);
  }

  /** Judges a picture's time: what does not go on from the picture before, or is far from now, has ended the programme on air. */
  #picture(name: Presenter, dts: number, key: boolean, now: number): void {
    const feed = this.feeds[name];
    const active = this.source === 'programme' ? this.presenter : undefined;
    if (active === name) {
      const step = signed(dts - feed.lastDts);
      const time = this.#mux.at(dts + this.#offset);
      if (step > JUMP_TICKS || step < -STEP_BACK_TICKS || time === undefined) {
        this.#stray('picture', now);
        this.#toSlate(now);
      } else this.#offset += this.#drift.take(time - this.#mux.wall - this.#ahead, now);
    }
    feed.lastDts = dts;
    const on = this.source === 'programme' ? this.presenter : undefined;
    if (key && on !== name && !feed.source.problem && this.choice.takes(name, on, this.feeds, now))
      this.#onAir(name, dts, now);
  }

  #heard(part: Part, now: number): void {
    this.#onSound(part);
    const { video, wall } = this.#mux;
    const sound = this.feed.soundOf(part.pid);
    const time = part.start?.dts === undefined ? undefined : part.start.dts + this.#offset;
    if (time !== undefined) sound.take(time, wall, video.lastDts, now);
    if (sound.shift) this.#stray('sound', now);
    this.lanes.write(part, this.#offset + sound.shift, time === undefined ? undefined : time + sound.shift, now);
  }

  #onAir(name: Presenter, dts: number, now: number): void {
    const feed = this.feeds[name];
    if (!feed.entries.allowed(now)) return;
    const lead = feed.lastClock === undefined ? 0 : signed(dts - feed.lastClock);
    const ahead = Math.abs(lead) < JUMP_TICKS ? Math.min(Math.max(lead, 0), LEAD_TICKS) : 0;
    const offset = this.#after(dts - ahead, dts);
    const most = this.source === 'programme' ? BEHIND_TICKS : ENTRY_TICKS;
    if (dts + offset - this.#mux.wall > most) return;
    if (name !== this.presenter) this.count.takeovers++;
    this.#ahead = ahead;
    this.#offset = offset;
    this.choice.onAir(name, this.feed, now);
    this.source = 'programme';
    this.presenter = name;
    feed.entries.add(now);
    this.#drift.begin(now);
    this.#mux.video.open = false;
    this.lanes.choose(feed.source.tracks);
    this.lanes.begin(now);
    this.#mux.tables(now, true);
    this.#lastVideoAt = now;
  }

  #toSlate(now: number): void {
    this.source = 'slate';
    this.#mux.video.open = false;
    this.lanes.begin(now);
    if (this.#congested) return;
    this.#player.start(this.#after(-this.#lead, 0));
    this.#mux.tables(now, true);
    this.#player.play();
  }

  /** Other pictures than before: what was on air has ended, the new ones begin with their key frame. */
  #changed(name: Presenter, now: number): void {
    if (this.source === 'programme' && name === this.presenter) this.#toSlate(now);
  }

  #stray(what: Stray, now: number): void {
    this.count.strayTimes++;
    this.#strays.add(what, now);
  }
  #at(now: number): void {
    this.#now = now;
    this.#mux.wall = this.#start + Math.floor((now - this.#began) * TICKS_PER_MS);
  }

  /** The offset that brings a source's clock to the wall clock, or as much later as times that only rise need. */
  #after(clock: number, dts: number): number {
    const { wall, video, lastPcr } = this.#mux;
    return Math.max(wall - clock, video.lastDts + FRAME_TICKS - dts, lastPcr + 1 - clock);
  }
}
