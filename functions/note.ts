import { sha256 } from '../domain/hash.ts';
import type { Message } from '../domain/seam/message.ts';
import type { Lifecycle } from '../durable/deployments.ts';
import { sendKept } from '../durable/send.ts';
import { idempotencyKey } from './command.ts';
import type { Call } from './door.ts';
import { Problem } from './problem.ts';
import { randomHex } from './random.ts';
import { howBroken } from './views.ts';

/** The same under one Idempotency-Key is one line, however often it is asked for. */
function noteId(call: Pick<Call, 'request' | 'key' | 'who'>, text: string): string {
  const key = idempotencyKey(call);
  return key === undefined ? randomHex(8) : sha256(JSON.stringify([call.who.name, key, text])).slice(0, 16);
}

/**
 * Writes down before anything is done: who cannot be written down does nothing.
 * @throws Problem 409 when the lifecycle broke, which writes nothing down any more
 */
export async function writeDown(
  call: Pick<Call, 'durable' | 'audit' | 'request' | 'key' | 'who'>,
  { input: { event, deploymentId }, broken, runtime }: Pick<Lifecycle, 'input' | 'broken' | 'runtime'>,
  code: Extract<Message, { type: 'note' }>['code'],
  text: string,
): Promise<void> {
  if (broken) throw new Problem(409, `This is written down by the event, and ${howBroken(runtime)}`);
  call.audit(`${code} of ${deploymentId}: ${text}`);
  const note: Message = { type: 'note', deploymentId, id: noteId(call, text), code, text };
  await sendKept(call.durable, event, note);
}
