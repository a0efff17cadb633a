/** A Windows virtual machine from the gallery image. */
import { beginModular } from '../../../azure/operations.ts';
import { withoutSecrets } from '../../../azure/redact.ts';
import { Vault } from '../../../azure/vault.ts';
import { resourceName } from '../../../domain/names.ts';
import { missingSecret } from '../../missing-secret.ts';
import { armId, type Resource, read, resourceHandler } from '../../resource.ts';

interface Status {
  code?: string;
  message?: string;
  time?: Date;
}

/** Ready by the platform's own account, whatever the create operation said. */
const isUp = (statuses: Status[] = [], agent: { displayStatus?: string }[] = []): boolean =>
  statuses.some(({ code }) => code === 'PowerState/running') &&
  agent.some(({ displayStatus }) => displayStatus === 'Ready');

/** The instance view remembers a failure as `ProvisioningState/failed/<code>` with its message. */
function failureOf(statuses: Status[] = []): { code: string; message: string } | undefined {
  for (const { code = '', message = '' } of statuses) {
    const failed = /^ProvisioningState\/failed\/(.+)$/i.exec(code)?.[1];
    if (failed) return { code: failed, message };
  }
  return undefined;
}

export const machine = resourceHandler<'machine'>(({ input, spec, azure }): Resource => {
  const id = armId(input, 'Microsoft.Compute/virtualMachines', spec.name);
  const client = azure.compute.virtualMachines;
  return {
    id,
    watch: 'operation',
    async look(thorough) {
      const found = await read(
        client.get(input.resourceGroup, spec.name, thorough ? { expand: 'instanceView' } : undefined),
      );
      const view = found?.instanceView;
      const failed = failureOf(view?.statuses);
      return (
        found && {
          provisioningState: found.provisioningState,
          tags: found.tags,
          asIntended:
            found.hardwareProfile?.vmSize === spec.vmSize && found.osProfile?.computerName === spec.computerName,
          readyAnyway: isUp(view?.statuses, view?.vmAgent?.statuses),
          ...(failed ? { failed } : {}),
        }
      );
    },
    async readySince() {
      const view = await read(client.instanceView(input.resourceGroup, spec.name));
      return view?.statuses?.find(({ code }) => code === 'ProvisioningState/succeeded')?.time?.getTime();
    },
    async send() {
      const password = await new Vault(azure.secrets(input.installation.keyVaultUrl)).read(spec.passwordSecret);
      if (password === undefined) throw missingSecret(spec.passwordSecret);
      return await withoutSecrets([password], () =>
        beginModular('compute', id, () =>
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
                name: resourceName.disk(spec.name),
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
        ),
      );
    },
  };
});
