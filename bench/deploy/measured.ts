/** What the simulator says really took time, and the longest chain of it: the physical limit of a deployment. */

import { resourceName } from '../../domain/names.ts';
import { type GraphNode, planGraph } from '../../domain/plan/graph.ts';
import { initialMembers } from '../../domain/plan/initial.ts';
import type { LifecycleInput } from '../../domain/seam/lifecycle-input.ts';
import type { Snapshot } from '../../local/azure/simulator.ts';

interface Operation {
  kind: string;
  resourceId: string;
  startedAt: number;
  endsAt: number;
  endedAt?: number;
}

/** Seconds of each create operation, by the lower-case last part of the resource's id. */
function createSeconds(snapshot: Snapshot): Map<string, number> {
  const seconds = new Map<string, number>();
  for (const [, value] of snapshot.state.operations ?? []) {
    const operation = value as Operation;
    if (operation.kind !== 'create') continue;
    const name = operation.resourceId.split('/').at(-1)?.toLowerCase() ?? '';
    seconds.set(name, ((operation.endedAt ?? operation.endsAt) - operation.startedAt) / 1000);
  }
  return seconds;
}

/** Seconds from `begun` (ms since the epoch) until Azure has made the last machine. */
export function machinesMade(snapshot: Snapshot, begun: number): number {
  const ends = [...(snapshot.state.operations ?? [])]
    .map(([, value]) => value as Operation)
    .filter(({ kind, resourceId }) => kind === 'create' && /\/virtualMachines\//i.test(resourceId))
    .map(({ endedAt, endsAt }) => endedAt ?? endsAt);
  return Math.round((Math.max(...ends) - begun) / 1000);
}

/** Name of the resource that a node of the plan makes, lower-case; undefined for checks and secrets. */
function resourceOf(node: GraphNode, event: string, region: string): string | undefined {
  const { id, each = '', component = '' } = node;
  if (id === 'nsg-containers') return resourceName.nsg('containers');
  if (id === 'nsg-mixers') return resourceName.nsg('mixers');
  if (id === 'vnet') return resourceName.vnet;
  if (id === 'relay' || id === 'slides' || id.startsWith('light-')) return `${id}-${event}-${region}`;
  if (id.startsWith('pip-')) return resourceName.publicIp(each, event, 1);
  if (id.startsWith('nic-')) return resourceName.nic(each, event, 1);
  if (id.startsWith('mixer-')) return resourceName.machine(component, event, 1);
  return undefined;
}

/**
 * The longest chain of what Azure itself took, seconds: operations by the plan's dependencies, then the boot of a mixer
 * until its first heartbeat.
 * @param boots seconds from the end of a mixer's creation to its first heartbeat, by language
 */
export function physicalLimit(
  { template, request }: Pick<LifecycleInput, 'template' | 'request'>,
  event: string,
  region: string,
  snapshot: Snapshot,
  boots: ReadonlyMap<string, number>,
): { seconds: number; resources: number } {
  const took = createSeconds(snapshot);
  const end = new Map<string, number>();
  for (const node of planGraph(template, initialMembers(template, request))) {
    const start = Math.max(0, ...node.dependsOn.map((before) => end.get(before) ?? 0));
    const name = resourceOf(node, event, region);
    const own = name
      ? (took.get(name) ?? 0)
      : /^check-(mixer|light)-/.test(node.id)
        ? (boots.get(node.each ?? '') ?? 0)
        : 0;
    end.set(node.id, start + own);
  }
  return { seconds: Math.max(...end.values()), resources: took.size };
}
