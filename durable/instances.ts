/** Durable instances as the typed client does not give them: absent is undefined, ended is told from running. */
import type { DurableClient } from 'durable-functions';
import type { EndedInstance } from '../domain/seam/message.ts';
import { sleep } from '../ports/index.ts';

export type Instance = Awaited<ReturnType<DurableClient['getStatus']>>;

/** The status of an instance, undefined when there is no such instance. The client has no typed way to say so. */
export async function instanceStatus(durable: DurableClient, instanceId: string): Promise<Instance | undefined> {
  try {
    return await durable.getStatus(instanceId);
  } catch (error) {
    if (/HTTP 404|could not find any data/i.test(String((error as Error)?.message))) return undefined;
    throw error;
  }
}

const ENDED = ['Completed', 'Failed', 'Terminated', 'Canceled'] as const;

/** Whether an instance has come to an end of any kind. */
export const isEnded = ({ runtimeStatus }: Pick<Instance, 'runtimeStatus'>): boolean =>
  (ENDED as readonly string[]).includes(String(runtimeStatus));

/** What an instance came to; undefined while it runs. */
export async function endedInstance(durable: DurableClient, instanceId: string): Promise<EndedInstance | undefined> {
  const status = await instanceStatus(durable, instanceId);
  if (!status) return { instanceId, runtimeStatus: 'absent' };
  const runtimeStatus = ENDED.find((name) => name === String(status.runtimeStatus));
  if (!runtimeStatus) return undefined;
  return runtimeStatus === 'Completed'
    ? { instanceId, runtimeStatus, output: status.output }
    : { instanceId, runtimeStatus };
}

/** Looks at a result that is being written, with a pause between; together some 10 s. */
const LOOKS = 50;
const LOOK_PAUSE = 200;

/**
 * The output of an instance that completed. A result is an instance with one turn: where that is still to come, it is waited for some
 * seconds, so that what is over has its result for whoever asks at once.
 */
export async function outputOf<T>(durable: DurableClient, id: string): Promise<T | undefined> {
  let status = await instanceStatus(durable, id);
  for (let nth = 0; nth < LOOKS && status && !isEnded(status); nth++) {
    await sleep(LOOK_PAUSE);
    status = await instanceStatus(durable, id);
  }
  return status && String(status.runtimeStatus) === 'Completed' ? (status.output as T) : undefined;
}
