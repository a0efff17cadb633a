/**
 * May this node still act? A late request would bring a deleted group back, and nothing stops an activity that runs.
 *
 * It refuses on positive evidence only: a lifecycle that is absent means go, because its row may not be written yet when its
 * first nodes begin. One that nobody can ask after now (a full disk, a restart), or that failed and is to be taken up again, says
 * nothing: ask again.
 */
import type { DurableClient } from 'durable-functions';
import type { LifecycleInput } from '../domain/seam/lifecycle-input.ts';
import type { NodeInput } from '../domain/seam/node-input.ts';
import { is } from '../domain/states.ts';
import { instanceStatus, isEnded } from '../durable/instances.ts';

export interface Closed {
  why: string;
  /**
   * Nobody waits for what is under way to stop, so it may be watched until it has ended: who ends the event counts by that what it has
   * cost.
   */
  mayLook?: true;
}

/**
 * Why the node must stop, or undefined to go on.
 * @throws when the lifecycle cannot say it now
 */
export async function closedFence(input: NodeInput, durable: DurableClient): Promise<Closed | undefined> {
  const status = await instanceStatus(durable, input.parent);
  if (!status) return undefined;
  const owner = (status.input as Partial<LifecycleInput> | null)?.deploymentId;
  if (owner !== undefined && owner !== input.deploymentId) return { why: `${input.parent} is deployment ${owner} now` };
  const runtime = String(status.runtimeStatus);
  const failed = runtime === 'Failed';
  if (isEnded(status) && !failed)
    return { why: `${input.parent} has ended (${runtime})`, ...(runtime === 'Terminated' && { mayLook: true }) };
  const state = (status.customStatus as { s?: unknown } | null)?.s;
  // What failed and was kept may still be extended, and has an end that may be held.
  if (state === 'failed' && (input.spec.kind === 'expires-tag' || input.spec.kind === 'look-group')) return undefined;
  if (typeof state === 'string' && is(state, 'leaving')) return { why: `${input.parent} is ${state}` };
  if (failed) throw new Error('it failed, and nobody has taken it up yet');
  return undefined;
}
