/** What a component itself says at the moment in which Azure says that it failed: it knows better. */

import { clients } from '../azure/clients.ts';
import { kindOf } from '../domain/kinds/index.ts';
import type { Part } from '../domain/kinds/kind.ts';
import { heartbeatInterval } from '../domain/plan/polling.ts';
import type { LifecycleInput } from '../domain/seam/lifecycle-input.ts';
import type { DecodedStatus } from '../domain/status/decoded.ts';
import { stateOf } from '../durable/entity.ts';
import { type AgentState, agentEntity, isSilent, verdictOf } from '../entities/agent.ts';
import { healthOf } from '../inspect/health.ts';
import { ports } from '../ports/index.ts';
import type { Call } from './door.ts';

/** Names in lower case of the Azure resources that a component consists of now. */
export const namesOf = (part: Part): string[] =>
  kindOf(part.rule)
    .resources(part)
    .map((name) => name.toLowerCase());

/** When (ISO 8601) it last said that it is well, where that is fresh; undefined when it does not say so. */
export async function witnessOf(
  { durable, settings }: Pick<Call, 'durable' | 'settings'>,
  input: LifecycleInput,
  status: DecodedStatus,
  part: Part,
): Promise<string | undefined> {
  const now = ports().now();
  const kind = kindOf(part.rule);
  if (kind.health(part)) {
    const seen = await healthOf(await clients(settings.subscriptionId), part, status);
    return seen?.healthy ? new Date(now).toISOString() : undefined;
  }
  const seconds = kind.heartbeat(part.rule);
  if (seconds === undefined) return undefined;
  const entity = agentEntity(input.deploymentId, part.id);
  const heartbeat = (await stateOf<AgentState>(durable, entity))?.heartbeat;
  if (!heartbeat || !verdictOf(heartbeat).healthy) return undefined;
  const interval = heartbeatInterval(seconds, input.installation.timeScale, status.members.length) * 1000;
  return isSilent(heartbeat, interval, now) ? undefined : heartbeat.at;
}
