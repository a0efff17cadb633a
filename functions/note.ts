/** What is done to an event beside its lifecycle, written into its journal. */
import { instanceId } from '../domain/names.ts';
import { INBOX, type Message } from '../domain/workflow.ts';
import type { Call } from './door.ts';
import type { Lifecycle } from './instances.ts';
import { randomHex } from './random.ts';

/** Writes down before anything is done: who cannot be written down does nothing. */
export async function writeDown(
  call: Pick<Call, 'durable' | 'audit'>,
  { input: { event, deploymentId } }: Pick<Lifecycle, 'input'>,
  code: Extract<Message, { type: 'note' }>['code'],
  text: string,
): Promise<void> {
  call.audit(`${code} of ${deploymentId}: ${text}`);
  const note: Message = { type: 'note', deploymentId, id: randomHex(8), code, text };
  await call.durable.raiseEvent(instanceId.lifecycle(event), INBOX, note);
}
