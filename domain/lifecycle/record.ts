import { type CertifiedResource, sealCertificate } from '../certificate.ts';
import { hourlyPrices } from '../plan/cost.ts';
import { planGraph } from '../plan/graph.ts';
import { PRICES, roundMoney } from '../plan/prices.ts';
import { nodeSpec } from '../plan/specs.ts';
import { encodeStatus } from '../status/encode.ts';
import type { DeploymentRecord, LifecycleInput, RemovedResource } from '../workflow.ts';
import type { LifecycleState } from './state.ts';

/**
 * A time of a certificate: whole seconds, no fraction. The Durable extension reads texts that look like times and writes them
 * again without the zeros at the end of their fraction; the content hash must survive that.
 */
const stamp = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;
const stampOf = (text: string | undefined): string | undefined => {
  const time = Date.parse(text ?? '');
  return Number.isFinite(time) ? stamp(time) : undefined;
};

/** Everything that is left of a deployment: its input, last status, certificate and journal. */
export function deploymentRecord(input: LifecycleInput, state: LifecycleState): DeploymentRecord {
  const ended = state.endedAt ?? state.since;
  const resources = certified(input, state);
  return {
    input,
    status: encodeStatus(input, state),
    journal: state.journal,
    certificate: sealCertificate({
      deploymentId: input.deploymentId,
      event: input.event,
      title: input.request.title,
      environment: input.request.environment,
      outcome: state.outcome,
      reason: state.reason,
      resourceGroups: state.groups,
      acceptedAt: stampOf(input.acceptedAt) ?? stamp(state.startedAt),
      ...(state.liveAt === undefined ? {} : { liveAt: stamp(state.liveAt) }),
      endedAt: stamp(ended),
      resources,
      cost: {
        total: roundMoney(resources.reduce((sum, { cost = 0 }) => sum + cost, 0)),
        currency: PRICES.currency,
        pricesAsOf: PRICES.asOf,
      },
      verification: {
        at: stampOf(state.lastRemoval?.verifiedAt) ?? stamp(ended),
        resourceGroup: state.layout.resourceGroup,
        resourcesLeft: state.lastRemoval?.remains.length ?? 0,
        secretsLeft: 0,
      },
    }),
  };
}

/** When each plan node finished, by the Azure name it made: the creation time of what the listing gave none for. */
function finishedByName(input: LifecycleInput, state: LifecycleState): Map<string, number> {
  const times = new Map<string, number>();
  for (const { id } of planGraph(state.layout.machines.map(({ language }) => language))) {
    const spec = nodeSpec(input, state.layout, id);
    const finished = state.nodes[id]?.finishedAt;
    if ('name' in spec && finished !== undefined) times.set(spec.name.toLowerCase(), finished);
  }
  return times;
}

function certified(input: LifecycleInput, state: LifecycleState): CertifiedResource[] {
  const made = finishedByName(input, state);
  const price = hourlyPrices(input.template, input.request.spot);
  const sizes = new Map(
    state.layout.machines.map(({ language, vmSize }) => [`mixer-${language}-${input.event}`, vmSize]),
  );
  const hourly = ({ type, name }: RemovedResource): number => {
    switch (type.toLowerCase()) {
      case 'microsoft.containerinstance/containergroups':
        return name.startsWith('slides') ? price.slides : price.relay;
      case 'microsoft.compute/virtualmachines':
        return price.machine(sizes.get(name) ?? input.request.vmSizes[0] ?? '');
      case 'microsoft.compute/disks':
        return price.disk;
      case 'microsoft.network/publicipaddresses':
        return price.publicIp;
      default:
        return 0;
    }
  };
  return [...state.existed]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((resource): CertifiedResource => {
      const finished = made.get(resource.name.toLowerCase());
      const createdAt = stampOf(resource.createdAt) ?? (finished === undefined ? undefined : stamp(finished));
      const { id, type, name } = resource;
      const removedAt = stampOf(resource.removedAt);
      const known = createdAt !== undefined && removedAt !== undefined;
      const seconds = known
        ? Math.max(0, Math.round((Date.parse(removedAt) - Date.parse(createdAt)) / 1000))
        : undefined;
      return {
        id,
        type,
        name,
        ...(createdAt === undefined ? {} : { createdAt }),
        ...(removedAt === undefined ? {} : { removedAt }),
        ...(seconds === undefined ? {} : { seconds, cost: roundMoney((seconds / 3600) * hourly(resource)) }),
      };
    });
}
