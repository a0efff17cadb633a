import { Pipeline } from '../../relay/pipeline.ts';
import { lines } from '../../relay/srt.ts';
import type { Part } from '../../relay/ts/source.ts';
import { type Unit, Units } from './units.ts';

export interface PullOptions {
  srtPipe: string;
  host: string;
  port: number;
  passphrase: string;
  latencyMs: number;
  /** SRT stream id; undefined for the floor's sound. */
  streamId: string | undefined;
  onUnit: (unit: Unit) => void;
  /** The pictures' packets as they come. */
  onVideo?: (part: Part) => void;
  log: (event: string, fields?: Record<string, unknown>) => void;
}

/** The programme as a caller of the relay gets it; called again, whenever the connection ends, until it is stopped. */
export class Pull {
  /** When a picture came last (performance.now()); undefined before the first that one can begin with. */
  heardAt: number | undefined;
  readonly #pipeline: Pipeline;

  constructor({ srtPipe, onUnit, onVideo, log, host, port, passphrase, latencyMs, streamId }: PullOptions) {
    this.#pipeline = new Pipeline({
      program: srtPipe,
      settings: lines({
        ...{ mode: 'call', flow: 'in', host, port, passphrase, latency: latencyMs },
        ...(streamId !== undefined && { streamid: streamId }),
      }),
      restartAfterMs: 200,
      onStart: () => {
        // Whoever answers next is a new stream.
        const units = new Units(onVideo);
        this.#pipeline.output?.on('data', (bytes: Buffer) => {
          for (const unit of units.push(bytes)) {
            if (unit.kind === 'picture' && (unit.key || this.heardAt !== undefined)) this.heardAt = performance.now();
            onUnit(unit);
          }
        });
      },
      onEnd: () => {},
      onLine: (line) => {
        if (line.startsWith('error ')) log('programme-lost', { reason: line.slice('error '.length) });
        else if (line === 'ready') log('programme-connected', { audio: streamId });
      },
    });
  }
  start(): void {
    this.#pipeline.start();
  }
  stop(): Promise<void> {
    return this.#pipeline.stop();
  }
}
