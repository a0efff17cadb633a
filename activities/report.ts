/** Puts a message into a lifecycle's inbox. */
import type { DurableClient } from 'durable-functions';
import { INBOX } from '../domain/seam/functions.ts';
import type { Delivery } from '../domain/seam/message.ts';
import { delivered } from '../telemetry/steps.ts';

/**
 * Delivers; a lifecycle that has ended takes nothing more, which is fine: whoever waits for an outcome reads it elsewhere.
 * @throws when the instance is unknown, so that a report that came before the lifecycle's row is tried again
 */
export async function report(delivery: Delivery, durable: DurableClient): Promise<void> {
  // Removals that the reaper starts have nobody to report to.
  if (delivery.parent !== '') await durable.raiseEvent(delivery.parent, INBOX, delivery.message);
  await delivered(delivery);
}
