/** Puts a message into a lifecycle's inbox. */
import type { DurableClient } from 'durable-functions';
import { INBOX } from '../domain/seam/functions.ts';
import type { Delivery, Message } from '../domain/seam/message.ts';
import { stateOf } from '../durable/entity.ts';
import { type ListeningState, listeningEntity, listeningSince } from '../entities/listening.ts';
import { ports } from '../ports/index.ts';
import { delivered } from '../telemetry/steps.ts';

/**
 * Delivers; a lifecycle that has ended takes nothing more, which is fine: whoever waits for an outcome reads it elsewhere.
 * @throws when the instance is unknown, so that a report that came before the lifecycle's row is tried again
 */
export async function report(delivery: Delivery, durable: DurableClient): Promise<void> {
  // Removals that the reaper starts have nobody to report to.
  if (delivery.parent !== '')
    await durable.raiseEvent(delivery.parent, INBOX, await complete(delivery.message, durable));
  await delivered(delivery);
}

/** Who waited for something to heal by itself is told since when anybody would have heard that it has. */
async function complete(message: Message, durable: DurableClient): Promise<Message> {
  if (message.type !== 'alarm' || message.alarm !== 'remedy') return message;
  const listening = listeningSince(await stateOf<ListeningState>(durable, listeningEntity), ports().now());
  return listening === undefined ? message : { ...message, listening };
}
