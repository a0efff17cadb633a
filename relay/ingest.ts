import { Pipeline } from './pipeline.ts';
import { PresenterLine, type PresenterOptions } from './presenter.ts';
import type { Settings } from './settings.ts';
import { Sparing } from './sparing.ts';
import { addedIn, callerIn, eventOf, type Log, listener } from './srt.ts';
import { PRESENTERS, type Presenter } from './ts/choice.ts';

export interface IngestOptions extends PresenterOptions {
  settings: Settings;
  log: Log;
}

/** The presenters' side: a main and a backup publisher on one port, whose places srt-pipe frees when nothing more comes from them. */
export class Ingest {
  readonly count = { rejected: 0, restarts: 0, recycles: 0, secondPublishers: 0 };
  readonly presenters: Record<Presenter, PresenterLine>;
  ready = false;
  #options: IngestOptions;
  #pipeline: Pipeline;
  readonly #refusals: Sparing;

  constructor(options: IngestOptions) {
    this.#options = options;
    const { settings, log } = options;
    this.presenters = { main: new PresenterLine('main', options), backup: new PresenterLine('backup', options) };
    this.#refusals = new Sparing(options.clock, (count) => log('passphrase-refused', { side: 'ingest', count }));
    this.#pipeline = new Pipeline({
      program: settings.srtPipe,
      settings: listener(settings, settings.ingest, 'in'),
      restartAfterMs: 100,
      onStart: (pid) => {
        log('ingest-started', { pid });
        this.#pipeline.output?.on('data', (bytes) => this.presenters.main.received(bytes));
        this.#pipeline.second?.on('data', (bytes) => this.presenters.backup.received(bytes));
      },
      onEnd: (asked) => {
        this.ready = false;
        if (!asked) {
          this.count.restarts++;
          log('ingest-died');
        }
        for (const name of PRESENTERS) this.presenters[name].gone();
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
  /** Forgets what is long past. Call it a few times a second. */
  beat(): void {
    for (const name of PRESENTERS) this.presenters[name].forget();
    this.#refusals.beat();
  }

  #line(line: string): void {
    const { log } = this.#options;
    const event = eventOf(line);
    if (event === 'ready') this.ready = true;
    else if (event === 'added') {
      const { peer, latencyMs, number } = addedIn(line);
      const presenter = nameOf(number);
      log('presenter-connected', { presenter, peer, latencyMs });
      this.presenters[presenter].connected(latencyMs);
    } else if (event === 'removed') {
      const presenter = nameOf(callerIn(line).number);
      log('presenter-left', { presenter });
      this.presenters[presenter].gone();
    } else if (event === 'second') {
      this.count.secondPublishers++;
      log('second-publisher-refused', { peer: callerIn(line).peer });
    } else if (event === 'silent') {
      this.count.recycles++;
      const { peer, number } = callerIn(line);
      log('presenter-silent', { presenter: nameOf(number), peer });
    } else if (event === 'wrong-passphrase') {
      this.count.rejected++;
      this.#refusals.add();
    } else if (event === 'error') log('ingest-error', { line });
  }
}

const nameOf = (number: number): Presenter => (number === 1 ? 'backup' : 'main');
