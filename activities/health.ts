/** The health gate: each relay answers, each mixer has spoken. */
import { probe } from '../azure/probe.ts';
import { gateAttempts } from '../domain/plan/polling.ts';
import type { Failure, NodeFacts, NodeStep } from '../domain/workflow.ts';
import { ports } from '../ports/index.ts';
import type { NodeContext, NodeHandler } from './handler.ts';
import { isSilent, type MixerState, mixerEntity, verdictOf } from './mixer-entity.ts';
import { armId, read } from './resource.ts';

type Look = { healthy: true; facts?: NodeFacts } | { healthy: false; reason: string };

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
    advice: 'see the logs of the component (stream-control logs <event>) and docs/troubleshooting.md',
  };
  return { step: 'failed', failure };
}

async function lookAtContainer({ input, spec, azure }: NodeContext<'check-container'>): Promise<Look> {
  const group = await read(azure.containers.containerGroups.get(input.resourceGroup, spec.container));
  const host = group?.ipAddress?.fqdn;
  if (!host) return { healthy: false, reason: group ? 'has no address yet' : 'does not exist' };
  const seen = await probe(azure.transport, host, spec.port);
  return seen.healthy ? { healthy: true, facts: { host } } : seen;
}

export const checkContainer: NodeHandler<'check-container'> = {
  begin: async (context) => await checkContainer.poll(context, '1'),
  poll: async (context, token) =>
    attempt(
      await lookAtContainer(context),
      Number(token),
      context.spec,
      context.input.installation.timeScale,
      armId(context.input, 'Microsoft.ContainerInstance/containerGroups', context.spec.container),
    ),
};

/** A booting machine is asked for its state at one look in so many: it explains the wait and ends nothing. */
const VIEW_EVERY = 3;

/**
 * A mixer is healthy when its agent speaks and has no complaint. Only a fresh word counts: the machine that had this
 * language before may have spoken last.
 */
async function lookAtMixer({ input, spec, azure, durable }: NodeContext<'check-mixer'>, nth: number): Promise<Look> {
  const { entityState } = await durable.readEntityState<MixerState>(mixerEntity(input.deploymentId, spec.language));
  const heartbeat = entityState?.heartbeat;
  const interval = (spec.intervalSeconds * 1000) / input.installation.timeScale;
  if (heartbeat && !isSilent(heartbeat, interval, ports().now())) {
    const { healthy, reasons } = verdictOf(heartbeat);
    return healthy ? { healthy } : { healthy, reason: reasons.join('; ') };
  }
  // The last look always asks: its answer is what people read.
  const last = gateAttempts(spec.attempts, spec.intervalSeconds, input.installation.timeScale);
  if (nth % VIEW_EVERY !== 0 && nth < last) return { healthy: false, reason: 'no heartbeat yet' };
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
