import { parseOperationId } from '../names.ts';
import { type EndedInstance, type Message, messageSchema } from '../seam/message.ts';

/** The inbox is checked at the door: anything may be raised at an orchestration. */

/** The message when it is one, and meant for this deployment; an old alarm must never end next week's show. */
export function readMessage(received: unknown, deploymentId: string): Message | undefined {
  if ((received as { deploymentId?: unknown } | null | undefined)?.deploymentId !== deploymentId) return undefined;
  const result = messageSchema.safeParse(received);
  if (!result.success) return undefined;
  const read: Message = { deploymentId, ...result.data };
  if (read.type === 'command' && parseOperationId(read.operationId)?.deploymentId !== deploymentId) return undefined;
  return read;
}

/** The same for what a durable instance left as its output. */
export const readEnded = (instance: EndedInstance, deploymentId: string): Message | undefined =>
  instance.runtimeStatus === 'Completed' ? readMessage(instance.output, deploymentId) : undefined;
