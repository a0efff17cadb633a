/** What machines and containers of an event use, by Azure Monitor. */
import type { AzureClients } from '../azure/clients.ts';
import { classify } from '../azure/errors.ts';
import { type Measured, measured, type Point } from '../azure/monitor.ts';
import type { Usage } from '../contract/api/usage.ts';
import { resourceName } from '../domain/names.ts';
import type { LifecycleInput } from '../domain/seam/lifecycle-input.ts';
import type { DecodedStatus } from '../domain/status/decode.ts';

const MINUTE = 60_000;
/** Longest span for each width of a sample, in minutes: about a hundred samples are enough for a line. */
const WIDTHS = [
  [120, 1],
  [12 * 60, 5],
  [36 * 60, 15],
] as const;

const CONTAINERS = 'Microsoft.ContainerInstance/containerGroups';
const MACHINES = 'Microsoft.Compute/virtualMachines';
/** Names as Azure Monitor has them; container groups have these four and no more. */
const OF_GROUP = ['CpuUsage', 'MemoryUsage', 'NetworkBytesReceivedPerSecond', 'NetworkBytesTransmittedPerSecond'];
const OF_MACHINE = ['Percentage CPU', 'Available Memory Bytes', 'Network In Total', 'Network Out Total'];

interface Measuree {
  component: string;
  id: string;
  /** What one unit of each of the four metrics is in what is shown: percent, bytes, bits per second, bits per second. */
  factors: readonly [cpu: number, memory: number, received: number, sent: number];
}

/** @param minutes between `from` and `to` */
const widthOf = (minutes: number): number => WIDTHS.find(([span]) => minutes <= span)?.[1] ?? 60;

function shown(
  { component, id, factors }: Measuree,
  names: readonly string[],
  found: Measured,
): Usage['components'][0] {
  const series = found.get(id.toLowerCase());
  // Azure gives a metric its localised name back, which differs from the invariant one in its case at most.
  const at = (index: 0 | 1 | 2 | 3): Point[] => {
    const name = [...(series?.keys() ?? [])].find((one) => one.toLowerCase() === names[index]?.toLowerCase());
    return (series?.get(name ?? '') ?? []).map(([time, value]) => [
      time,
      Math.round(value * factors[index] * 100) / 100,
    ]);
  };
  return { component, cpuPercent: at(0), memoryBytes: at(1), inBitsPerSecond: at(2), outBitsPerSecond: at(3) };
}

/** Never throws: that nothing can be said is said. @param from and @param to milliseconds since the Unix epoch */
export async function usageOf(
  azure: AzureClients,
  { event, template, installation }: LifecycleInput,
  { region, resourceGroup, machines }: DecodedStatus,
  from: number,
  to: number,
): Promise<Usage> {
  const width = widthOf((to - from) / MINUTE);
  const group = `/subscriptions/${installation.subscriptionId}/resourceGroups/${resourceGroup}/providers`;
  const containers = (['relay', 'slides'] as const).map(
    (role): Measuree => ({
      component: role,
      id: `${group}/${CONTAINERS}/${resourceName.containerGroup(role, event, region)}`,
      // Millicores of what the group was given; bytes; bytes per second twice.
      factors: [1 / (10 * template[role].cpu), 1, 8, 8],
    }),
  );
  const mixers = machines
    .filter(({ removed }) => !removed)
    .map(
      ({ language, variant }): Measuree => ({
        component: `mixer-${language}`,
        id: `${group}/${MACHINES}/${resourceName.mixer(language, event, variant)}`,
        // Percent; bytes; bytes within one sample twice.
        factors: [1, 1, 8 / (60 * width), 8 / (60 * width)],
      }),
    );
  const usage: Usage = { from: new Date(from).toISOString(), to: new Date(to).toISOString(), components: [] };
  const interval = width === 60 ? 'PT1H' : `PT${width}M`;
  const ask = async (namespace: string, of: readonly Measuree[], names: readonly string[]) => {
    const ids = of.map(({ id }) => id);
    const asked = { region, namespace, ids, names, from: new Date(from), to: new Date(to), interval };
    const found = await measured(azure, asked);
    return of.map((one) => shown(one, names, found));
  };
  try {
    const all = await Promise.all([ask(CONTAINERS, containers, OF_GROUP), ask(MACHINES, mixers, OF_MACHINE)]);
    usage.components.push(...all.flat());
  } catch (error) {
    const { failure } = classify(error);
    usage.problem = `Azure Monitor: ${failure.code}: ${failure.message}`;
  }
  return usage;
}
