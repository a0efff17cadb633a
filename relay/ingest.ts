import { Pipeline } from './pipeline.ts';
import type { Settings } from './settings.ts';
import { eventOf, type Log, listener, peerOf } from './srt.ts';

/** A connected presenter silent for this long has gone without a word; libsrt itself would keep the place taken for 5 s. */
const RECYCLE_AFTER_MS = 2500;
/** Somebody knocks while the connected presenter is silent: that is the presenter come back. */
const RECYCLE_WHEN_KNOCKED_MS = 500;
const RATE_WINDOW_MS = 2000;
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

/** The presenter's side: one publisher at a time, whose place is free again as soon as it falls silent. */
export class Ingest {
  readonly count = { rejected: 0, restarts: 0, recycles: 0, secondPublishers: 0 };
  ready = false;
  #options: IngestOptions;
  #pipeline: Pipeline;
  #presenter = false;
  /** When the presenter connected or bytes came last. */
  #heardAt = 0;
  #arrivals: { at: number; bytes: number }[] = [];
  #early: { at: number; bytes: Buffer }[] = [];

  constructor(options: IngestOptions) {
    this.#options = options;
    const { settings, log } = options;
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
  /** A presenter is connected and sent something within the last `ms`. */
  heardWithin(ms: number): boolean {
    return this.#presenter && this.#arrivals.length > 0 && this.#silence() < ms;
  }
  /** Bits per second over the last two seconds. */
  get bitrate(): number {
    this.#forget();
    return Math.round((this.#arrivals.reduce((sum, { bytes }) => sum + bytes, 0) * 8 * 1000) / RATE_WINDOW_MS);
  }

  /** Frees the place of a presenter who has fallen silent, and forgets what is long past. Call it a few times a second. */
  beat(): void {
    if (this.#presenter && this.#silence() > RECYCLE_AFTER_MS) this.#recycle();
    this.#forget();
  }

  #received(bytes: Buffer): void {
    const now = this.#options.clock();
    if (!this.#presenter) {
      // The rest of one who has left must not go on air; the first of one whose connection is about to be told must.
      this.#early.push({ at: now, bytes });
      return;
    }
    this.#heardAt = now;
    this.#arrivals.push({ at: now, bytes: bytes.length });
    this.#options.onBytes(bytes, now);
  }
  #line(line: string): void {
    const { log } = this.#options;
    const event = eventOf(line);
    if (event === 'ready') this.ready = true;
    else if (event === 'added') {
      this.#presenter = true;
      this.#heardAt = this.#options.clock();
      log('presenter-connected', { peer: peerOf(line) });
      this.#forget();
      for (const { bytes } of this.#early.splice(0)) this.#received(bytes);
    } else if (event === 'removed') {
      log('presenter-left');
      this.#gone();
    } else if (event === 'second') {
      this.count.secondPublishers++;
      log('second-publisher-refused', { peer: peerOf(line) });
      if (this.#presenter && this.#silence() > RECYCLE_WHEN_KNOCKED_MS) this.#recycle();
    } else if (event === 'wrong-passphrase') {
      this.count.rejected++;
      log('passphrase-refused', { side: 'ingest' });
    } else if (event === 'error') log('ingest-error', { line });
  }
  #recycle(): void {
    this.count.recycles++;
    this.#options.log('ingest-recycled', { silentMs: Math.round(this.#silence()) });
    this.#presenter = false;
    this.#pipeline.recycle();
  }
  #gone(): void {
    this.#presenter = false;
    this.#options.onGone(this.#options.clock());
  }
  #silence(): number {
    return this.#options.clock() - this.#heardAt;
  }
  #forget(): void {
    const now = this.#options.clock();
    while (this.#arrivals[0] && now - this.#arrivals[0].at > RATE_WINDOW_MS) this.#arrivals.shift();
    while (this.#early[0] && now - this.#early[0].at > EARLY_MS) this.#early.shift();
  }
}
