import { parseOperationId } from '../names.ts';
import { type EndedInstance, type Message, messageSchema } from '../seam/message.ts';

/** Checks what arrives: anyone with the host's key may raise any event at an orchestration. */

/** The message, if it is valid and of this deployment: an old alarm must never end next week's show. */
export function readMessage(received: unknown, deploymentId: string): Message | undefined {
  if ((received as { deploymentId?: unknown } | null | undefined)?.deploymentId !== deploymentId) return undefined;
  const result = messageSchema.safeParse(received);
  if (!result.success) return undefined;
  const read: Message = { deploymentId, ...result.data };
  if (read.type === 'command' && parseOperationId(read.operationId)?.deploymentId !== deploymentId) return undefined;
  return read;
}

/** The same for the output of a durable instance. */
export const readEnded = (instance: EndedInstance, deploymentId: string): Message | undefined =>
  instance.runtimeStatus === 'Completed' ? readMessage(instance.output, deploymentId) : undefined;
