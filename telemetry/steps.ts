/** A span per node and removal, told when its outcome is delivered. */
import type { Delivery, Message } from '../domain/seam/message.ts';
import { flush, isTold, measure, tell } from './outbox.ts';
import { nodeSpan, removalSpan, rootOf, type Span, traceOf } from './span.ts';

/** Longest that words of Azure's are shown. */
const WORDS = 300;

type Ended = Extract<Message, { type: 'node' | 'removed' }>;

const identity = (message: Ended): Pick<Span, 'name' | 'spanId' | 'attributes'> =>
  message.type === 'node'
    ? {
        name: `node ${message.node}`,
        spanId: nodeSpan(message.deploymentId, message.node, message.attempt),
        attributes: { 'stream_control.node': message.node, 'stream_control.attempt': message.attempt },
      }
    : {
        name: 'removal',
        spanId: removalSpan(message.deploymentId, message.n),
        attributes: { 'stream_control.removed': message.existed.length },
      };

/** @param from ISO 8601: when its orchestration began */
export function stepSpan(message: Ended, from: number, to: number): Span {
  const { deploymentId, outcome, failure } = message;
  const { name, spanId, attributes } = identity(message);
  return {
    name,
    kind: 'internal',
    traceId: traceOf(deploymentId),
    spanId,
    parentId: rootOf(deploymentId),
    from,
    to: Math.max(from, to),
    attributes: {
      ...attributes,
      'stream_control.deployment': deploymentId,
      'stream_control.outcome': outcome,
      ...(failure && { 'error.type': failure.class, 'stream_control.failure.code': failure.code }),
    },
    ...(failure && { error: `${failure.code}: ${failure.message}`.slice(0, WORDS) }),
  };
}

/** Told after it was delivered, and waited for: should the process die before, durable work repeats both. */
export async function delivered({ message, began, ended }: Delivery): Promise<void> {
  if (!isTold() || (message.type !== 'node' && message.type !== 'removed')) return;
  const [from, to] = [Date.parse(began ?? ''), Date.parse(ended ?? '')];
  // Delivered by a build that did not say when.
  if (!Number.isFinite(from) || !Number.isFinite(to)) return;
  const { failure } = message;
  tell(stepSpan(message, from, to));
  if (failure)
    measure({
      metric: 'stream_control.failures',
      value: 1,
      attributes: { 'error.type': failure.class, 'stream_control.failure.code': failure.code },
    });
  await flush();
}
