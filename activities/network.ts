/** Network security groups, and the virtual network with its subnets. */
import type { SecurityRule } from '@azure/arm-network';
import { beginModular } from '../azure/operations.ts';
import type { NsgRule } from '../domain/seam/node-spec.ts';
import { armId, type Resource, read, resourceHandler } from './resource.ts';

const NETWORK = 'Microsoft.Network';

/** ARM wants the singular field for one value and for wildcards, the plural for several. */
function wireRule({ sources, ports, ...rule }: NsgRule): SecurityRule {
  const [source, ...otherSources] = sources;
  const [port, ...otherPorts] = ports;
  return {
    ...rule,
    sourcePortRange: '*',
    destinationAddressPrefix: '*',
    ...(source !== undefined && otherSources.length === 0
      ? { sourceAddressPrefix: source }
      : { sourceAddressPrefixes: sources }),
    ...(port !== undefined && otherPorts.length === 0
      ? { destinationPortRange: port }
      : { destinationPortRanges: ports }),
  };
}

export const nsg = resourceHandler<'nsg'>(({ input, spec, azure }): Resource => {
  const id = armId(input, `${NETWORK}/networkSecurityGroups`, spec.name);
  const client = azure.network.networkSecurityGroups;
  return {
    id,
    watch: 'resource',
    async look() {
      const found = await read(client.get(input.resourceGroup, spec.name));
      const names = (found?.securityRules ?? []).map((rule) => rule.name).sort();
      const asIntended = String(names) === String(spec.rules.map((rule) => rule.name).sort());
      return found && { provisioningState: found.provisioningState, tags: found.tags, asIntended };
    },
    send: () =>
      beginModular('network', id, () =>
        client.createOrUpdate(input.resourceGroup, spec.name, {
          location: input.region,
          tags: input.tags,
          securityRules: spec.rules.map(wireRule),
        }),
      ),
  };
});

/** Subnets go inside the network's own request: a subnet sent apart would cancel the network's operation. */
export const vnet = resourceHandler<'vnet'>(({ input, spec, azure }): Resource => {
  const id = armId(input, `${NETWORK}/virtualNetworks`, spec.name);
  const client = azure.network.virtualNetworks;
  return {
    id,
    watch: 'resource',
    async look() {
      const found = await read(client.get(input.resourceGroup, spec.name));
      const there = new Set(found?.subnets?.map((subnet) => `${subnet.name} ${subnet.addressPrefix}`));
      const asIntended = spec.subnets.every((subnet) => there.has(`${subnet.name} ${subnet.prefix}`));
      return found && { provisioningState: found.provisioningState, tags: found.tags, asIntended };
    },
    send: () =>
      beginModular('network', id, () =>
        client.createOrUpdate(input.resourceGroup, spec.name, {
          location: input.region,
          tags: input.tags,
          addressSpace: { addressPrefixes: [spec.addressSpace] },
          subnets: spec.subnets.map((subnet) => ({
            name: subnet.name,
            addressPrefix: subnet.prefix,
            // Newer API versions turn it off by themselves, older ones on: said explicitly, it never changes.
            defaultOutboundAccess: false,
            networkSecurityGroup: { id: armId(input, `${NETWORK}/networkSecurityGroups`, subnet.nsg) },
            ...(subnet.delegation ? { delegations: [{ name: 'delegation', serviceName: subnet.delegation }] } : {}),
          })),
        }),
      ),
  };
});
