import { complaintsText } from '../domain/seam/complaint.ts';
import { stateOf } from '../durable/entity.ts';
import { type AgentState, agentEntity, hasDelivered, isSilent, verdictOf } from '../entities/agent.ts';
import { ports } from '../ports/index.ts';
import { asksAzure, gate, type Look } from './gate.ts';
import type { NodeContext } from './handler.ts';
import { activitiesOf } from './kinds/index.ts';
import { armId } from './resource.ts';

/**
 * A component is healthy when its agent speaks and has no complaint, and what it must deliver has arrived. Only a fresh word
 * counts: the one that was in its place before may have spoken last.
 */
async function lookAtAgent(context: NodeContext<'check-agent'>, nth: number): Promise<Look> {
  const { input, spec, azure, durable } = context;
  const entityState = await stateOf<AgentState>(durable, agentEntity(input.deploymentId, spec.component));
  const heartbeat = entityState?.heartbeat;
  const interval = (spec.intervalSeconds * 1000) / input.installation.timeScale;
  if (heartbeat && !isSilent(heartbeat, interval, ports().now())) {
    const { healthy, problems } = verdictOf(heartbeat);
    if (!healthy) return { healthy, reason: complaintsText(problems), problems };
    if (spec.delivers && entityState.desired.streaming && !hasDelivered(heartbeat))
      return { healthy: false, reason: 'its destination has not accepted picture and sound yet' };
    return { healthy };
  }
  if (!asksAzure(context, nth)) return { healthy: false, reason: 'no heartbeat yet' };
  const { text, off, offAt } = await activitiesOf(spec.of).silent({ input, spec, azure });
  return {
    healthy: false,
    reason: `no heartbeat; ${text}`,
    ...(off ? { hopeless: true } : {}),
    ...(offAt === undefined ? {} : { facts: { offAt } }),
  };
}

export const checkAgent = gate<'check-agent'>(lookAtAgent, ({ input, spec }) =>
  armId(input, activitiesOf(spec.of).switch.type, spec.name),
);
