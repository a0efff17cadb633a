import type { DurableClient } from 'durable-functions';
import { instanceId } from '../domain/names.ts';
import { INBOX } from '../domain/seam/functions.ts';
import type { Message } from '../domain/seam/message.ts';
import { postedEntity } from '../entities/posted.ts';

/**
 * Puts a message into the inbox of an event's lifecycle. One that has ended takes nothing more, and says nothing: whoever waits
 * for an outcome reads it elsewhere.
 * @throws when there is no such instance
 */
export const send = (durable: DurableClient, event: string, message: Message): Promise<void> =>
  durable.raiseEvent(instanceId.lifecycle(event), INBOX, message);

/**
 * The same for what is promised to somebody and said only once: it is kept, so that it counts though the lifecycle fails before it
 * takes it.
 * @throws as {@link send}
 */
export async function sendKept(durable: DurableClient, event: string, message: Message): Promise<void> {
  await durable.signalEntity(postedEntity(message.deploymentId), 'post', message);
  await send(durable, event, message);
}
