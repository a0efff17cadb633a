import { Pipeline } from './pipeline.ts';
import type { Settings } from './settings.ts';
import { Sparing } from './sparing.ts';
import { eventOf, type Log, listener, peerOf } from './srt.ts';

/** Output waiting for the callers' process beyond this is not added to: about six seconds at 5 Mbit/s. */
const STUCK_BYTES = 4_000_000;

/** The mixers' side: any number of callers on one port. */
export class Egress {
  readonly count = { rejected: 0, restarts: 0, stalls: 0 };
  ready = false;
  callers = 0;
  #pipeline: Pipeline;
  #log: Log;
  #stuck = false;
  readonly #refusals: Sparing;

  /** @param clock milliseconds of a clock that never goes back */
  constructor(settings: Settings, log: Log, clock: () => number) {
    this.#log = log;
    this.#refusals = new Sparing(clock, (count) => log('passphrase-refused', { side: 'egress', count }));
    this.#pipeline = new Pipeline({
      program: settings.srtPipe,
      settings: listener(settings, settings.egress, 'out'),
      restartAfterMs: 500,
      onStart: (pid) => log('egress-started', { pid }),
      onEnd: (asked) => {
        this.ready = false;
        this.callers = 0;
        if (asked) return;
        this.count.restarts++;
        log('egress-died');
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
  /** True while nothing may be written: the process is not there, or does not read. */
  get stuck(): boolean {
    const { input } = this.#pipeline;
    const stuck = !input?.writable || input.writableLength > STUCK_BYTES;
    if (stuck && !this.#stuck && this.ready) {
      this.count.stalls++;
      this.#log('egress-stalled');
    }
    this.#stuck = stuck;
    return stuck;
  }
  /** Says what has gathered. Call it a few times a second. */
  beat(): void {
    this.#refusals.beat();
  }
  write(chunks: Buffer[]): void {
    const [first] = chunks;
    // One write, one wake-up of the reader; and it sends what it reads at once as one burst.
    if (first) this.#pipeline.input?.write(chunks.length === 1 ? first : Buffer.concat(chunks));
  }

  #line(line: string): void {
    const event = eventOf(line);
    if (event === 'ready') this.ready = true;
    else if (event === 'added') this.#log('caller-joined', { callers: ++this.callers, peer: peerOf(line) });
    else if (event === 'removed') this.#log('caller-left', { callers: --this.callers, peer: peerOf(line) });
    else if (event === 'wrong-passphrase') {
      this.count.rejected++;
      this.#refusals.add();
    } else if (event === 'error') this.#log('egress-error', { line });
  }
}
