/** Metric values as a function of time and cause: what a machine or a container did then, plus a seeded wobble. */

import { type Level, levelAt } from '../compute/vm-history.ts';
import { VM } from '../compute/vm-state.ts';
import { lifeOf } from '../container-instance/instance-view.ts';
import { groupState, moment } from '../container-instance/life.ts';
import { CONTAINER_GROUP } from '../container-instance/quota.ts';
import { sameId } from '../core/ids.ts';
import type { Resource } from '../core/model.ts';
import type { Sim } from '../core/sim.ts';

export interface Metric {
  name: string;
  unit: string;
  aggregation: 'Average' | 'Total';
  text: string;
  /** Value at `at` (ms since the epoch) before the wobble; null where Azure has no sample. */
  value(sim: Sim<'operations'>, resource: Resource, at: number): number | null;
}

const vm = (
  name: string,
  unit: string,
  aggregation: Metric['aggregation'],
  text: string,
  by: Record<Level, number | null>,
): Metric => ({
  name,
  unit,
  aggregation,
  text,
  value: (_, resource, at) => by[levelAt(resource, at)],
});

/** A busy machine is one that encodes video in software: 1080p keeps four cores half busy and sends about 6 Mbit/s. */
const VM_METRICS: Metric[] = [
  vm('Percentage CPU', 'Percent', 'Average', 'The percentage of allocated compute units in use', {
    off: null,
    idle: 4,
    busy: 55,
    broken: 2,
  }),
  vm('Network In Total', 'Bytes', 'Total', 'Bytes received by the machine', {
    off: null,
    idle: 40_000,
    busy: 47_000_000,
    broken: 40_000,
  }),
  vm('Network Out Total', 'Bytes', 'Total', 'Bytes sent by the machine', {
    off: null,
    idle: 40_000,
    busy: 46_000_000,
    broken: 40_000,
  }),
  vm('Available Memory Bytes', 'Bytes', 'Average', 'Memory free for use', {
    off: null,
    idle: 12e9,
    busy: 9e9,
    broken: 13e9,
  }),
  vm('VmAvailabilityMetric', 'Count', 'Average', 'Availability of the machine over time', {
    off: 0,
    idle: 1,
    busy: 1,
    broken: 1,
  }),
];

const group = (name: string, unit: string, text: string, busy: number, broken: number): Metric => ({
  name,
  unit,
  aggregation: 'Average',
  text,
  value(sim, resource, at) {
    const life = lifeOf(sim, resource);
    if (at < life.pullAt || groupState(life, at) === 'Stopped') return null;
    if (groupState(life, at) === 'Pending') return 0;
    const wrong = [life.unhealthyFrom, life.silentFrom].some((from) => from !== undefined && at >= from);
    return wrong || moment(life, at, { name: '', image: '' }).state !== 'Running' ? broken : busy;
  },
});

const GROUP_METRICS: Metric[] = [
  group('CpuUsage', 'Count', 'CPU usage in millicores', 220, 3),
  group('MemoryUsage', 'Bytes', 'Memory usage', 310_000_000, 80_000_000),
  group('NetworkBytesReceivedPerSecond', 'Bytes', 'Network bytes received per second', 760_000, 200),
  group('NetworkBytesTransmittedPerSecond', 'Bytes', 'Network bytes transmitted per second', 2_200_000, 200),
];

export const metricsOf = (type: string): readonly Metric[] =>
  sameId(type, VM) ? VM_METRICS : sameId(type, CONTAINER_GROUP) ? GROUP_METRICS : [];

/** A sample with up to five percent of seeded wobble; counts of things that are or are not stay exact. */
export function sample(
  sim: Sim<'chance' | 'operations'>,
  resource: Resource,
  metric: Metric,
  at: number,
): number | null {
  const value = metric.value(sim, resource, at);
  if (value === null || value <= 1) return value;
  const wobble = sim.chance.uniform('metric', metric.name, resource.id.toLowerCase(), at) - 0.5;
  return Math.round(value * (1 + wobble / 10) * 100) / 100;
}
