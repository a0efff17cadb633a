/** Whether the control plane's identity may do all that an event takes, from its creation to its removal. */
import type { AzureClients } from '../../azure/clients.ts';
import { missingActions, permissionsAt } from '../../azure/permissions.ts';
import type { Installation } from '../../domain/seam/installation.ts';
import { type CheckResult, fail, pass } from './check.ts';

/** Groups come and go, so what happens inside them must be allowed on the whole subscription. */
const ON_SUBSCRIPTION = [
  'Microsoft.Resources/subscriptions/resourceGroups/read',
  'Microsoft.Resources/subscriptions/resourceGroups/write',
  'Microsoft.Resources/subscriptions/resourceGroups/delete',
  'Microsoft.Network/networkSecurityGroups/write',
  'Microsoft.Network/networkSecurityGroups/join/action',
  'Microsoft.Network/virtualNetworks/write',
  'Microsoft.Network/virtualNetworks/subnets/join/action',
  'Microsoft.Network/publicIPAddresses/write',
  'Microsoft.Network/publicIPAddresses/join/action',
  'Microsoft.Network/networkInterfaces/write',
  'Microsoft.Network/networkInterfaces/join/action',
  'Microsoft.Compute/virtualMachines/write',
  'Microsoft.Compute/virtualMachines/delete',
  'Microsoft.Compute/virtualMachines/start/action',
  'Microsoft.Compute/virtualMachines/deallocate/action',
  'Microsoft.Compute/virtualMachines/redeploy/action',
  'Microsoft.Compute/disks/delete',
  'Microsoft.ContainerInstance/containerGroups/write',
  'Microsoft.ContainerInstance/containerGroups/delete',
  'Microsoft.ContainerInstance/containerGroups/restart/action',
];

interface Need {
  scope: string;
  /** How people call the scope. */
  where: string;
  actions: string[];
  /** The built-in role that gives them. */
  role: string;
}

function needsOf({ subscriptionId, identities, images }: Installation): Need[] {
  const assign = ['Microsoft.ManagedIdentity/userAssignedIdentities/assign/action'];
  const gallery = /^(.+\/galleries\/([^/]+))\/images\//i.exec(images.mixer ?? '');
  return [
    {
      scope: `/subscriptions/${subscriptionId}`,
      where: `subscription ${subscriptionId}`,
      actions: ON_SUBSCRIPTION,
      role: 'Contributor',
    },
    ...[...new Set(Object.values(identities))].map((id) => ({
      scope: id,
      where: `identity ${id.split('/').at(-1)}`,
      actions: assign,
      role: 'Managed Identity Operator',
    })),
    ...(gallery?.[1] === undefined
      ? []
      : [
          {
            scope: gallery[1],
            where: `gallery ${gallery[2]}`,
            actions: ['Microsoft.Compute/galleries/images/read', 'Microsoft.Compute/galleries/images/versions/read'],
            role: 'Reader',
          },
        ]),
  ];
}

/** Missing actions fail, each with the role that gives it. @throws when permissions cannot be read */
export async function permissions(context: { azure: AzureClients; installation: Installation }): Promise<CheckResult> {
  const name = 'permissions';
  const needs = needsOf(context.installation);
  const lacking = await Promise.all(
    needs.map(async (need) => ({
      ...need,
      missing: missingActions(await permissionsAt(context.azure, need.scope), need.actions),
    })),
  );
  const short = lacking.filter(({ missing }) => missing.length > 0);
  if (short.length === 0) return pass(name, `all that is needed on ${needs.map(({ where }) => where).join(', ')}`);
  return fail(name, {
    class: 'authorisation',
    code: 'PermissionMissing',
    message: `The control plane’s identity may not ${short.map(({ missing, where }) => `${missing.join(', ')} on ${where}`).join('; ')}`,
    advice: `assign it ${short.map(({ role, where }) => `${role} on ${where}`).join(', ')}; new assignments take minutes to count`,
  });
}
