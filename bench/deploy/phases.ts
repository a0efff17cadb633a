/** The deployer to compare with: the same resources through the same request bodies, phase after phase, without durability. */
import type { DurableClient } from 'durable-functions';
import { begin, poll } from '../../activities/node.ts';
import { instanceId } from '../../domain/names.ts';
import { planGraph } from '../../domain/plan/graph.ts';
import { initialLayout } from '../../domain/plan/initial.ts';
import type { Layout } from '../../domain/plan/layout.ts';
import { nodeSpec } from '../../domain/plan/specs.ts';
import { childTags } from '../../domain/plan/tags.ts';
import type { LifecycleInput } from '../../domain/seam/lifecycle-input.ts';
import type { NodeFacts, NodeStep } from '../../domain/seam/node.ts';
import type { NodeInput } from '../../domain/seam/node-input.ts';
import type { VirtualClock } from '../../local/clock.ts';
import { sleep } from '../../ports/index.ts';
import { World } from '../../test/system/world.ts';

/** Nobody else is at work, so no fence: every status is absent. */
const alone = { getStatus: () => Promise.reject(new Error('HTTP 404')) } as unknown as DurableClient;

/** Interval of core-lro 3 when Azure gives no hint (@azure/core-lro, poller/constants.ts), seconds. */
const SDK_INTERVAL = 2;

async function make(clock: VirtualClock, input: NodeInput): Promise<NodeFacts> {
  let step: NodeStep = await clock.track(begin(input, alone));
  while (step.step === 'running' || step.step === 'again') {
    await sleep((step.afterSeconds ?? SDK_INTERVAL) * 1000);
    const next = step.step === 'running' ? poll({ ...input, token: step.token }, alone) : begin(input, alone);
    step = await clock.track(next);
  }
  if (step.step !== 'done') throw new Error(`${input.node}: ${JSON.stringify(step)}`);
  return step.facts ?? {};
}

/**
 * @param original input of a lifecycle that was measured on the same seed
 * @returns seconds of virtual time until every mixer has sent a heartbeat
 */
export async function phaseByPhase(original: LifecycleInput, seed: string): Promise<number> {
  const world = await World.create({ seed });
  try {
    const installation = { ...original.installation, publicUrl: world.host.origin };
    const input: LifecycleInput = { ...original, installation };
    const layout: Layout = { ...initialLayout(input), identityClientId: '' };
    const node = (id: string): NodeInput => ({
      deploymentId: input.deploymentId,
      event: input.event,
      parent: instanceId.lifecycle(input.event),
      node: id,
      attempt: 1,
      resourceGroup: layout.resourceGroup,
      region: layout.region,
      tags: childTags(input),
      spec: nodeSpec(input, layout, id),
      installation,
      pollSeconds: 10,
      expectedSeconds: 10,
      timeoutSeconds: 3600,
    });
    const ids = planGraph(input.template, layout.members).map(({ id }) => id);
    const phases = [
      ids.filter((id) => id === 'resource-group' || id === 'secrets'),
      ids.filter((id) => id.startsWith('nsg-') || id.startsWith('pip-')),
      ['vnet'],
      ids.filter((id) => id.startsWith('nic-')),
      ['relay', 'slides'],
      ids.filter((id) => id.startsWith('mixer-')),
    ];
    const found = await world.driven(make(world.clock, node('preflight')));
    layout.identityClientId = String(found.identityClientId);
    const begun = world.clock.now();
    await world.driven(
      (async () => {
        for (const phase of phases) await Promise.all(phase.map((id) => make(world.clock, node(id))));
        while (world.boots().size < input.request.languages.length) await sleep(SDK_INTERVAL * 1000);
      })(),
    );
    return (world.clock.now() - begun) / 1000;
  } finally {
    await world.stop();
  }
}
