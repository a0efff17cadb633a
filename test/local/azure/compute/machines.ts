/** A network and bodies of virtual machines for tests. */
import type { VirtualMachine } from '@azure/arm-compute';
import { MIXER_IMAGE, type World } from '../world.ts';

/** Makes group, VNet, subnet, address and interface; returns the interface's id. */
export async function nicIn(w: World, name = 'nic', more: { publicIp?: boolean } = {}): Promise<string> {
  await w.group();
  const vnet = await w.run(
    w.network.virtualNetworks.createOrUpdate('rg', 'vnet', {
      location: 'westeurope',
      addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
      subnets: [{ name: 'mixers', addressPrefix: '10.0.1.0/24', defaultOutboundAccess: false }],
    }),
  );
  const subnet = { id: vnet.subnets?.[0]?.id ?? '' };
  const address = more.publicIp
    ? await w.run(
        w.network.publicIPAddresses.createOrUpdate('rg', `${name}-pip`, {
          location: 'westeurope',
          sku: { name: 'Standard' },
          publicIPAllocationMethod: 'Static',
        }),
      )
    : undefined;
  const nic = await w.run(
    w.network.networkInterfaces.createOrUpdate('rg', name, {
      location: 'westeurope',
      ipConfigurations: [
        { name: 'ip', subnet, ...(address?.id ? { publicIPAddress: { id: address.id, deleteOption: 'Delete' } } : {}) },
      ],
    }),
  );
  return nic.id ?? '';
}

export const PASSWORD = 'Canary-4711-pass';

export const mixer = (nicId: string, more: Partial<VirtualMachine> = {}): VirtualMachine => ({
  location: 'westeurope',
  hardwareProfile: { vmSize: 'Standard_D4s_v5' },
  storageProfile: {
    imageReference: { id: MIXER_IMAGE },
    osDisk: { name: 'mixer-os', createOption: 'FromImage', deleteOption: 'Delete' },
  },
  osProfile: { computerName: 'mixer-en', adminUsername: 'operator', adminPassword: PASSWORD },
  networkProfile: { networkInterfaces: [{ id: nicId, primary: true, deleteOption: 'Delete' }] },
  userData: Buffer.from('{"v":1}').toString('base64'),
  ...more,
});
