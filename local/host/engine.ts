/** The durable engine of a host: its database in the host's data folder. */
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { type CompatOption, createDurableEngine, createSqliteStore } from '../durable/engine.ts';
import type { DurableEngine, FunctionRunner, LogSink } from '../durable/ports.ts';
import { inProcessFetch } from './in-process.ts';

export interface EngineParts {
  runner: FunctionRunner;
  clock: Clock;
  log: LogSink;
  /** The durableTask section of host.json. */
  settings: Record<string, unknown>;
  dataDir: string;
  compat?: CompatOption | undefined;
  /** Source of instance and execution ids. */
  random?: ((length: number) => Uint8Array) | undefined;
}

/** @throws when the database is in use by another process, damaged, or host.json's section is invalid */
export function localEngine({ dataDir, random, compat, ...parts }: EngineParts): DurableEngine {
  const store = createSqliteStore(join(dataDir, 'durable.db'));
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
      manage: (request) => engine.manage(request),
      async stop() {
        await engine.stop();
        store.close();
      },
    };
  } catch (error) {
    store.close();
    throw error;
  }
}
