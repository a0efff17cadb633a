/** The durable entity that remembers what the last look at each event's resources found. */
import { EntityId } from 'durable-functions';
import { z } from 'zod';

export const DRIFT = 'driftLooks';
export const driftEntity = new EntityId(DRIFT, 'all');

/** Differences that are kept in words; the rest is counted. */
export const KEPT = 5;

export const lookedSchema = z.strictObject({
  event: z.string().min(1).max(100),
  deploymentId: z.string().min(1).max(200),
  at: z.string().max(40),
  count: z.int().min(0),
  words: z.array(z.string().max(500)).max(KEPT),
});
export type Looked = z.output<typeof lookedSchema>;
export type DriftState = Record<string, Looked>;

/** Takes one look in, and forgets what is not among the events that stand. */
export function remember(state: DriftState, looked: readonly Looked[]): DriftState {
  return Object.fromEntries(
    looked.map((one) => {
      const known = state[one.event];
      return [one.event, known?.deploymentId === one.deploymentId && known.at > one.at ? known : one];
    }),
  );
}
