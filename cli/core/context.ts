import type { Client } from '../http/client.ts';
import type { Output } from '../output/output.ts';
import type { ProgressKind } from '../progress/types.ts';
import type { Io } from './io.ts';
import type { CommandMetadata } from './metadata.ts';

/** What every handler gets besides its own arguments. */
export interface Context {
  readonly io: Io;
  /** Every command there is, for what is derived from them. */
  readonly commands: readonly CommandMetadata[];
  /** Talks to the control plane of `--url`. */
  readonly client: Client;
  readonly output: Output;
  readonly progress: ProgressKind;
}
