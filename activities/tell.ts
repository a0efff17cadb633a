/** Starts telling people something, once under its id: the orchestration tries until it is delivered or given up. */
import type { DurableClient } from 'durable-functions';
import { type Notification, ORCHESTRATION } from '../domain/workflow.ts';
import { instanceStatus } from './perform.ts';

export async function startNotification(
  durable: DurableClient,
  instanceId: string,
  input: Notification,
): Promise<void> {
  if (!(await instanceStatus(durable, instanceId))) await durable.startNew(ORCHESTRATION.notify, { instanceId, input });
}
