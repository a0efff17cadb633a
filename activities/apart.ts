/** Deletes one resource of ours by itself; its group stays. */
import type { AzureClients } from '../azure/clients.ts';
import { AzureFailure, type Classified } from '../azure/errors.ts';
import { type Begun, beginClassic, beginModular } from '../azure/operations.ts';
import { deletionOrder, type Listed } from '../domain/ownership.ts';
import { inTurns } from '../durable/in-turns.ts';
import type { Standing } from '../inspect/holdings.ts';

/** VMs are deleted by force: nobody waits for Windows to shut down. */
function remove(
  { compute, network, containers }: AzureClients,
  group: string,
  { type, name, id }: Listed,
): Promise<Begun> {
  const byCompute = (start: Parameters<typeof beginModular>[2]) => beginModular('compute', id, start);
  const byNetwork = (start: Parameters<typeof beginModular>[2]) => beginModular('network', id, start);
  switch (type.toLowerCase()) {
    case 'microsoft.compute/virtualmachines':
      return byCompute(() => compute.virtualMachines.delete(group, name, { forceDeletion: true }));
    case 'microsoft.compute/disks':
      return byCompute(() => compute.disks.delete(group, name));
    case 'microsoft.containerinstance/containergroups':
      return beginClassic([group, name], id, () => containers.containerGroups.beginDelete(group, name));
    case 'microsoft.network/networkinterfaces':
      return byNetwork(() => network.networkInterfaces.delete(group, name));
    case 'microsoft.network/publicipaddresses':
      return byNetwork(() => network.publicIPAddresses.delete(group, name));
    case 'microsoft.network/virtualnetworks':
      return byNetwork(() => network.virtualNetworks.delete(group, name));
    case 'microsoft.network/networksecuritygroups':
      return byNetwork(() => network.networkSecurityGroups.delete(group, name));
    default:
      throw new Error(`Cannot delete ${id} by itself as nothing of its kind is ever made`);
  }
}

/**
 * Sends the deletion of what may go now: of all that stands, what Azure lets go first. Where nothing of a kind can go, because
 * something that stays uses it, the next kind is tried: nothing stays for the sake of its kind.
 * @returns why something could not go yet (in use, throttled)
 * @throws AzureFailure for what does not pass by itself
 */
export async function removeNext(
  azure: AzureClients,
  group: string,
  ours: readonly Standing[],
): Promise<Classified | undefined> {
  const orders = [...new Set(ours.map(({ type }) => deletionOrder(type)))].sort((one, other) => one - other);
  let waits: Classified | undefined;
  for (const order of orders) {
    const kind = ours.filter(({ type }) => deletionOrder(type) === order);
    const next = kind.filter(({ state }) => state.toLowerCase() !== 'deleting');
    let held = 0;
    await inTurns(next, async (one) => {
      const why = await tryToRemove(azure, group, one);
      if (why === undefined) return;
      waits = why;
      held++;
    });
    if (held < kind.length) break;
  }
  return waits;
}

async function tryToRemove(azure: AzureClients, group: string, one: Standing): Promise<Classified | undefined> {
  try {
    await remove(azure, group, one);
    return undefined;
  } catch (error) {
    if (!(error instanceof AzureFailure)) throw error;
    const { classified } = error;
    if (classified.failure.class !== 'conflict' && classified.retryAfterSeconds === undefined) throw error;
    return classified;
  }
}
