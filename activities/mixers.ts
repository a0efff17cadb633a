/** The mixers: one Windows virtual machine per language, from the gallery image. */
import { beginModular } from '../azure/operations.ts';
import { Vault } from '../azure/vault.ts';
import { missingSecret } from './relays.ts';
import { armId, type Resource, read, resourceHandler } from './resource.ts';

/** Ready by the platform's own account, whatever the create operation said. */
function isUp(statuses: { code?: string }[] = [], agent: { displayStatus?: string }[] = []): boolean {
  return (
    statuses.some((status) => status.code === 'PowerState/running') &&
    agent.some((status) => status.displayStatus === 'Ready')
  );
}

export const mixer = resourceHandler<'mixer'>(({ input, spec, azure }): Resource => {
  const id = armId(input, 'Microsoft.Compute/virtualMachines', spec.name);
  const client = azure.compute.virtualMachines;
  return {
    id,
    watch: 'operation',
    async look(thorough) {
      const found = await read(
        client.get(input.resourceGroup, spec.name, thorough ? { expand: 'instanceView' } : undefined),
      );
      return (
        found && {
          provisioningState: found.provisioningState,
          tags: found.tags,
          asIntended:
            found.hardwareProfile?.vmSize === spec.vmSize && found.osProfile?.computerName === spec.computerName,
          readyAnyway: isUp(found.instanceView?.statuses, found.instanceView?.vmAgent?.statuses),
        }
      );
    },
    async send() {
      const password = await new Vault(azure.secrets(input.installation.keyVaultUrl)).read(spec.passwordSecret);
      if (password === undefined) throw missingSecret(spec.passwordSecret);
      return await beginModular('compute', id, () =>
        client.createOrUpdate(input.resourceGroup, spec.name, {
          location: input.region,
          tags: input.tags,
          identity: { type: 'UserAssigned', userAssignedIdentities: { [spec.identityId]: {} } },
          hardwareProfile: { vmSize: spec.vmSize },
          ...(spec.spot ? { priority: 'Spot', evictionPolicy: 'Deallocate', billingProfile: { maxPrice: -1 } } : {}),
          storageProfile: {
            imageReference: { id: spec.imageId },
            osDisk: {
              // Named, so that a disk left behind by a failed create can be told as ours.
              name: `${spec.name}-os`,
              createOption: 'FromImage',
              caching: 'ReadWrite',
              managedDisk: { storageAccountType: 'StandardSSD_LRS' },
              deleteOption: 'Delete',
              ...(spec.osDiskGb === undefined ? {} : { diskSizeGB: spec.osDiskGb }),
            },
          },
          osProfile: {
            computerName: spec.computerName,
            adminUsername: spec.adminUsername,
            adminPassword: password,
            windowsConfiguration: {
              provisionVMAgent: true,
              // An update must not restart a machine that is on air.
              enableAutomaticUpdates: false,
              patchSettings: { patchMode: 'Manual' },
            },
          },
          networkProfile: {
            networkInterfaces: [
              {
                id: armId(input, 'Microsoft.Network/networkInterfaces', spec.nic),
                primary: true,
                deleteOption: 'Delete',
              },
            ],
          },
          userData: Buffer.from(spec.userData, 'utf8').toString('base64'),
        }),
      );
    },
  };
});
