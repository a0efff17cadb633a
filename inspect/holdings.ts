/** What a resource group holds, sorted by whose it is; asked right before anything in it is deleted. */
import type { AzureClients } from '../azure/clients.ts';
import { type LeftResource, type Listed, sortOut } from '../domain/ownership.ts';

export interface Standing extends Listed {
  createdAt?: string;
  /** Azure's word for what is being done with it. */
  state: string;
}

export interface Holdings {
  ours: Standing[];
  /** What Azure itself made of ours. */
  children: Standing[];
  strangers: LeftResource[];
  /** What is not ours and would be deleted by Azure together with something of ours. */
  tied: { by: string; id: string }[];
}

async function listed(azure: AzureClients, group: string): Promise<Standing[]> {
  const found: Standing[] = [];
  for await (const one of azure.resources.resources.listByResourceGroup(group, {
    expand: 'createdTime,changedTime,provisioningState',
  })) {
    const { id = '', type = '', name = '', tags, managedBy, createdTime, provisioningState = '' } = one;
    const createdAt = createdTime?.toISOString();
    found.push({ id, type, name, tags, managedBy, state: provisioningState, ...(createdAt ? { createdAt } : {}) });
  }
  return found;
}

const isType =
  (type: string) =>
  (one: Pick<Listed, 'type'>): boolean =>
    one.type.toLowerCase() === type;
const same = (a: string | undefined, b: string | undefined): boolean => a?.toLowerCase() === b?.toLowerCase();

interface Along {
  /** Disks that machines were started from, with the machine. */
  systemDisks: string[];
  /** What goes with what, by ARM id. */
  pairs: { by: string; id: string }[];
}

/** What Azure deletes together with machines and network interfaces (`deleteOption`). */
async function along(azure: AzureClients, group: string, ours: readonly Standing[]): Promise<Along> {
  const found: Along = { systemDisks: [], pairs: [] };
  const take = (by: string | undefined, id: string | undefined, option: string | undefined) => {
    if (by !== undefined && id !== undefined && option?.toLowerCase() === 'delete') found.pairs.push({ by, id });
  };
  const isOurs = (id: string | undefined) => ours.some((one) => same(one.id, id));
  if (ours.some(isType('microsoft.compute/virtualmachines')))
    for await (const { id, storageProfile, networkProfile } of azure.compute.virtualMachines.list(group)) {
      if (!isOurs(id)) continue;
      const system = storageProfile?.osDisk?.managedDisk?.id;
      if (system !== undefined && storageProfile?.osDisk?.createOption !== 'Attach') found.systemDisks.push(system);
      else take(id, system, storageProfile?.osDisk?.deleteOption);
      for (const disk of storageProfile?.dataDisks ?? []) take(id, disk.managedDisk?.id, disk.deleteOption);
      for (const nic of networkProfile?.networkInterfaces ?? []) take(id, nic.id, nic.deleteOption);
    }
  if (ours.some(isType('microsoft.network/networkinterfaces')))
    for await (const { id, ipConfigurations = [] } of azure.network.networkInterfaces.list(group))
      if (isOurs(id))
        for (const { publicIPAddress } of ipConfigurations)
          take(id, publicIPAddress?.id, publicIPAddress?.deleteOption);
  return found;
}

/**
 * @param deep whether something will be deleted: what would go along is then known too
 * @throws what Azure says, for example that there is no such group
 */
export async function holdingsOf(
  azure: AzureClients,
  group: string,
  deploymentId: string,
  deep = true,
): Promise<Holdings> {
  const all = await listed(azure, group);
  const { ours, children, strangers } = sortOut(all, deploymentId);
  // Only machines can tell which of the disks that carry no tag they were started from.
  if (!deep && !strangers.some(isType('microsoft.compute/disks'))) return { ours, children, strangers, tied: [] };
  const { systemDisks, pairs } = await along(azure, group, ours);
  const sorted = sortOut(all, deploymentId, systemDisks);
  const mine = [...sorted.ours, ...sorted.children];
  return {
    ours: sorted.ours,
    children: sorted.children,
    strangers: sorted.strangers,
    tied: tiedOf(pairs, mine),
  };
}

type Pair = Holdings['tied'][number];

/** What would take along what is not ours, at once or through something of ours that it takes along. */
function tiedOf(pairs: readonly Pair[], mine: readonly Standing[]): Pair[] {
  const tied = pairs.filter(({ id }) => !mine.some((one) => same(one.id, id)));
  // Grows while it is walked: links are followed backwards.
  for (const { by } of tied) tied.push(...pairs.filter((pair) => same(pair.id, by) && !tied.includes(pair)));
  return tied;
}
