/**
 * The one place that makes Azure SDK clients, for the cloud or for the simulator. Only azure/clients.ts and azure/operations.ts
 * reach it, by `import()`: these packages are most of what the app would have to load before its first answer.
 */
import { ComputeManagementClient, restorePoller as restoreCompute } from '@azure/arm-compute';
// A CommonJS package: Node sees only its default export.
import containerInstance, { type ContainerInstanceManagementClient } from '@azure/arm-containerinstance';
import { NetworkManagementClient, restorePoller as restoreNetwork } from '@azure/arm-network';
import { ResourceManagementClient, restorePoller as restoreResources } from '@azure/arm-resources';
import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { SecretClient } from '@azure/keyvault-secrets';
import type { Settings } from './settings.ts';
import { clientOptions, createTransport } from './transport.ts';

export { restoreCompute, restoreNetwork, restoreResources };

export interface AzureClients {
  compute: ComputeManagementClient;
  network: NetworkManagementClient;
  resources: ResourceManagementClient;
  containers: ContainerInstanceManagementClient;
  /** @param vaultUrl for example `https://control.vault.azure.net` */
  secrets(vaultUrl: string): SecretClient;
  /** The transport itself, for what has no SDK (health probes). */
  transport: HttpClient;
  credential: TokenCredential;
}

/** The simulator takes any bearer token; a far expiry keeps the SDK from asking for another in virtual time. */
const simulatorCredential: TokenCredential = {
  getToken: async () => ({ token: 'simulator', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
};

/** The identity of this process on Azure. Its package is loaded with the first token. */
function azureCredential(): TokenCredential {
  let loading: Promise<TokenCredential> | undefined;
  return {
    async getToken(scopes, options) {
      loading ??= import('@azure/identity').then(({ DefaultAzureCredential }) => new DefaultAzureCredential());
      return (await loading).getToken(scopes, options);
    },
  };
}

/** Makes clients for `subscriptionId`; they hold no state besides tokens and sockets. */
export function createClients(
  configured: Settings,
  subscriptionId = configured.subscriptionId,
  given: Partial<Pick<AzureClients, 'transport' | 'credential'>> = {},
): AzureClients {
  const transport = given.transport ?? createTransport(configured);
  const credential = given.credential ?? (configured.cloud === 'simulator' ? simulatorCredential : azureCredential());
  const options = clientOptions(transport);
  const vaults = new Map<string, SecretClient>();
  return {
    compute: new ComputeManagementClient(credential, subscriptionId, options),
    network: new NetworkManagementClient(credential, subscriptionId, options),
    resources: new ResourceManagementClient(credential, subscriptionId, options),
    containers: new containerInstance.ContainerInstanceManagementClient(credential, subscriptionId, options),
    secrets(vaultUrl) {
      const known = vaults.get(vaultUrl) ?? new SecretClient(vaultUrl, credential, options);
      vaults.set(vaultUrl, known);
      return known;
    },
    transport,
    credential,
  };
}
