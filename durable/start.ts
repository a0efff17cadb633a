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
 * Starts under an id that may be used again, as an event's name is. Whoever is slower is told nothing, or even that the start is
 * theirs: whose it became, the instance's input says. An earlier instance that has ended is nobody's start.
 */
export const startAnew = (
  durable: DurableClient,
  orchestration: keyof typeof ORCHESTRATION,
  instanceId: string,
  input: unknown,
): Promise<void> => start(durable, orchestration, instanceId, input, (standing) => !isEnded(standing));

/**
 * Starts an orchestration unless it was started before. A finished id would run again when it is started again, so the status
 * is read first, and any state counts as started. Two that start at once are one.
 * @param again whether what stands under the id is to be started nevertheless
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
