/** The durable engine of a host: its database in the host's data folder. */
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { type CompatOption, createDurableEngine, createSqliteStore } from '../durable/engine.ts';
import type { DurableEngine, FunctionRunner, LogSink } from '../durable/ports.ts';
import { inProcessFetch } from './in-process.ts';

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
  /** Source of instance and execution ids. */
  random?: ((length: number) => Uint8Array) | undefined;
}

export interface HostedEngine extends DurableEngine {
  /** Lets go of the data at once: what still runs is left behind, unwritten, for the next start. Idempotent. */
  close(): void;
}

/** @throws when the database is in use by another process, damaged, or host.json's section is invalid */
export function localEngine({ dataDir, realTime, random, compat, ...parts }: EngineParts): HostedEngine {
  // In virtual time nothing may depend on when another thread gets round to it: the same seed gives the same history.
  const store = createSqliteStore(join(dataDir, 'durable.db'), { thread: realTime });
  let open = true;
  /** Management requests being answered: the data stays open for them. */
  const answering = new Set<Promise<unknown>>();
  const close = () => {
    if (open) store.close();
    open = false;
  };
  try {
    const engine = createDurableEngine({
      ...parts,
      store,
      http: inProcessFetch,
      ...(random && { random }),
      ...(compat !== undefined && { compat }),
    });
    return {
      start: () => engine.start(),
      async manage(request) {
        if (!open) return { status: 503, headers: { 'retry-after': '1' }, body: '' };
        const answer = engine.manage(request);
        answering.add(answer);
        return await answer.finally(() => answering.delete(answer));
      },
      async stop() {
        await engine.stop();
        while (answering.size > 0) await Promise.allSettled(answering);
        close();
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}
