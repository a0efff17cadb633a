import { Aligner } from './align.ts';
import { Entries } from './entries.ts';
import { Rates } from './rates.ts';
import { Sound } from './sound.ts';
import { type Part, Source } from './source.ts';

/** No picture for this long, and the slate takes over. */
export const SLATE_AFTER_MS = 1500;
/** Where another presenter is ready, pictures are missed after so many of their usual distances, at least and at most after so long. */
const MISSED_PICTURES = 8;
const MISSED_LEAST_MS = 300;
const MISSED_MOST_MS = 1000;
/** The usual distance is the mean of so many pictures. */
const REMEMBERED = 50;
/** A picture of so many packets, header and all, shows nothing new; a camera's never is. */
const STILL_PACKETS = 2;

/** One presenter's stream, on air or not: what it is, how it comes, and whether it could be put on air. */
export class Feed {
  source = new Source();
  /** Of that presenter's connection; whoever connects next is a new stream. */
  sounds = new Map<number, Sound>();
  entries = new Entries();
  /** Bytes that were in no transport packet, and packets lost, over all connections. */
  readonly totals = { droppedBytes: 0, continuityErrors: 0 };
  /** When bytes came last (ms of `now`); undefined before the first. */
  lastInputAt: number | undefined;
  lastClock: number | undefined;
  lastDts = 0;
  /** When a picture began last, and since when they have come without a break (ms); undefined without pictures. */
  pictureAt: number | undefined;
  steadySince: number | undefined;
  readonly rates = new Rates();
  #aligner = new Aligner();
  #generation = 0;
  #gaps: number[] = [];
  #packets = 0;
  #key = true;
  #movedAt: number | undefined;

  /** @param onPart called with each part as it comes. @param onChanged the pictures are another stream from now on */
  input(bytes: Buffer, now: number, onPart: (part: Part) => void, onChanged: () => void): void {
    this.lastInputAt = now;
    const before = this.#aligner.dropped;
    const packets = this.#aligner.push(bytes);
    this.totals.droppedBytes += this.#aligner.dropped - before;
    for (const packet of packets) {
      const lost = this.source.continuityErrors;
      const part = this.source.read(packet);
      this.totals.continuityErrors += this.source.continuityErrors - lost;
      if (this.source.generation !== this.#generation) {
        this.#generation = this.source.generation;
        onChanged();
      }
      if (!part) continue;
      if (part.pcr) this.lastClock = part.pcr.base;
      if (part.role === 'video') this.#picture(part, now);
      onPart(part);
    }
  }
  gone(): void {
    this.#aligner = new Aligner();
    this.source = new Source();
    this.#generation = 0;
    this.sounds = new Map();
    this.entries = new Entries();
    this.rates.forget();
    this.lastClock = undefined;
    this.lastInputAt = undefined;
    this.pictureAt = undefined;
    this.steadySince = undefined;
    this.#movedAt = undefined;
    this.#gaps = [];
  }

  /** Pictures come that could be put on air. */
  alive(now: number): boolean {
    return this.pictureAt !== undefined && now - this.pictureAt < SLATE_AFTER_MS && !this.source.problem;
  }
  /** Pictures are missed. */
  missed(now: number): boolean {
    const usual = this.#gaps.reduce((sum, gap) => sum + gap, 0) / Math.max(1, this.#gaps.length);
    const patience = Math.min(Math.max(usual * MISSED_PICTURES, MISSED_LEAST_MS), MISSED_MOST_MS);
    return this.pictureAt === undefined || now - this.pictureAt > patience;
  }
  /** Pictures come and nothing has moved in them for so long, ms. */
  stillFor(now: number): number {
    return this.#movedAt === undefined ? 0 : now - this.#movedAt;
  }
  /** Its pictures were missed; what comes is not steady before now. */
  faltered(now: number): void {
    if (this.steadySince !== undefined) this.steadySince = now;
  }
  soundOf(pid: number): Sound {
    const sound = this.sounds.get(pid) ?? new Sound();
    this.sounds.set(pid, sound);
    return sound;
  }
  /** Why it could never be put on air as it is, though bytes come in (`now` in ms). */
  fault(now: number): string | undefined {
    if (this.lastInputAt === undefined || now - this.lastInputAt > SLATE_AFTER_MS) return undefined;
    if (!this.#aligner.locked) return 'the input is not an MPEG transport stream';
    if (this.source.problem) return this.source.problem;
    if (!this.entries.allowed(now))
      return 'the stream breaks off again and again: its times or its tables keep changing';
    return undefined;
  }
  /** Why it is not on air though bytes come in; undefined when nothing comes. */
  problem(now: number): string | undefined {
    if (this.lastInputAt === undefined || now - this.lastInputAt > SLATE_AFTER_MS) return undefined;
    return this.fault(now) ?? 'waiting for a key frame';
  }

  #picture(part: Part, now: number): void {
    this.#packets += part.packets.length;
    if (part.start?.dts === undefined) return;
    const packets = this.#packets - part.packets.length;
    if (this.#movedAt === undefined || (!this.#key && packets > STILL_PACKETS)) this.#movedAt = now;
    this.#packets = part.packets.length;
    this.#key = part.start.key;
    const gap = now - (this.pictureAt ?? now);
    this.#gaps = [...this.#gaps.slice(1 - REMEMBERED), gap];
    if (this.pictureAt === undefined || gap > SLATE_AFTER_MS) this.steadySince = now;
    this.pictureAt = now;
  }
}
