import type { Client } from '../http/client.ts';
import type { Output } from '../output/output.ts';
import type { ProgressKind } from '../progress/reporter.ts';
import type { AnyCommand } from './command.ts';
import type { Io } from './io.ts';

/** What every handler gets besides its own arguments. */
export interface Context {
  readonly io: Io;
  /** Every command there is, for what is derived from them. */
  readonly commands: readonly AnyCommand[];
  /** Talks to the control plane of `--url`. */
  readonly client: Client;
  readonly output: Output;
  readonly progress: ProgressKind;
}
