import type { AzureClients } from '../../../azure/clients.ts';
import { read } from '../../resource.ts';

export const TYPE = 'Microsoft.ContainerInstance/containerGroups';

/** How a container group stands, in words. */
export async function stateText({ containers }: AzureClients, resourceGroup: string, name: string): Promise<string> {
  const found = await read(containers.containerGroups.get(resourceGroup, name));
  return found ? `container group ${found.instanceView?.state ?? 'without a state'}` : 'no container group';
}
