/** Whether the subscription may have, and the region offers, what the plan needs. */
import type { AzureClients } from '../../azure/clients.ts';
import { type Check, type CheckContext, type CheckResult, fail, pass, warn } from './check.ts';

interface Size {
  family: string;
  vCpus: number;
  /** Why this subscription cannot have it here. */
  restricted?: string;
}

/** The wanted VM sizes as the region offers them; the catalogue is large, so only what is wanted is kept. */
async function offered(azure: AzureClients, region: string, wanted: readonly string[]): Promise<Map<string, Size>> {
  const sizes = new Map<string, Size>();
  const names = new Set(wanted.map((name) => name.toLowerCase()));
  for await (const sku of azure.compute.resourceSkus.list({ filter: `location eq '${region}'` })) {
    const name = sku.name?.toLowerCase() ?? '';
    if (sku.resourceType !== 'virtualMachines' || !names.has(name)) continue;
    const vCpus = Number(sku.capabilities?.find((capability) => capability.name === 'vCPUs')?.value ?? 0);
    const restricted = sku.restrictions?.find(({ type }) => type === 'Location')?.reasonCode;
    sizes.set(name, { family: sku.family ?? '', vCpus, ...(restricted ? { restricted } : {}) });
  }
  return sizes;
}

/** Room left by quota name (lower case). */
async function coresLeft(azure: AzureClients, region: string): Promise<Map<string, number>> {
  const left = new Map<string, number>();
  for await (const { name, limit, currentValue } of azure.compute.usage.list(region))
    left.set(name.value?.toLowerCase() ?? '', limit - currentValue);
  return left;
}

/** Machines that are to stand in a region at a time. */
interface Wanted {
  region: string;
  machines: number;
  spot: boolean;
}

/** Why a size cannot serve all machines; undefined when it can. */
function obstacle(
  name: string,
  size: Size | undefined,
  { region, machines, spot }: Wanted,
  left: Map<string, number>,
): string | undefined {
  if (!size) return `${name} is not offered in ${region}`;
  if (size.restricted) return `${name} is restricted in ${region} (${size.restricted})`;
  const needed = size.vCpus * machines;
  const quotas = spot ? ['lowPriorityCores'] : [size.family, 'cores'];
  for (const quota of quotas) {
    const room = left.get(quota.toLowerCase());
    if (room !== undefined && room < needed) return `${name}: ${needed} vCPUs of ${quota} are needed, ${room} are left`;
  }
  return undefined;
}

/** Why a region does not give so many machines of a size; undefined when it does. @param size such as `Standard_D2s_v5` */
export async function sizeObstacle(azure: AzureClients, size: string, wanted: Wanted): Promise<string | undefined> {
  const [sizes, left] = await Promise.all([offered(azure, wanted.region, [size]), coresLeft(azure, wanted.region)]);
  return obstacle(size, sizes.get(size.toLowerCase()), wanted, left);
}

/** The sizes in order: the first that fits counts; none at all fails, unless another region may still do. */
export const machineSizes: Check = async (context) => {
  const { azure, region, spec } = context;
  const name = 'VM sizes and cores';
  const [sizes, left] = await Promise.all([offered(azure, region, spec.vmSizes), coresLeft(azure, region)]);
  const wanted = { region, machines: spec.needs.machines, spot: spec.spot };
  const obstacles = spec.vmSizes.map((size) => obstacle(size, sizes.get(size.toLowerCase()), wanted, left));
  const first = obstacles.indexOf(undefined);
  if (first === 0) return pass(name, `${spec.needs.machines} × ${spec.vmSizes[0]} fit into ${region}`);
  if (first > 0) return warn(name, `${obstacles.slice(0, first).join('; ')}; ${spec.vmSizes[first]} fits`);
  return short(context, name, obstacles.join('; '), 'vmSizes');
};

/** Groups and cores of container instances, in each region that has any. */
export const containerQuota: Check = async (context) => {
  const { azure, region, spec } = context;
  const name = 'container quota';
  const fits: string[] = [];
  for (const wanted of spec.needs.groups) {
    const where = wanted.region ?? region;
    const needed: Record<string, number> = { containergroups: wanted.groups, standardcores: wanted.cpus };
    for await (const { name: quota, limit = 0, currentValue = 0 } of azure.containers.location.listUsage(where)) {
      const count = needed[quota?.value?.toLowerCase() ?? ''];
      if (count === undefined || limit - currentValue >= count) continue;
      const detail = `${count} of ${quota?.value} are needed, ${limit - currentValue} are left`;
      return short({ ...context, region: where }, name, detail);
    }
    fits.push(
      `${wanted.groups === 1 ? 'one group' : `${wanted.groups} groups`} with ${wanted.cpus} vCPUs fit into ${where}`,
    );
  }
  return pass(name, fits.join(', '));
};

/** One standard public address per machine. */
export const publicAddresses: Check = async (context) => {
  const { azure, region, spec } = context;
  const name = 'public addresses';
  const counted = new Set(['publicipaddresses', 'standardskupublicipaddresses']);
  for await (const { name: quota, limit, currentValue } of azure.network.usages.list(region)) {
    if (!counted.has(quota.value?.toLowerCase() ?? '')) continue;
    if (limit - currentValue < spec.needs.machines)
      return short(
        context,
        name,
        `${spec.needs.machines} of ${quota.value} are needed, ${limit - currentValue} are left`,
      );
  }
  return pass(name, `${spec.needs.machines} fit into ${region}`);
};

/** Too little here. With further regions to go to it is only worth a warning. */
function short({ spec, region }: CheckContext, name: string, detail: string, field?: string): CheckResult {
  const others = spec.regions.filter((other) => other !== region);
  if (others.length > 0) return warn(name, `${detail}; ${others.join(', ')} comes next`);
  return fail(name, {
    class: 'quota',
    code: 'NotEnough',
    message: `Cannot deploy to ${region}: ${detail}`,
    resource: region,
    advice: `ask for more quota (https://aka.ms/azquota), or name more ${field ? `${field} or ` : ''}regions`,
  });
}
