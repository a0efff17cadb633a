/** What a subscription may have in a region, and how often it may ask. */
import { refuse } from '../core/constraint.ts';
import type { JsonObject } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Sim } from '../core/sim.ts';
import { CONSTRAINTS as C } from './constraints.ts';

export const CONTAINER_GROUP = 'Microsoft.ContainerInstance/containerGroups';
/** Defaults of Microsoft Learn, "Resource availability & quota limits for Container Instances". */
const DEFAULT_LIMITS: Readonly<Record<string, number>> = {
  ContainerGroups: 100,
  StandardCores: 100,
  StandardSpotCores: 0,
  StandardK80Cores: 0,
  StandardP100Cores: 0,
  StandardV100Cores: 0,
};
const TEXT: Readonly<Record<string, string>> = {
  ContainerGroups: 'Container Groups',
  StandardCores: 'Standard Cores',
  StandardSpotCores: 'Standard Spot Cores',
  StandardK80Cores: 'Standard K80 Cores',
  StandardP100Cores: 'Standard P100 Cores',
  StandardV100Cores: 'Standard V100 Cores',
};

/** Limits set by hand, key `<region>/<name>`. */
export const limits = (sim: Sim<'store'>) => sim.store.collection<number>('container-instance.limits');
const limitOf = (sim: Sim<'store'>, region: string, name: string): number =>
  limits(sim).get(`${region}/${name}`) ?? limits(sim).get(`*/${name}`) ?? DEFAULT_LIMITS[name] ?? 0;

const cores = (resource: Resource): number => Number(resource.hidden.cpu ?? 0);

function used(sim: Sim<'resources'>, subscription: string, region: string): Record<string, number> {
  const groups = sim.resources
    .ofType(CONTAINER_GROUP)
    .filter((one) => one.location === region && one.id.split('/')[2]?.toLowerCase() === subscription.toLowerCase());
  return { ContainerGroups: groups.length, StandardCores: groups.reduce((total, one) => total + cores(one), 0) };
}

/** Refuses a create that does not fit any more; `hidden.cpu` holds what it asks for. */
export function checkQuota(sim: Sim<'store' | 'resources'>, resource: Resource): void {
  const region = resource.location ?? '';
  const usage = used(sim, resource.id.split('/')[2] ?? '', region);
  for (const [quota, wanted] of [
    ['ContainerGroups', 1],
    ['StandardCores', cores(resource)],
  ] as const) {
    const limit = limitOf(sim, region, quota);
    const current = usage[quota] ?? 0;
    if (current + wanted > limit) throw refuse(C.quota, { quota, region, limit, usage: current, requested: wanted });
  }
}

/** `location.listUsage` */
export function usages(sim: Sim<'store' | 'resources'>, subscription: string, region: string): JsonObject {
  const usage = used(sim, subscription, region);
  return {
    value: Object.keys(DEFAULT_LIMITS).map((name) => ({
      id: `/subscriptions/${subscription}/providers/Microsoft.ContainerInstance/locations/${region}/usages/${name}`,
      unit: 'Count',
      currentValue: usage[name] ?? 0,
      limit: limitOf(sim, region, name),
      name: { value: name, localizedValue: TEXT[name] },
    })),
  };
}

const WINDOWS = [
  { header: 'pt1h', text: '1 hour', capacity: 300, seconds: 3600 },
  { header: 'pt5m', text: '5 minutes', capacity: 100, seconds: 300 },
] as const;

/** Counts creates and deletes; the two windows and their headers were recorded with `az container create`. Time counts in Azure seconds. */
export function countCalls(
  sim: Sim<'time' | 'buckets'>,
  operation: 'create' | 'delete',
  subscription: string,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const window of WINDOWS) {
    const rate = (window.capacity / window.seconds) * sim.time.scale;
    const { remaining, wait } = sim.buckets.take(
      `aci ${operation} ${window.header} ${subscription}`,
      window.capacity,
      rate,
    );
    if (wait > 0)
      throw refuse(
        C.throttled,
        {
          operation: operation === 'create' ? 'PutContainerGroup' : 'DeleteContainerGroup',
          limit: window.capacity,
          window: window.text,
        },
        { headers: { 'retry-after': String(Math.max(1, Math.ceil(wait))) } },
      );
    headers[`x-ms-ratelimit-remaining-subscription-resource-requests-${window.header}`] = String(remaining);
  }
  return headers;
}
