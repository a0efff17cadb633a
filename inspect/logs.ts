/** Log lines of a container. */
import type { AzureClients } from '../azure/clients.ts';
import { orAbsent } from '../azure/errors.ts';

/** Lines shown; a running container keeps the last 4 MB. */
const TAIL = 200;

/** The latest lines, or a sentence saying that there are none. */
export async function containerLogs(
  azure: AzureClients,
  resourceGroup: string,
  containerGroup: string,
  container: string,
): Promise<string> {
  const found = await orAbsent(
    azure.containers.containers.listLogs(resourceGroup, containerGroup, container, { tail: TAIL }),
  );
  return found?.content ?? '(no such container)';
}
