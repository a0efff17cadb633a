import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { withoutSecrets } from './pipeline.ts';
import { AAC } from './ts/codecs.ts';
import { patSection, pmtSection, sectionPackets } from './ts/psi.ts';
import type { Part } from './ts/source.ts';
import type { TrackState } from './ts/track-states.ts';

/** It is measured for this long after somebody asked. */
const ASKED_MS = 60_000;
/** A level that is older says nothing. */
const OLD_MS = 3_000;
/** Between two starts; tracks that come and go must not cost more than what they measure. */
const APART_MS = 3_000;
/** ffmpeg says no less of silence. */
const QUIETEST = -120;
/** The first reports are of less than the three seconds that short-term loudness is of. */
const UNREADY = 3;
const STUCK_BYTES = 1_000_000;
const PMT_PID = 0x1000;

export interface Level {
  peakDb: number;
  loudnessLufs: number;
}

/**
 * How loud the tracks are: ffmpeg decodes them and measures (EBU R 128 short-term loudness, and the highest sample of each second).
 * It costs 0.7 % of a core per track, so it is done only while somebody asks.
 */
export class Meter {
  readonly #clock: () => number;
  #child: ChildProcess | undefined;
  #measured = '';
  #startedAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #waiting: Buffer[] = [];
  #levels = new Map<number, Level & { at: number }>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }
  /** Somebody wants to know. */
  ask(): void {
    this.#askedAt = this.#clock();
  }
  level(track: number): Level | undefined {
    const level = this.#levels.get(track);
    return level && this.#clock() - level.at < OLD_MS ? level : undefined;
  }
  /** Takes sound as it comes, before anything in it is changed. */
  take({ packets }: Part): void {
    if (this.#child) this.#waiting.push(...packets.map((packet) => Buffer.from(packet)));
  }
  /** Starts and ends as it is wanted, and passes on what has come. Call it a few times a second. */
  beat(tracks: readonly TrackState[]): void {
    const now = this.#clock();
    // One that is announced and does not come would hold up all others.
    const coming = now - this.#askedAt < ASKED_MS ? tracks.filter(({ bitrate, heard }) => heard && bitrate > 0) : [];
    const wanted = coming.map(({ track, pid }) => `${track}:${pid}`).join();
    if (wanted !== this.#measured && now - this.#startedAt > APART_MS) this.#begin(coming, wanted);
    const input = this.#child?.stdin;
    if (input && this.#waiting.length > 0 && input.writableLength < STUCK_BYTES)
      input.write(Buffer.concat(this.#waiting));
    this.#waiting = [];
  }
  stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #begin(tracks: readonly TrackState[], wanted: string): void {
    this.stop();
    this.#measured = wanted;
    this.#startedAt = this.#clock();
    this.#waiting = [];
    if (tracks.length === 0) return;
    const child = spawn('ffmpeg', commandOf(tracks), {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: withoutSecrets(process.env),
    });
    this.#child = child;
    child.stdin.on('error', () => {}); // Its end is reported below.
    child.once('error', () => {});
    child.once('close', () => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#measured = '';
    });
    child.stdin.write(tablesOf(tracks));
    let seen: Record<string, string> = {};
    const reports = new Map<number, number>();
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [key = '', value = ''] = line.split('=');
      if (line.startsWith('frame:')) seen = {};
      else seen[key] = value;
      if (key !== 'track') return;
      const track = Number(value);
      const count = (reports.get(track) ?? 0) + 1;
      reports.set(track, count);
      if (count > UNREADY) this.#levels.set(track, { ...levelOf(seen), at: this.#clock() });
    });
  }
}

const decibels = (text: string | undefined): number => {
  const value = Number(text);
  return Number.isFinite(value) ? Math.max(QUIETEST, Math.round(value * 10) / 10) : QUIETEST;
};
const levelOf = (seen: Record<string, string>): Level => ({
  peakDb: decibels(seen['lavfi.astats.Overall.Peak_level']),
  loudnessLufs: decibels(seen['lavfi.r128.S']),
});

/** PAT and PMT of a stream that has these tracks and nothing else. */
function tablesOf(tracks: readonly TrackState[]): Buffer {
  const streams = tracks.map(({ pid }) => ({ type: AAC, pid, descriptors: Buffer.alloc(0) }));
  const pmt = pmtSection({ program: 1, pcrPid: 0x1fff, streams }, 0);
  return Buffer.concat([...sectionPackets(0, patSection(1, PMT_PID)), ...sectionPackets(PMT_PID, pmt)]);
}
/** ebur128 cuts the sound into tenths of a second; the tenth of them tells of the second. The mark comes last, so that it ends a report. */
const commandOf = (tracks: readonly TrackState[]): string[] => [
  ...['-v', 'quiet', '-nostdin', '-threads', '1', '-probesize', '200000', '-analyzeduration', '1000000'],
  ...['-f', 'mpegts', '-i', 'pipe:0'],
  ...tracks.flatMap(({ track, pid }) => [
    ...['-map', `0:i:${pid}`, '-af'],
    [
      'ebur128=metadata=1',
      'astats=metadata=1:reset=10:measure_perchannel=none:measure_overall=Peak_level',
      `ametadata=mode=add:key=track:value=${track}`,
      "aselect='not(mod(n+1,10))'",
      'ametadata=mode=print:file=-:direct=1',
    ].join(),
    ...['-f', 'null', '-'],
  ]),
];
