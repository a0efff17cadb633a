/**
 * The durable entity of what doors lately put into the inbox of one deployment's lifecycle. An instance that has failed throws away what
 * is on its way to it; who takes the lifecycle up again finds here what was promised.
 */
import { EntityId } from 'durable-functions';
import type { Message } from '../domain/seam/message.ts';

export const POSTED = 'posted';
export const postedEntity = (deploymentId: string) => new EntityId(POSTED, deploymentId);

/** Messages that are kept, the newest: what came before them was heard long ago. */
const KEPT = 50;

/** Oldest first. */
export interface PostedState {
  messages: Message[];
}
export const nothingPosted = (): PostedState => ({ messages: [] });

export const post = ({ messages }: PostedState, message: Message): PostedState => ({
  messages: [...messages, message].slice(-KEPT),
});
