/** Entities take what they are told when they get to it: a door that has answered must have been heard. */

import type { DurableClient, EntityId } from 'durable-functions';
import { stateOf } from '../durable/entity.ts';
import { ports, sleep } from '../ports/index.ts';
import { Problem } from './problem.ts';

/** Milliseconds an entity may take, and between two looks at it. */
const PATIENCE = 10_000;
const PAUSE = 50;

/**
 * Tells an entity something and waits until its state shows it.
 * @param shows whether a state has taken it in; undefined is an entity that was never told anything
 * @throws Problem 503 when the state does not show it in time; it may still come to
 */
export async function write<State>(
  durable: DurableClient,
  entity: EntityId,
  operation: string,
  input: unknown,
  shows: (state: State | undefined) => boolean,
): Promise<void> {
  await durable.signalEntity(entity, operation, input);
  const until = ports().now() + PATIENCE;
  for (;;) {
    const entityState = await stateOf<State>(durable, entity);
    if (shows(entityState)) return;
    if (ports().now() >= until)
      throw new Problem(503, 'It is taken, and not written down yet; look again in some seconds', {
        headers: { 'retry-after': '5' },
      });
    await sleep(PAUSE);
  }
}
