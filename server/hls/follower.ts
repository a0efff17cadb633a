/** Turns one live path into playlist and segments, as long as it is published. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { probe, refusalOf } from './codecs.ts';

const AGAIN_MS = 1_000;
const SEGMENT_SECONDS = 2;
const LISTED = 6;
export const PLAYLIST = 'index.m3u8';
/** Names of segments: the run of ffmpeg, and a number. */
export const SEGMENT = /^\d{1,6}-\d{1,9}\.ts$/;

export interface FollowerOptions {
  ffmpeg: string;
  ffprobe: string;
  /** Arguments of both that name the input. */
  input: readonly string[];
  folder: string;
}

export class Follower {
  readonly #options: FollowerOptions;
  readonly #ended = new AbortController();
  readonly #done: Promise<void>;
  #child: ChildProcess | undefined;
  #runs = 0;
  /** Why it is not carried. */
  refusal: string | undefined;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#done = this.#follow();
  }
  get restarts(): number {
    return Math.max(0, this.#runs - 1);
  }
  /** Resolves when nothing of it is left. */
  async stop(): Promise<void> {
    this.#ended.abort();
    this.#child?.kill('SIGKILL');
    await this.#done;
    rmSync(this.#options.folder, { recursive: true, force: true });
  }

  async #follow(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        const { ffprobe, input } = this.#options;
        this.refusal = refusalOf(await probe(ffprobe, input, signal));
        // What is refused is looked at again: the encoder may change its mind without going away.
        if (this.refusal === undefined) await this.#run();
      } catch {
        // It does not send yet, or no more; whether it should is asked elsewhere.
      }
      await pause(AGAIN_MS, signal);
    }
  }
  /** Resolves when ffmpeg has ended. */
  #run(): Promise<void> {
    const { ffmpeg, input, folder } = this.#options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const run = this.#runs++;
    const hls = [
      ...['-f', 'hls', '-hls_time', `${SEGMENT_SECONDS}`, '-hls_list_size', `${LISTED}`],
      // After a break the list goes on, so that players need not begin anew.
      ...['-hls_flags', 'delete_segments+append_list+discont_start+independent_segments+temp_file'],
      ...['-hls_segment_filename', join(folder, `${run}-%d.ts`), join(folder, PLAYLIST)],
    ];
    const child = spawn(ffmpeg, ['-v', 'quiet', '-nostdin', ...input, '-c', 'copy', ...hls], { stdio: 'ignore' });
    this.#child = child;
    return new Promise((resolve) => {
      child.once('error', () => resolve());
      child.once('close', () => resolve());
    });
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
