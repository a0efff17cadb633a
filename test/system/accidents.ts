/** What can befall a host in virtual time: its worker dies in a function, its disk takes nothing for a while. */
import { createSqliteStore } from '../../local/durable/store/sqlite.ts';
import { sameThread } from '../../local/durable/store/writer.ts';
import { type EngineParts, type HostedEngine, localEngine } from '../../local/host/engine.ts';

export interface Accidents {
  /** Asked after every invocation of a durable function: whether the worker's process dies before it can answer. */
  dies?: (() => boolean) | undefined;
  /** Asked before every write: whether the disk is full. */
  full?: (() => boolean) | undefined;
}

/** In the real host's words. */
const DIED = { ok: false, message: 'node exited with code 137 (0x89)', stack: '', exited: true } as const;

function runnerOf(runner: EngineParts['runner'], dies: () => boolean): EngineParts['runner'] {
  return {
    names: (kind) => runner.names(kind),
    invoke: async (...call) => {
      const result = await runner.invoke(...call);
      return dies() ? DIED : result;
    },
  };
}

/** A database in its file whose writes fail, and which does not open after that, as SQLite says it on a full disk. */
const storeOf =
  (full: () => boolean): NonNullable<EngineParts['store']> =>
  (file, options) => {
    const room = () => {
      if (full()) throw new Error('database or disk is full');
    };
    if (options.proveRoom) room();
    return createSqliteStore(file, {
      ...options,
      writer: (database) => {
        const { write, close } = sameThread(database);
        return {
          write: (batch) => {
            room();
            return write(batch);
          },
          close,
        };
      },
    });
  };

/** The local engine, which these accidents befall. */
export const unlucky =
  ({ dies, full }: Accidents) =>
  (parts: EngineParts): HostedEngine =>
    localEngine({
      ...parts,
      ...(dies && { runner: runnerOf(parts.runner, dies) }),
      ...(full && { store: storeOf(full) }),
    });
