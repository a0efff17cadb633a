import { refuse } from '../core/constraint.ts';
import { sameId } from '../core/ids.ts';
import { children, type JsonObject, text } from '../core/json.ts';
import type { Resource, ResourceType } from '../core/provider.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import { DURATIONS } from './durations.ts';
import { link, referred, unlink, usersOf, usersView } from './references.ts';
import { deleteLro, NETWORK, networkView, writeLro } from './wire.ts';

const addressesOf = (properties: JsonObject | undefined): string[] =>
  children(properties, 'publicIpAddresses').flatMap((one) => text(one, 'id') ?? []);

export const natGateways: ResourceType<'draws' | 'resources' | 'operations'> = {
  type: 'natGateways',
  apiVersions: NETWORK,
  lro: writeLro,
  deleteOrder: 45,
  view: (gateway) => networkView(gateway, { ...gateway.properties, subnets: usersView(gateway, /\/subnets\//i) }),
  put({ sim, resource, existing }) {
    const wanted = addressesOf(resource.properties).map((id) => {
      const address = referred(sim, id, resource.id, resource.location);
      const holder = usersOf(address).find((one) => !sameId(one, resource.id));
      if (holder !== undefined)
        throw refuse(C.publicAddressInUse, { configuration: resource.id, address: address.id, holder });
      return address.id;
    });
    for (const id of addressesOf(existing?.properties)) if (!wanted.includes(id)) unlink(sim, id, resource.id);
    for (const id of wanted) link(sim, id, resource.id);
    const { subnets: _, ...rest } = resource.properties;
    resource.properties = {
      idleTimeoutInMinutes: 4,
      ...rest,
      publicIpAddresses: wanted.map((id) => ({ id })),
      resourceGuid: existing?.properties.resourceGuid ?? sim.draws.guid(`nat ${resource.id.toLowerCase()}`),
    };
    return { duration: DURATIONS.natGateway, state: 'Updating' };
  },
  delete({ sim, resource }) {
    const running = sim.operations.running(resource.id).find((one) => one.kind === 'delete');
    if (running) return { join: running };
    const users = usersOf(resource);
    if (users.length > 0) throw refuse(C.natInUse, { gateway: resource.id, users: users.join(', ') });
    return { duration: DURATIONS.deleteOther, lro: deleteLro };
  },
  removed(sim, resource: Resource) {
    for (const id of addressesOf(resource.properties)) unlink(sim, id, resource.id);
  },
  meters: () => [{ meter: 'Standard Gateway', quantity: 1 }],
};
