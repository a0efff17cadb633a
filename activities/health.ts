/** The health gate: each relay answers, each mixer has spoken. */

import { probe } from '../azure/probe.ts';
import { type Complaint, complaintsText } from '../domain/lifecycle/complaint.ts';
import { gateAttempts } from '../domain/plan/polling.ts';
import type { Failure } from '../domain/seam/failure.ts';
import type { NodeFacts, NodeStep } from '../domain/seam/node.ts';
import { stateOf } from '../durable/entity.ts';
import { isSilent, type MixerState, mixerEntity, verdictOf } from '../entities/mixer.ts';
import { ports } from '../ports/index.ts';
import type { NodeContext, NodeHandler } from './handler.ts';
import { armId, read } from './resource.ts';

type Look = { healthy: true; facts?: NodeFacts } | { healthy: false; reason: string; problems?: Complaint[] };

/** One attempt of a check; the token counts them. */
function attempt(
  look: Look,
  nth: number,
  spec: { attempts: number; intervalSeconds: number },
  timeScale: number,
  resource: string,
): NodeStep {
  if (look.healthy) return look.facts ? { step: 'done', facts: look.facts } : { step: 'done' };
  if (nth < gateAttempts(spec.attempts, spec.intervalSeconds, timeScale))
    return { step: 'running', token: String(nth + 1), afterSeconds: spec.intervalSeconds, detail: look.reason };
  const failure: Failure = {
    class: 'unhealthy',
    code: 'HealthCheckFailed',
    message: `Cannot call it healthy after ${nth} attempts: ${look.reason}`,
    resource,
    advice: 'see the logs of the component (stream-control logs <event>) and docs/operate/troubleshooting.md',
    ...(look.problems ? { problems: look.problems } : {}),
  };
  return { step: 'failed', failure };
}

/** What only explains a wait, and ends none, is asked of Azure at one look in so many; and at the last, which people read. */
const VIEW_EVERY = 3;
const asksAzure = ({ input, spec }: NodeContext<'check-container'> | NodeContext<'check-mixer'>, nth: number) =>
  nth % VIEW_EVERY === 0 || nth >= gateAttempts(spec.attempts, spec.intervalSeconds, input.installation.timeScale);

async function lookAtContainer(context: NodeContext<'check-container'>, nth: number): Promise<Look> {
  const { input, spec, azure } = context;
  const seen = await probe(azure.transport, spec.host, spec.port);
  if (seen.healthy) return { healthy: true, facts: { host: spec.host } };
  if (!asksAzure(context, nth)) return seen;
  const group = await read(azure.containers.containerGroups.get(input.resourceGroup, spec.container));
  const state = group ? `container group ${group.instanceView?.state ?? 'without a state'}` : 'no container group';
  return { healthy: false, reason: `${seen.reason}; ${state}` };
}

export const checkContainer: NodeHandler<'check-container'> = {
  begin: async (context) => await checkContainer.poll(context, '1'),
  poll: async (context, token) =>
    attempt(
      await lookAtContainer(context, Number(token)),
      Number(token),
      context.spec,
      context.input.installation.timeScale,
      armId(context.input, 'Microsoft.ContainerInstance/containerGroups', context.spec.container),
    ),
};

/**
 * A mixer is healthy when its agent speaks and has no complaint. Only a fresh word counts: the machine that had this
 * language before may have spoken last.
 */
async function lookAtMixer(context: NodeContext<'check-mixer'>, nth: number): Promise<Look> {
  const { input, spec, azure, durable } = context;
  const entityState = await stateOf<MixerState>(durable, mixerEntity(input.deploymentId, spec.language));
  const heartbeat = entityState?.heartbeat;
  const interval = (spec.intervalSeconds * 1000) / input.installation.timeScale;
  if (heartbeat && !isSilent(heartbeat, interval, ports().now())) {
    const { healthy, problems } = verdictOf(heartbeat);
    return healthy ? { healthy } : { healthy, reason: complaintsText(problems), problems };
  }
  if (!asksAzure(context, nth)) return { healthy: false, reason: 'no heartbeat yet' };
  const view = await read(azure.compute.virtualMachines.instanceView(input.resourceGroup, spec.mixer));
  const power = view?.statuses?.find((status) => status.code?.startsWith('PowerState/'))?.code;
  const agent = view?.vmAgent?.statuses?.[0]?.displayStatus;
  return {
    healthy: false,
    reason: `no heartbeat; machine ${power?.replace('PowerState/', '') ?? 'absent'}, VM agent ${agent ?? 'silent'}`,
  };
}

export const checkMixer: NodeHandler<'check-mixer'> = {
  begin: async (context) => await checkMixer.poll(context, '1'),
  poll: async (context, token) =>
    attempt(
      await lookAtMixer(context, Number(token)),
      Number(token),
      context.spec,
      context.input.installation.timeScale,
      armId(context.input, 'Microsoft.Compute/virtualMachines', context.spec.mixer),
    ),
};
