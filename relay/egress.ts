import { type Wish, wishIn } from '../contract/stream-id.ts';
import { Pipeline } from './pipeline.ts';
import type { Settings } from './settings.ts';
import { Sparing } from './sparing.ts';
import { addedIn, callerIn, eventOf, type Log, listener } from './srt.ts';
import { PIDS } from './ts/mux.ts';

/** Output waiting for the callers' process beyond this is not added to: about six seconds at 5 Mbit/s. */
const STUCK_BYTES = 4_000_000;
/** The floor's sound, and one for each thing that callers may ask for at one time; who asks for more gets the floor's. */
const LANES = 64;

export interface EgressOptions {
  settings: Settings;
  log: Log;
  /** Milliseconds of a clock that never goes back. */
  clock: () => number;
  /** From now on somebody listens to this lane, which is for this wish; with undefined nobody does any more. */
  onLane: (lane: number, asked: { wish: Wish } | undefined) => void;
}

/** The mixers' side: any number of callers on one port. */
export class Egress {
  readonly count = { rejected: 0, restarts: 0, stalls: 0 };
  ready = false;
  readonly #lanes = new Map<number, { wish: Wish; callers: number }>();
  #pipeline: Pipeline;
  readonly #log: Log;
  readonly #onLane: EgressOptions['onLane'];
  #stuck = false;
  readonly #refusals: Sparing;

  constructor({ settings, log, clock, onLane }: EgressOptions) {
    this.#log = log;
    this.#onLane = onLane;
    this.#refusals = new Sparing(clock, (count) => log('passphrase-refused', { side: 'egress', count }));
    this.#pipeline = new Pipeline({
      program: settings.srtPipe,
      settings: listener(
        settings,
        settings.egress,
        'out',
        settings.role === 'slides' ? {} : { lane: PIDS.audio, lanes: LANES },
      ),
      restartAfterMs: 500,
      onStart: (pid) => log('egress-started', { pid }),
      onEnd: (asked) => {
        this.ready = false;
        for (const lane of this.#lanes.keys()) this.#onLane(lane, undefined);
        this.#lanes.clear();
        if (asked) return;
        this.count.restarts++;
        log('egress-died');
      },
      onLine: (line) => this.#line(line),
    });
  }
  get callers(): number {
    return [...this.#lanes.values()].reduce((sum, { callers }) => sum + callers, 0);
  }
  /** How many callers have each wish, as it is written: a track's number or a language's code. */
  get wishes(): Map<string, number> {
    const wishes = new Map<string, number>();
    for (const { wish, callers } of this.#lanes.values())
      if (wish !== undefined) wishes.set(`${wish}`, (wishes.get(`${wish}`) ?? 0) + callers);
    return wishes;
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
    else if (event === 'added') {
      const { peer, number, id } = addedIn(line);
      const wish = number === 0 ? undefined : wishIn(id);
      const lane = this.#lanes.get(number) ?? { wish, callers: 0 };
      this.#lanes.set(number, { wish, callers: lane.callers + 1 });
      this.#onLane(number, { wish });
      this.#log('caller-joined', { callers: this.callers, peer, ...(id && { id }), ...(wish && { audio: wish }) });
    } else if (event === 'removed') {
      const { peer, number } = callerIn(line);
      const lane = this.#lanes.get(number);
      if (lane && --lane.callers === 0) {
        this.#lanes.delete(number);
        this.#onLane(number, undefined);
      }
      this.#log('caller-left', { callers: this.callers, peer });
    } else if (event === 'wrong-passphrase') {
      this.count.rejected++;
      this.#refusals.add();
    } else if (event === 'error') this.#log('egress-error', { line });
  }
}
