import { Pipeline } from './pipeline.ts';
import type { Settings } from './settings.ts';
import { Sparing } from './sparing.ts';
import { eventOf, type Log, latencyOf, listener, peerOf } from './srt.ts';

const RATE_WINDOW_MS = 2000;
/** A buffer that people notice. */
const LONG_MS = 1500;
/** How much later than its first bytes a connection may be told: two pipes, read independently. */
const EARLY_MS = 100;

export interface IngestOptions {
  settings: Settings;
  log: Log;
  /** Milliseconds of a clock that never goes back. */
  clock: () => number;
  onBytes: (bytes: Buffer, now: number) => void;
  /** The presenter has left, was cut off, or the process died. */
  onGone: (now: number) => void;
}

/** The presenter's side: one publisher at a time, whose place srt-pipe frees when nothing more comes from it. */
export class Ingest {
  readonly count = { rejected: 0, restarts: 0, recycles: 0, secondPublishers: 0 };
  ready = false;
  #options: IngestOptions;
  #pipeline: Pipeline;
  #presenter: { latencyMs: number; heard: boolean } | undefined;
  /** When bytes came last, or are to come first: the agreed buffer is filled before anything leaves it. */
  #heardAt = 0;
  readonly #refusals: Sparing;
  #arrivals: { at: number; bytes: number }[] = [];
  #early: { at: number; bytes: Buffer }[] = [];

  constructor(options: IngestOptions) {
    this.#options = options;
    const { settings, log } = options;
    this.#refusals = new Sparing(options.clock, (count) => log('passphrase-refused', { side: 'ingest', count }));
    this.#pipeline = new Pipeline({
      program: settings.srtPipe,
      settings: listener(settings, settings.ingest, 'in'),
      restartAfterMs: 100,
      onStart: (pid) => {
        log('ingest-started', { pid });
        this.#pipeline.output?.on('data', (bytes) => this.#received(bytes));
      },
      onEnd: (asked) => {
        this.ready = false;
        if (!asked) {
          this.count.restarts++;
          log('ingest-died');
        }
        this.#gone();
      },
      onLine: (line) => this.#line(line),
    });
  }
  start(): void {
    this.#pipeline.start();
  }
  stop(): Promise<void> {
    return this.#pipeline.stop();
  }
  /** A presenter is connected, and sent something within the last `ms` or fills the agreed buffer. */
  heardWithin(ms: number): boolean {
    return this.#presenter !== undefined && this.#options.clock() - this.#heardAt < ms;
  }
  /** The buffer in ms that the presenter and this side agreed on; undefined without a presenter. */
  get latencyMs(): number | undefined {
    return this.#presenter?.latencyMs;
  }
  /** A presenter is connected whose first bytes are still in the buffer, which is larger than anybody would expect. */
  get filling(): boolean {
    return this.#presenter?.heard === false && this.#presenter.latencyMs > LONG_MS && this.heardWithin(0);
  }
  /** Bits per second over the last two seconds. */
  get bitrate(): number {
    this.#forget();
    return Math.round((this.#arrivals.reduce((sum, { bytes }) => sum + bytes, 0) * 8 * 1000) / RATE_WINDOW_MS);
  }

  /** Forgets what is long past. Call it a few times a second. */
  beat(): void {
    this.#forget();
    this.#refusals.beat();
  }

  #received(bytes: Buffer): void {
    const now = this.#options.clock();
    if (!this.#presenter) {
      // The rest of one who has left must not go on air; the first of one whose connection is about to be told must.
      this.#early.push({ at: now, bytes });
      return;
    }
    this.#presenter.heard = true;
    this.#heardAt = now;
    this.#arrivals.push({ at: now, bytes: bytes.length });
    this.#options.onBytes(bytes, now);
  }
  #line(line: string): void {
    const { log } = this.#options;
    const event = eventOf(line);
    if (event === 'ready') this.ready = true;
    else if (event === 'added') {
      const latencyMs = latencyOf(line);
      this.#presenter = { latencyMs, heard: false };
      this.#heardAt = this.#options.clock() + latencyMs;
      log('presenter-connected', { peer: peerOf(line), latencyMs });
      this.#forget();
      for (const { bytes } of this.#early.splice(0)) this.#received(bytes);
    } else if (event === 'removed') {
      log('presenter-left');
      this.#gone();
    } else if (event === 'second') {
      this.count.secondPublishers++;
      log('second-publisher-refused', { peer: peerOf(line) });
    } else if (event === 'silent') {
      this.count.recycles++;
      log('presenter-silent', { peer: peerOf(line) });
    } else if (event === 'wrong-passphrase') {
      this.count.rejected++;
      this.#refusals.add();
    } else if (event === 'error') log('ingest-error', { line });
  }
  #gone(): void {
    this.#presenter = undefined;
    this.#options.onGone(this.#options.clock());
  }
  #forget(): void {
    const now = this.#options.clock();
    while (this.#arrivals[0] && now - this.#arrivals[0].at > RATE_WINDOW_MS) this.#arrivals.shift();
    while (this.#early[0] && now - this.#early[0].at > EARLY_MS) this.#early.shift();
  }
}
