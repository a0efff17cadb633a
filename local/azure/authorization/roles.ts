/** Built-in roles (Microsoft Learn, "Azure built-in roles"), with what of them matters here. */
export interface Role {
  id: string;
  name: string;
  actions: string[];
  notActions: string[];
  /** On what is in a resource: secrets, blobs, messages. */
  dataActions: string[];
}

const role = (id: string, name: string, actions: string[], notActions: string[] = []): Role => ({
  id,
  name,
  actions,
  notActions,
  dataActions: [],
});
const dataRole = (id: string, name: string, actions: string[], dataActions: string[]): Role => ({
  ...role(id, name, actions),
  dataActions,
});

const STORAGE = 'Microsoft.Storage/storageAccounts';
const SECRETS = 'Microsoft.KeyVault/vaults/secrets';

export const BUILT_IN: readonly Role[] = [
  role('8e3af657-a8ff-443c-a75c-2fe8c4bcb635', 'Owner', ['*']),
  role(
    'b24988ac-6180-42a0-ab88-20f7382dd24c',
    'Contributor',
    ['*'],
    [
      'Microsoft.Authorization/*/Delete',
      'Microsoft.Authorization/*/Write',
      'Microsoft.Authorization/elevateAccess/Action',
    ],
  ),
  role('acdd72a7-3385-48ef-bd42-f606fba81ae7', 'Reader', ['*/read']),
  role('18d7d88d-d35e-4fb5-a5c3-7773c20a72d9', 'User Access Administrator', [
    '*/read',
    'Microsoft.Authorization/*',
    'Microsoft.Support/*',
  ]),
  role('9980e02c-c2be-4d73-94e8-173b1dc7cf3c', 'Virtual Machine Contributor', [
    'Microsoft.Authorization/*/read',
    'Microsoft.Compute/availabilitySets/*',
    'Microsoft.Compute/locations/*',
    'Microsoft.Compute/virtualMachines/*',
    'Microsoft.Compute/disks/write',
    'Microsoft.Compute/disks/read',
    'Microsoft.Compute/disks/delete',
    'Microsoft.Network/locations/*',
    'Microsoft.Network/networkInterfaces/*',
    'Microsoft.Network/networkSecurityGroups/join/action',
    'Microsoft.Network/networkSecurityGroups/read',
    'Microsoft.Network/publicIPAddresses/join/action',
    'Microsoft.Network/publicIPAddresses/read',
    'Microsoft.Network/virtualNetworks/read',
    'Microsoft.Network/virtualNetworks/subnets/join/action',
    'Microsoft.Resources/deployments/*',
    'Microsoft.Resources/subscriptions/resourceGroups/read',
  ]),
  role('4d97b98b-1d4f-4787-a291-c67834d212e7', 'Network Contributor', [
    'Microsoft.Authorization/*/read',
    'Microsoft.Network/*',
    'Microsoft.Resources/deployments/*',
    'Microsoft.Resources/subscriptions/resourceGroups/read',
  ]),
  role('f1a07417-d97a-45cb-824c-7a7467783830', 'Managed Identity Operator', [
    'Microsoft.ManagedIdentity/userAssignedIdentities/*/read',
    'Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action',
    'Microsoft.Authorization/*/read',
    'Microsoft.Resources/subscriptions/resourceGroups/read',
  ]),
  role('4a9ae827-6dc8-4573-8ac7-8239d42aa03f', 'Tag Contributor', [
    'Microsoft.Authorization/*/read',
    'Microsoft.Resources/subscriptions/resourceGroups/resources/read',
    'Microsoft.Resources/subscriptions/resourceGroups/read',
    'Microsoft.Resources/tags/*',
  ]),
  role('5d977122-f97e-4b4d-a52f-6b43003ddb4d', 'Azure Container Instances Contributor Role', [
    'Microsoft.Authorization/*/read',
    'Microsoft.ContainerInstance/containerGroups/*',
    'Microsoft.Resources/deployments/*',
    'Microsoft.Resources/subscriptions/resourceGroups/read',
  ]),
  dataRole(
    '4633458b-17de-408a-b874-0445c86b69e6',
    'Key Vault Secrets User',
    [],
    [`${SECRETS}/getSecret/action`, `${SECRETS}/readMetadata/action`],
  ),
  dataRole(
    'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
    'Key Vault Secrets Officer',
    ['Microsoft.Authorization/*/read', 'Microsoft.KeyVault/vaults/*/read'],
    [`${SECRETS}/*`],
  ),
  dataRole(
    'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
    'Storage Blob Data Owner',
    [`${STORAGE}/blobServices/containers/*`, `${STORAGE}/blobServices/generateUserDelegationKey/action`],
    [`${STORAGE}/blobServices/containers/blobs/*`],
  ),
  dataRole(
    '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
    'Storage Queue Data Contributor',
    ['delete', 'read', 'write'].map((verb) => `${STORAGE}/queueServices/queues/${verb}`),
    ['delete', 'read', 'write', 'process/action'].map((verb) => `${STORAGE}/queueServices/queues/messages/${verb}`),
  ),
  dataRole(
    '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
    'Storage Table Data Contributor',
    ['delete', 'read', 'write'].map((verb) => `${STORAGE}/tableServices/tables/${verb}`),
    ['read', 'write', 'delete', 'add/action', 'update/action'].map(
      (verb) => `${STORAGE}/tableServices/tables/entities/${verb}`,
    ),
  ),
  dataRole(
    '3913510d-42f4-4e42-8a64-420c390055eb',
    'Monitoring Metrics Publisher',
    ['Microsoft.Insights/Register/Action', 'Microsoft.Resources/subscriptions/resourceGroups/read'],
    ['Microsoft.Insights/Metrics/Write', 'Microsoft.Insights/Telemetry/Write'],
  ),
  dataRole(
    '0ad04412-c4d5-4796-b79c-f76d14c8d402',
    'Durable Task Data Contributor',
    ['Microsoft.DurableTask/schedulers/read', 'Microsoft.DurableTask/schedulers/taskHubs/read'],
    ['Microsoft.DurableTask/schedulers/*'],
  ),
  role('7f951dda-4ed3-4680-a7ca-43fe172d538d', 'AcrPull', ['Microsoft.ContainerRegistry/registries/pull/read']),
  role('43d0d8ad-25c7-4714-9337-8ba259a9fe05', 'Monitoring Reader', ['*/read']),
  role('73c42c96-874c-492b-b04d-ab87d138a893', 'Log Analytics Reader', [
    '*/read',
    'Microsoft.OperationalInsights/workspaces/analytics/query/action',
    'Microsoft.OperationalInsights/workspaces/search/action',
  ]),
];

/** `Microsoft.Network/*` and friends, without case. A star also spans `/`, as in Azure. */
export function grants(pattern: string, action: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`, 'i').test(action);
}

export const allows = (role: Role, action: string): boolean =>
  role.actions.some((one) => grants(one, action)) && !role.notActions.some((one) => grants(one, action));

export const allowsData = (role: Role, action: string): boolean => role.dataActions.some((one) => grants(one, action));
