/** What a subscription may allocate: quotas, SKU restrictions, and the counters that both are read from. */
import { refuse } from '../core/constraint.ts';
import type { JsonObject } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Sim } from '../core/sim.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import { VM_SIZES, type VmSize, vmSize } from './sizes.ts';
import { isSpot, sizeName, VM } from './vm-state.ts';

/** Quotas of an established pay-as-you-go subscription; new ones have far less (settable, see {@link limits}). */
const DEFAULTS: Readonly<Record<string, number>> = {
  cores: 1000,
  lowPriorityCores: 500,
  virtualMachines: 25000,
  availabilitySets: 2500,
  PremiumDiskCount: 50000,
  StandardSSDDiskCount: 50000,
};
const FAMILY_DEFAULT = 500;
const FAMILIES = [...new Set(VM_SIZES.map((size) => size.family))];

/** Limits set by hand, key `<region>/<quota name>` or `*` for the region. */
export const limits = (sim: Sim<'store'>) => sim.store.collection<number>('compute.limits');
/** Restrictions set by hand, key `<region>/<size>` (each may be `*`), value the reason code of `resourceSkus`. */
export const restrictions = (sim: Sim<'store'>) => sim.store.collection<string>('compute.restrictions');

const limitOf = (sim: Sim<'store'>, region: string, name: string): number =>
  limits(sim).get(`${region}/${name}`) ??
  limits(sim).get(`*/${name}`) ??
  DEFAULTS[name] ??
  (FAMILIES.includes(name) ? FAMILY_DEFAULT : 0);

/** Deallocated VMs count too (Microsoft Learn, "vCPU quotas"). */
function used(sim: Sim<'resources'>, subscription: string, region: string, without?: Resource): Record<string, number> {
  const counts: Record<string, number> = {};
  const add = (name: string, value: number) => {
    counts[name] = (counts[name] ?? 0) + value;
  };
  for (const vm of sim.resources.ofType(VM)) {
    const foreign = vm.location !== region || vm.id.split('/')[2]?.toLowerCase() !== subscription.toLowerCase();
    if (foreign || vm.id === without?.id) continue;
    const size = vmSize(sizeName(vm));
    add('virtualMachines', 1);
    if (!size) continue;
    if (isSpot(vm)) add('lowPriorityCores', size.vCpus);
    else {
      add('cores', size.vCpus);
      add(size.family, size.vCpus);
    }
  }
  return counts;
}

/** Why `size` cannot be had in `region`, if so. */
export function restriction(sim: Sim<'store'>, region: string, size: string): string | undefined {
  const kept = restrictions(sim);
  for (const key of [`${region}/${size}`, `*/${size}`, `${region}/*`, '*/*']) {
    const found = kept.get(key.toLowerCase());
    if (found) return found;
  }
  return undefined;
}

/** Refuses what the region or the quota does not give. `vm` itself, when it exists already, does not count twice. */
export function checkCapacity(sim: Sim<'store' | 'resources'>, vm: Resource, size: VmSize): void {
  const region = vm.location ?? '';
  if (restriction(sim, region, size.name)) throw refuse(C.skuNotAvailable, { size: size.name, region });
  const usage = used(sim, vm.id.split('/')[2] ?? '', region, vm);
  const checks = isSpot(vm)
    ? [['lowPriorityCores', 'LowPriorityCores']]
    : [
        ['cores', 'Total Regional Cores'],
        [size.family, `${size.family} Cores`],
      ];
  for (const [name = '', quota = ''] of checks) {
    const limit = limitOf(sim, region, name);
    const current = usage[name] ?? 0;
    const required = size.vCpus;
    if (current + required > limit)
      throw refuse(C.quota, { quota, region, limit, usage: current, required, minimum: current + required });
  }
}

const TEXT: Readonly<Record<string, string>> = {
  cores: 'Total Regional vCPUs',
  lowPriorityCores: 'Total Regional Low-priority vCPUs',
  virtualMachines: 'Virtual Machines',
  availabilitySets: 'Availability Sets',
  PremiumDiskCount: 'Premium Storage Managed Disks',
  StandardSSDDiskCount: 'StandardSSDStorageDisks',
};
const familyText = (family: string): string =>
  `${family.replace(/^standard\s*/i, 'Standard ').replace(/\s*Family$/, ' Family')} vCPUs`;

/** `usage.list` */
export function usages(sim: Sim<'store' | 'resources'>, subscription: string, region: string): JsonObject {
  const counts = used(sim, subscription, region);
  return {
    value: [...Object.keys(DEFAULTS), ...FAMILIES].map((name) => ({
      unit: 'Count',
      currentValue: counts[name] ?? 0,
      limit: limitOf(sim, region, name),
      name: { value: name, localizedValue: TEXT[name] ?? familyText(name) },
    })),
  };
}

const WINDOWS = [
  { name: 'PutVM3Min', capacity: 240, seconds: 180 },
  { name: 'PutVM30Min', capacity: 1200, seconds: 1800 },
] as const;

/** Compute's own counters beside ARM's (recorded: `Microsoft.Compute/PutVM3Min;237`). Time counts in Azure seconds. */
export function countWrites(sim: Sim<'time' | 'buckets'>, subscription: string): Record<string, string> {
  const parts = WINDOWS.map((window) => {
    const rate = (window.capacity / window.seconds) * sim.time.scale;
    const { remaining, wait } = sim.buckets.take(`compute ${window.name} ${subscription}`, window.capacity, rate);
    if (wait > 0) {
      const after = String(Math.max(1, Math.ceil(wait)));
      const details = [
        {
          code: 'TooManyRequests',
          target: window.name,
          message: JSON.stringify({
            operationGroup: window.name,
            startTime: sim.time.iso(),
            allowedRequestCount: window.capacity,
          }),
        },
      ];
      throw refuse(C.throttled, {}, { details, headers: { 'retry-after': after } });
    }
    return `Microsoft.Compute/${window.name};${remaining}`;
  });
  return { 'x-ms-ratelimit-remaining-resource': parts.join(',') };
}
