/** The ways to start an orchestration whose id says what it is. */
import type { DurableClient } from 'durable-functions';
import { ORCHESTRATION } from '../domain/seam/functions.ts';
import { type Instance, instanceStatus, isEnded } from './instances.ts';

const ALREADY = /already exists|AlreadyExists|status code: 409/i;

/** @param taken whether what stands after a start that failed is somebody else's start: extension 3.0.0 answers the slower of two with 500 */
async function start(
  durable: DurableClient,
  orchestration: keyof typeof ORCHESTRATION,
  instanceId: string,
  input: unknown,
  taken: (standing: Instance) => boolean,
): Promise<void> {
  try {
    await durable.startNew(ORCHESTRATION[orchestration], { instanceId, input });
  } catch (error) {
    if (ALREADY.test(String((error as Error)?.message))) return;
    const standing = await instanceStatus(durable, instanceId);
    if (!standing || !taken(standing)) throw error;
  }
}

/**
 * Starts under an id that may be reused, as an event's name is. The slower of two callers may be told that its start succeeded, so the
 * input of the instance is read to see whose it is. An earlier instance that has ended does not count.
 */
export const startAnew = (
  durable: DurableClient,
  orchestration: keyof typeof ORCHESTRATION,
  instanceId: string,
  input: unknown,
): Promise<void> => start(durable, orchestration, instanceId, input, (standing) => !isEnded(standing));

/**
 * Starts an orchestration unless it was started before. A finished id would run again, so the status is read first and any state counts as
 * started. Two callers at once start one.
 * @param again whether to start even if an instance of that id exists
 */
export async function startOnce(
  durable: DurableClient,
  orchestration: keyof typeof ORCHESTRATION,
  instanceId: string,
  input: unknown,
  again: (standing: Instance) => boolean = () => false,
): Promise<void> {
  const standing = await instanceStatus(durable, instanceId);
  if (standing && !again(standing)) return;
  await start(durable, orchestration, instanceId, input, (now) => !again(now));
}
