/**
 * May this node still act? A late request would bring a deleted group back, and nothing stops an activity that runs.
 *
 * It refuses on positive evidence only: a status that is absent or unreadable means go, because the lifecycle's row may
 * not be written yet when its first nodes begin.
 */
import type { DurableClient } from 'durable-functions';
import { is } from '../domain/states.ts';
import type { LifecycleInput, NodeInput } from '../domain/workflow.ts';

const ENDED = new Set(['Completed', 'Failed', 'Terminated', 'Canceled']);

/** Why the node must stop, or undefined to go on. */
export async function closedFence(input: NodeInput, durable: DurableClient): Promise<string | undefined> {
  const status = await durable.getStatus(input.parent).catch(() => undefined);
  if (!status) return undefined;
  const owner = (status.input as Partial<LifecycleInput> | null)?.deploymentId;
  if (owner !== undefined && owner !== input.deploymentId) return `${input.parent} is deployment ${owner} now`;
  if (ENDED.has(String(status.runtimeStatus))) return `${input.parent} has ended (${status.runtimeStatus})`;
  const state = (status.customStatus as { s?: unknown } | null)?.s;
  // What failed and was kept may still be extended, and has an end that may be held.
  if (state === 'failed' && (input.spec.kind === 'expires-tag' || input.spec.kind === 'look-group')) return undefined;
  return typeof state === 'string' && is(state, 'leaving') ? `${input.parent} is ${state}` : undefined;
}
