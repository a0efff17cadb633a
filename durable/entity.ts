import type { DurableClient, EntityId } from 'durable-functions';

/** What an entity holds; undefined when it was never told anything. */
export async function stateOf<State>(durable: DurableClient, entity: EntityId): Promise<State | undefined> {
  return (await durable.readEntityState<State>(entity)).entityState;
}
