/** The durable engine of a host: its database in the host's data folder. */
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import {
  type CompatOption,
  createDurableEngine,
  createSqliteStore,
  type Redelivery,
  type SqliteOptions,
  type Store,
} from '../durable/engine.ts';
import { unavailable } from '../durable/manage/answers.ts';
import type {
  DurableEngine,
  FunctionRunner,
  LogSink,
  ManagementRequest,
  ManagementResponse,
} from '../durable/ports.ts';
import type { Kept } from '../durable/redelivery.ts';
import { readLeft } from '../read-json.ts';
import { trouble, whyNotWritten } from '../troubles.ts';
import { inProcessFetch } from './in-process.ts';
import { writeJson } from './json-file.ts';

export interface EngineParts {
  runner: FunctionRunner;
  clock: Clock;
  /** Whether the clock is that of the world. */
  realTime: boolean;
  log: LogSink;
  /** The durableTask section of host.json. */
  settings: Record<string, unknown>;
  dataDir: string;
  compat?: CompatOption | undefined;
  /** As HostOptions.lateRedelivery. */
  lateRedelivery?: LateRedelivery | undefined;
  /** Source of instance and execution ids. */
  random?: ((length: number) => Uint8Array) | undefined;
  /** Opens the database; `createSqliteStore` by default. */
  store?: ((file: string, options: SqliteOptions) => Store) | undefined;
}

/** True, or times that win over those of host.json. */
export type LateRedelivery = boolean | Pick<Redelivery, 'control' | 'workItem'>;

export interface HostedEngine extends DurableEngine {
  /** Lets go of the data at once: what still runs is left behind, unwritten, for the next start. Idempotent. */
  close(): void;
}

/** How long after a failed write to look whether there is room again, ms. */
const PAUSE = 2_000;

/** @throws when the database is in use by another process, damaged, or host.json's section is invalid */
export const localEngine = (parts: EngineParts): HostedEngine => new LocalEngine(parts);

/**
 * When the data cannot be written, memory is ahead of the disk, and only a start brings them together. So that is what
 * happens, in place: the engine ends, nothing is answered, and when there is room another one goes on from what is on disk.
 */
class LocalEngine implements HostedEngine {
  readonly #parts: EngineParts;
  readonly #file: string;
  /** What answers and runs; undefined while nothing can be written, and after the end. */
  #current: DurableEngine | undefined;
  /** Of #current, or of what failed and still comes to its end. */
  #store: Store | undefined;
  #recovery: Promise<void> | undefined;
  #wakeUp: () => void = () => {};
  #ended = false;
  /** Management requests being answered: the data stays open for them. */
  readonly #answering = new Set<Promise<unknown>>();

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#file = join(parts.dataDir, 'durable.db');
    this.#current = this.#open();
  }
  #open(after?: 'failure'): DurableEngine {
    const {
      dataDir,
      realTime,
      random,
      compat,
      lateRedelivery,
      store: open = createSqliteStore,
      ...parts
    } = this.#parts;
    // In virtual time nothing may depend on when another thread gets round to it: the same seed gives the same history.
    const store = open(this.#file, { thread: realTime, proveRoom: after === 'failure' });
    this.#store = store;
    try {
      return createDurableEngine({
        ...parts,
        store,
        http: inProcessFetch,
        failed: (error) => this.#lost(error),
        ...(random && { random }),
        ...(compat !== undefined && { compat }),
        redelivery: redelivery(dataDir, lateRedelivery),
      });
    } catch (error) {
      this.#close();
      throw error;
    }
  }
  async start(): Promise<void> {
    await this.#current?.start();
  }
  async manage(request: ManagementRequest): Promise<ManagementResponse> {
    if (!this.#current) return unavailable();
    const answer = this.#current.manage(request);
    this.#answering.add(answer);
    return await answer.finally(() => this.#answering.delete(answer));
  }
  async stop(): Promise<void> {
    this.#ended = true;
    this.#wakeUp();
    await this.#recovery;
    await this.#end(this.#current);
  }
  halt(): void {
    this.#current?.halt();
  }
  close(): void {
    this.#ended = true;
    this.#wakeUp();
    this.#close();
  }
  #close(): void {
    const store = this.#store;
    this.#current?.halt();
    this.#store = undefined;
    this.#current = undefined;
    if (this.#ended) trouble(this.#file, undefined);
    store?.close();
  }
  async #end(engine: DurableEngine | undefined): Promise<void> {
    await engine?.stop();
    while (this.#answering.size > 0) await Promise.allSettled(this.#answering);
    this.#close();
  }

  #lost(error: unknown): void {
    const failed = this.#current;
    this.#current = undefined;
    const text = `Cannot write '${this.#file}': ${whyNotWritten(error)}`;
    this.#say('error', `${text}. Until then nothing is accepted, and what was not answered has not happened`);
    // At its end there is nothing to go on with.
    if (this.#ended) return;
    trouble(this.#file, text);
    this.#recovery = this.#end(failed).then(() => this.#goOn());
  }
  async #goOn(): Promise<void> {
    while (!this.#ended) {
      await this.#pause();
      if (this.#ended) return;
      try {
        this.#current = this.#open('failure');
      } catch {
        continue;
      }
      await this.#current.start();
      trouble(this.#file, undefined);
      this.#say('warning', `'${this.#file}' can be written again: the durable engine goes on from what is in it`);
      return;
    }
  }
  #pause(): Promise<void> {
    const { clock } = this.#parts;
    return new Promise((resolve) => {
      const cancel = clock.at(clock.now() + PAUSE, resolve);
      this.#wakeUp = () => {
        cancel();
        resolve();
      };
    });
  }
  #say(level: 'error' | 'warning', text: string): void {
    this.#parts.log(level, 'Host.Triggers.DurableTask', text);
  }
}

const KEPT = z.object({ ended: z.number().optional(), taken: z.record(z.string(), z.number()) });

function redelivery(dataDir: string, late: LateRedelivery | undefined): Redelivery | undefined {
  if (!late) return undefined;
  const file = join(dataDir, 'durable.taken.json');
  const write = (now: Kept) => {
    try {
      writeJson(file, now);
    } catch {
      // Without room nothing is remembered: it comes back earlier than it would.
    }
  };
  const kept = { read: () => readLeft(file, KEPT), write };
  return { ...(late === true ? {} : late), kept };
}
