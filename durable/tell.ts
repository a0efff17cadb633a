/** Starts telling people something, once under its id: the orchestration tries until it is delivered or given up. */
import type { DurableClient } from 'durable-functions';
import type { Notification } from '../domain/seam/records.ts';
import { startOnce } from './start.ts';

export async function startNotification(
  durable: DurableClient,
  instanceId: string,
  input: Notification,
): Promise<void> {
  await startOnce(durable, 'notify', instanceId, input);
}
