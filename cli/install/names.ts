/** Names that bicep/main.bicep gives, by the same rule; test/cli/install.test.ts compares them with what is deployed. */
import { uniqueString } from './unique-string.ts';

export interface Planned {
  subscription: string;
  environment: string;
  location: string;
}

/** A name that is taken once in the world. */
export interface GlobalName {
  type: string;
  name: string;
  /** Of its check. */
  version: string;
}

export const groupOf = ({ subscription, environment }: Planned): string =>
  `/subscriptions/${subscription}/resourceGroups/rg-stream-control-${environment}`;

export function namesOf({ subscription, environment, location }: Planned): GlobalName[] {
  const suffix = uniqueString(`/subscriptions/${subscription}`, environment, location);
  return [
    { type: 'Microsoft.Web/sites', name: `func-${suffix}`, version: '2024-04-01' },
    { type: 'Microsoft.Storage/storageAccounts', name: `st${suffix}`, version: '2024-01-01' },
    { type: 'Microsoft.ContainerRegistry/registries', name: `cr${suffix}`, version: '2023-07-01' },
    { type: 'Microsoft.KeyVault/vaults', name: `kv-control-${suffix}`, version: '2024-11-01' },
    { type: 'Microsoft.KeyVault/vaults', name: `kv-mixers-${suffix}`, version: '2024-11-01' },
  ];
}
