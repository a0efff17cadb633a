/** Deletes one resource of ours by itself; its group stays. */
import type { AzureClients } from '../azure/clients.ts';
import { AzureFailure, type Classified } from '../azure/errors.ts';
import { type Begun, beginClassic, beginModular } from '../azure/operations.ts';
import { deletionOrder, type Listed } from '../domain/ownership.ts';
import { inTurns } from '../durable/in-turns.ts';
import type { Standing } from './holdings.ts';

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
 * Sends the deletion of what may go now: of all that stands, what Azure lets go first.
 * @returns why something could not go yet (in use, throttled)
 * @throws AzureFailure for what does not pass by itself
 */
export async function removeNext(
  azure: AzureClients,
  group: string,
  ours: readonly Standing[],
): Promise<Classified | undefined> {
  const first = Math.min(...ours.map(({ type }) => deletionOrder(type)));
  const next = ours.filter(({ type, state }) => deletionOrder(type) === first && state.toLowerCase() !== 'deleting');
  let waits: Classified | undefined;
  await inTurns(next, async (one) => {
    try {
      await remove(azure, group, one);
    } catch (error) {
      if (!(error instanceof AzureFailure)) throw error;
      const { classified } = error;
      if (classified.failure.class !== 'conflict' && classified.retryAfterSeconds === undefined) throw error;
      waits = classified;
    }
  });
  return waits;
}
