import type { Io } from '../core/io.ts';
import type { DeploymentStatus } from '../http/types.ts';
import { bars } from './bars.ts';
import { jsonLines } from './json.ts';
import { plain } from './plain.ts';

export type ProgressKind = 'auto' | 'bars' | 'plain' | 'json' | 'none';

/** Shows what a deployment does while it does it, on stderr. */
export interface Reporter {
  update(status: DeploymentStatus): void;
  /** Something a person should know besides the resources: a lost connection, a warning. */
  note(text: string): void;
  /** Leaves the terminal as it should stay. */
  close(): void;
}

const silent: Reporter = { update() {}, note() {}, close() {} };

export function createReporter(kind: ProgressKind, io: Io): Reporter {
  const chosen = kind === 'auto' ? (io.terminal() ? 'bars' : 'plain') : kind;
  if (chosen === 'json') return jsonLines(io);
  if (chosen === 'none') return silent;
  return chosen === 'bars' && io.terminal() ? bars(io) : plain(io);
}
