/** A machine's public address and network interface. */
import { beginModular } from '../../../azure/operations.ts';
import { armId, type Resource, read, resourceHandler } from '../../resource.ts';

const NETWORK = 'Microsoft.Network';

const sameId = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

export const publicIp = resourceHandler<'public-ip'>(({ input, spec, azure }): Resource => {
  const id = armId(input, `${NETWORK}/publicIPAddresses`, spec.name);
  const client = azure.network.publicIPAddresses;
  return {
    id,
    watch: 'resource',
    async look() {
      const found = await read(client.get(input.resourceGroup, spec.name));
      return (
        found && {
          provisioningState: found.provisioningState,
          tags: found.tags,
          asIntended: found.sku?.name === 'Standard',
          ...(found.ipAddress ? { facts: { ip: found.ipAddress } } : {}),
        }
      );
    },
    send: () =>
      beginModular('network', id, () =>
        client.createOrUpdate(input.resourceGroup, spec.name, {
          location: input.region,
          tags: input.tags,
          sku: { name: 'Standard', tier: 'Regional' },
          publicIPAllocationMethod: 'Static',
          publicIPAddressVersion: 'IPv4',
        }),
      ),
  };
});

export const nic = resourceHandler<'nic'>(({ input, spec, azure }): Resource => {
  const id = armId(input, `${NETWORK}/networkInterfaces`, spec.name);
  const publicIpId = armId(input, `${NETWORK}/publicIPAddresses`, spec.publicIp);
  const client = azure.network.networkInterfaces;
  return {
    id,
    watch: 'resource',
    earlyFacts: () => ({ privateAddress: spec.privateIpAddress }),
    async look() {
      const found = await read(client.get(input.resourceGroup, spec.name));
      const address = found?.ipConfigurations?.[0];
      return (
        found && {
          provisioningState: found.provisioningState,
          tags: found.tags,
          asIntended:
            address?.privateIPAddress === spec.privateIpAddress && sameId(address?.publicIPAddress?.id, publicIpId),
          facts: { privateAddress: address?.privateIPAddress ?? spec.privateIpAddress },
        }
      );
    },
    send: () =>
      beginModular('network', id, () =>
        client.createOrUpdate(input.resourceGroup, spec.name, {
          location: input.region,
          tags: input.tags,
          networkSecurityGroup: { id: armId(input, `${NETWORK}/networkSecurityGroups`, spec.nsg) },
          ipConfigurations: [
            {
              name: 'primary',
              primary: true,
              subnet: { id: `${armId(input, `${NETWORK}/virtualNetworks`, spec.vnet)}/subnets/${spec.subnet}` },
              privateIPAllocationMethod: 'Static',
              privateIPAddress: spec.privateIpAddress,
              privateIPAddressVersion: 'IPv4',
              publicIPAddress: { id: publicIpId, deleteOption: 'Delete' },
            },
          ],
        }),
      ),
  };
});
