/** The one way to start what must run once. */
import type { DurableClient } from 'durable-functions';
import { ORCHESTRATION } from '../domain/seam/functions.ts';
import { type Instance, instanceStatus } from './instances.ts';

const ALREADY = /already exists|AlreadyExists|status code: 409/i;

/**
 * Starts under an id that may be used again, as an event's name is. Whoever is slower is told "already exists" (extension
 * 3.0.0: 500), or even that the start is theirs: whose it became, the instance's input says.
 */
export async function startAnew(
  durable: DurableClient,
  orchestration: keyof typeof ORCHESTRATION,
  instanceId: string,
  input: unknown,
): Promise<void> {
  try {
    await durable.startNew(ORCHESTRATION[orchestration], { instanceId, input });
  } catch (error) {
    if (ALREADY.test(String((error as Error)?.message))) return;
    if (!(await instanceStatus(durable, instanceId))) throw error;
  }
}

/**
 * Starts an orchestration unless it was started before. A finished id would run again when it is started again, so the status
 * is read first, and any state counts as started. Two that start at once are one.
 * @param again whether what stands under the id is to be started nevertheless
 * @returns false when it stood there before
 */
export async function startOnce(
  durable: DurableClient,
  orchestration: keyof typeof ORCHESTRATION,
  instanceId: string,
  input: unknown,
  again: (standing: Instance) => boolean = () => false,
): Promise<boolean> {
  const standing = await instanceStatus(durable, instanceId);
  if (standing && !again(standing)) return false;
  await startAnew(durable, orchestration, instanceId, input);
  return true;
}
