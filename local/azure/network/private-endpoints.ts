/** Private endpoints and the zones of their names, as far as an installation's shape needs them; nothing is routed by them. */
import { z } from 'zod';
import { refuse } from '../core/constraint.ts';
import { ARM } from '../core/constraints.ts';
import { plain } from '../core/plain.ts';
import type { ResourceType, Sim } from '../core/provider.ts';

const id = z.looseObject({ id: z.string().min(1) });
const exists = (sim: Sim<'resources'>, wanted: string): void => {
  if (!sim.resources.get(wanted)) throw refuse(ARM.childNotFound, { id: wanted });
};

const connection = z.looseObject({
  name: z.string().min(1),
  properties: z.looseObject({ privateLinkServiceId: z.string(), groupIds: z.array(z.string()).min(1) }),
});
const endpoint = z.looseObject({ subnet: id, privateLinkServiceConnections: z.array(connection).min(1) });
const group = z.looseObject({
  privateDnsZoneConfigs: z
    .array(z.looseObject({ name: z.string().min(1), properties: z.looseObject({ privateDnsZoneId: z.string() }) }))
    .max(5),
});
const link = z.looseObject({ virtualNetwork: id, registrationEnabled: z.boolean().optional() });

const ENDPOINT_VERSIONS = ['2023-11-01', '2024-05-01', '2024-07-01', '2025-01-01'];
const ZONE_VERSIONS = ['2020-06-01', '2024-06-01'];

export const PRIVATE: readonly ResourceType<'resources'>[] = [
  plain({
    type: 'privateEndpoints',
    apiVersions: ENDPOINT_VERSIONS,
    deleteOrder: 30,
    duration: { median: 30, p95: 90 },
    fill({ sim, resource }) {
      const { subnet, privateLinkServiceConnections } = endpoint.parse(resource.properties);
      exists(sim, subnet.id);
      for (const { properties } of privateLinkServiceConnections) exists(sim, properties.privateLinkServiceId);
      return undefined;
    },
    properties: endpoint,
  }),
  plain({
    type: 'privateEndpoints/privateDnsZoneGroups',
    apiVersions: ENDPOINT_VERSIONS,
    needsLocation: false,
    deleteOrder: 20,
    fill({ sim, resource }) {
      for (const { properties } of group.parse(resource.properties).privateDnsZoneConfigs)
        exists(sim, properties.privateDnsZoneId);
      return undefined;
    },
    properties: group,
  }),
  plain({
    type: 'privateDnsZones',
    apiVersions: ZONE_VERSIONS,
    deleteOrder: 60,
    namePattern: /^[a-z0-9-]+(\.[a-z0-9-]+)+$/,
  }),
  plain({
    type: 'privateDnsZones/virtualNetworkLinks',
    apiVersions: ZONE_VERSIONS,
    deleteOrder: 25,
    fill({ sim, resource }) {
      exists(sim, link.parse(resource.properties).virtualNetwork.id);
      return undefined;
    },
    properties: link,
  }),
];
