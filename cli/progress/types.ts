import type { DeploymentStatus } from '../http/types.ts';

export type ProgressKind = 'auto' | 'bars' | 'plain' | 'json' | 'none';

/** Shows what a deployment does while it does it, on stderr. */
export interface Reporter {
  update(status: DeploymentStatus): void;
  /** Something a person should know besides the resources: a lost connection, a warning. */
  note(text: string): void;
  /** Leaves the terminal as it should stay. */
  close(): void;
}
