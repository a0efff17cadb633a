import type { DurableClient } from 'durable-functions';
import { stateOf } from '../durable/entity.ts';
import { inTurns } from '../durable/in-turns.ts';
import { type AgentState, agentEntity } from '../entities/agent.ts';

/** What the agents of components said last, by component; absent for those that never spoke. */
export async function heardAgents(
  durable: DurableClient,
  deploymentId: string,
  components: readonly string[],
): Promise<Map<string, AgentState>> {
  const heard = new Map<string, AgentState>();
  await inTurns(components, async (component) => {
    const entityState = await stateOf<AgentState>(durable, agentEntity(deploymentId, component));
    if (entityState) heard.set(component, entityState);
  });
  return heard;
}
