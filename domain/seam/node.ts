import type { Failure } from './failure.ts';
import type { Installation } from './installation.ts';
import type { NodeSpec } from './node-spec.ts';

/** Input of a node orchestration, whose instance id is `<deploymentId>-<node>-<attempt>`. */
export interface NodeInput {
  deploymentId: string;
  event: string;
  /** Instance id of the lifecycle, `event-<name>`. */
  parent: string;
  node: string;
  attempt: number;
  resourceGroup: string;
  region: string;
  /** Tags put on every resource of the deployment. */
  tags: Record<string, string>;
  spec: NodeSpec;
  installation: Installation;
  /** Longest time between two polls, in seconds before the time scale. */
  pollSeconds: number;
  /** How long it usually takes, in seconds before the time scale: the first poll is timed by it. */
  expectedSeconds: number;
  /** Give up after this many seconds before the time scale. */
  timeoutSeconds: number;
}

export interface PollInput extends NodeInput {
  /** What the latest `running` step gave. */
  token: string;
}

/** What is worth remembering of a finished node: addresses, warnings. Small, public, JSON. */
export type NodeFacts = Record<string, string | number | boolean | string[]>;

/** Result of one `begin` or `poll`. */
export type NodeStep =
  | { step: 'done'; facts?: NodeFacts }
  /**
   * Accepted and running; `token` is what `poll` needs (kept in history before the first poll).
   * `afterSeconds` is Azure's hint as it came; a node looks in a rhythm of its own (domain/plan/polling.ts).
   */
  | { step: 'running'; token: string; afterSeconds?: number; detail?: string }
  /** Nothing happened (throttled, transient): make the same call again after `afterSeconds` (unscaled, as Azure said it). */
  | { step: 'again'; afterSeconds: number; failure: Failure }
  | { step: 'failed'; failure: Failure; facts?: NodeFacts }
  /** The fence closed: the lifecycle is another deployment's, ended, or going away. */
  | { step: 'stopped'; reason: string };
