import { type Begun, beginModular } from '../../../azure/operations.ts';
import { resourceName } from '../../../domain/names.ts';
import { armId, read } from '../../resource.ts';
import { type ComponentPart, type Found, type KindActivities, OFF } from '../kind.ts';
import { machine as made } from './machine.ts';
import { nic, publicIp } from './network.ts';
import { powerOf } from './power.ts';

const TYPE = 'Microsoft.Compute/virtualMachines';

const alongWith = (
  held: ({ id?: string | undefined; deleteOption?: string | undefined } | undefined)[],
): (string | undefined)[] => held.filter((one) => one?.deleteOption?.toLowerCase() === 'delete').map((one) => one?.id);

export const machine: KindActivities = {
  handlers: { machine: made, nic, 'public-ip': publicIp } as unknown as KindActivities['handlers'],
  switch: {
    type: TYPE,
    async look({ input, spec, azure }) {
      const found = await read(
        azure.compute.virtualMachines.get(input.resourceGroup, spec.name, { expand: 'instanceView' }),
      );
      return found && { power: 'unknown', tags: found.tags, ...powerOf(found.instanceView) };
    },
    send({ input, spec, azure }, id, action) {
      const machines = azure.compute.virtualMachines;
      const group = input.resourceGroup;
      return beginModular('compute', id, () => {
        switch (action) {
          case 'start':
            return machines.start(group, spec.name);
          // Deallocated, not powered off: a stopped machine still costs.
          case 'stop':
            return machines.deallocate(group, spec.name);
          case 'restart':
            return machines.restart(group, spec.name);
          case 'redeploy':
            return machines.redeploy(group, spec.name);
        }
      });
    },
    off: 'deallocated',
    billedFromRequest: false,
  },
  /** With `deleteOption: Delete` the first takes the others along. */
  parts({ input, spec, azure: { compute, network } }) {
    const group = input.resourceGroup;
    const { machine: name = '', nic: nicName = '', publicIp: ipName = '' } = spec.names;
    const disk = resourceName.disk(name);
    const part = (
      type: string,
      named: string,
      look: () => Promise<Found>,
      remove: () => Promise<Begun>,
    ): ComponentPart => ({ id: armId(input, type, named), name: named, look: () => read(look()), remove });
    return [
      part(
        TYPE,
        name,
        async () => {
          const found = await compute.virtualMachines.get(group, name, { expand: 'instanceView' });
          const held = [
            ...(found.storageProfile?.dataDisks ?? []).map(({ managedDisk, deleteOption }) => ({
              id: managedDisk?.id,
              deleteOption,
            })),
            ...(found.networkProfile?.networkInterfaces ?? []),
          ];
          const { power: _, ...since } = powerOf(found.instanceView);
          return { ...found, along: alongWith(held), ...since };
        },
        () => beginModular('compute', name, () => compute.virtualMachines.delete(group, name, { forceDeletion: true })),
      ),
      part(
        'Microsoft.Network/networkInterfaces',
        nicName,
        async () => {
          const found = await network.networkInterfaces.get(group, nicName);
          return {
            ...found,
            along: alongWith((found.ipConfigurations ?? []).map(({ publicIPAddress }) => publicIPAddress)),
          };
        },
        () => beginModular('network', nicName, () => network.networkInterfaces.delete(group, nicName)),
      ),
      part(
        'Microsoft.Network/publicIPAddresses',
        ipName,
        () => network.publicIPAddresses.get(group, ipName),
        () => beginModular('network', ipName, () => network.publicIPAddresses.delete(group, ipName)),
      ),
      {
        ...part(
          'Microsoft.Compute/disks',
          disk,
          () => compute.disks.get(group, disk),
          () => beginModular('compute', disk, () => compute.disks.delete(group, disk)),
        ),
        untagged: true,
      },
    ];
  },
  async silent({ input, spec, azure }) {
    const view = await read(azure.compute.virtualMachines.instanceView(input.resourceGroup, spec.name));
    const { power, ...since } = powerOf(view);
    const agent = view?.vmAgent?.statuses?.[0]?.displayStatus;
    return {
      text: `machine ${power ?? 'absent'}, VM agent ${agent ?? 'silent'}`,
      off: power !== undefined && OFF.includes(power),
      ...since,
    };
  },
};
