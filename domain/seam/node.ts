import { z } from 'zod';
import type { Failure } from './failure.ts';

const fact = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);

/** What is worth remembering of a finished node: addresses, warnings. Small, public, JSON; what is nothing of this is cut off. */
export const factsSchema = z.record(z.string(), z.unknown()).transform((all) =>
  Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => {
      const read = fact.safeParse(value);
      return read.success ? [[name, read.data] as const] : [];
    }),
  ),
);
export type NodeFacts = z.infer<typeof factsSchema>;

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
  /** The fence closed: the lifecycle is another deployment's, ended, or going away. `facts`: what had come about until then. */
  | { step: 'stopped'; reason: string; facts?: NodeFacts };
