/** What machines and containers of an event use, by Azure Monitor. */
import type { AzureClients } from '../azure/clients.ts';
import { classify } from '../azure/errors.ts';
import { type Measured, measured, type Point } from '../azure/monitor.ts';
import type { Usage } from '../contract/api/usage.ts';
import { kindOf } from '../domain/kinds/index.ts';
import type { LifecycleInput } from '../domain/seam/lifecycle-input.ts';
import type { DecodedStatus } from '../domain/status/decoded.ts';
import { partsOf } from '../domain/status/parts.ts';

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

/** What is measured of each component, by the region it runs in. */
function measurees(input: LifecycleInput, status: DecodedStatus, width: number) {
  const group = `/subscriptions/${input.installation.subscriptionId}/resourceGroups/${status.resourceGroup}/providers`;
  const found: { region: string; namespace: string; of: Measuree }[] = [];
  for (const part of partsOf(input, status)) {
    const spec = kindOf(part.rule).spec(part, part.id);
    if (spec?.kind === 'containers') {
      // Millicores of what the group was given; bytes; bytes per second twice.
      const factors = [1 / (10 * spec.cpu), 1, 8, 8] as const;
      const of = { component: part.id, id: `${group}/${CONTAINERS}/${spec.name}`, factors };
      found.push({ region: spec.region, namespace: CONTAINERS, of });
    } else if (spec?.kind === 'machine') {
      // Percent; bytes; bytes within one sample twice.
      const factors = [1, 1, 8 / (60 * width), 8 / (60 * width)] as const;
      const of = { component: part.id, id: `${group}/${MACHINES}/${spec.name}`, factors };
      found.push({ region: status.region, namespace: MACHINES, of });
    }
  }
  return found;
}

/** Never throws: that nothing can be said is said. @param from and @param to milliseconds since the Unix epoch */
export async function usageOf(
  azure: AzureClients,
  input: LifecycleInput,
  status: DecodedStatus,
  from: number,
  to: number,
): Promise<Usage> {
  const width = widthOf((to - from) / MINUTE);
  const usage: Usage = { from: new Date(from).toISOString(), to: new Date(to).toISOString(), components: [] };
  const interval = width === 60 ? 'PT1H' : `PT${width}M`;
  const all = measurees(input, status, width);
  const places = [...new Set(all.map(({ region, namespace }) => `${region} ${namespace}`))];
  const ask = async (place: string) => {
    const [region = '', namespace = ''] = place.split(' ');
    const there = all.filter((one) => one.region === region && one.namespace === namespace).map(({ of }) => of);
    const names = namespace === CONTAINERS ? OF_GROUP : OF_MACHINE;
    const ids = there.map(({ id }) => id);
    const asked = { region, namespace, ids, names, from: new Date(from), to: new Date(to), interval };
    const found = await measured(azure, asked);
    return there.map((one) => shown(one, names, found));
  };
  try {
    usage.components.push(...(await Promise.all(places.map(ask))).flat());
  } catch (error) {
    const { failure } = classify(error);
    usage.problem = `Azure Monitor: ${failure.code}: ${failure.message}`;
  }
  return usage;
}
