import { z } from 'zod';
import { refuse } from '../core/constraint.ts';
import { parse } from '../core/errors.ts';
import { child, children, type JsonObject, text } from '../core/json.ts';
import type { Resource, ResourceType, Sim } from '../core/provider.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import { DURATIONS } from './durations.ts';
import { usersOf, usersView } from './references.ts';
import { deleteLro, NETWORK, networkView, writeLro } from './wire.ts';

const ROUTE = 'Microsoft.Network/routeTables/routes';

const route = z.looseObject({
  addressPrefix: z.string().min(1),
  nextHopType: z.enum(['VirtualNetworkGateway', 'VnetLocal', 'Internet', 'VirtualAppliance', 'None']),
  nextHopIpAddress: z.string().optional(),
});

const routeView = (one: Resource): JsonObject => ({
  name: one.name,
  id: one.id,
  etag: `W/"${one.etag}"`,
  type: ROUTE,
  properties: one.properties,
});

/** A PUT of the table states all its routes. */
function replaceRoutes(
  sim: Sim<'time' | 'draws' | 'resources' | 'operations'>,
  table: Resource,
  given: JsonObject[],
): void {
  const named = new Set(given.map((one) => (text(one, 'name') ?? '').toLowerCase()));
  for (const one of sim.resources.children(table.id, ROUTE))
    if (!named.has(one.name.toLowerCase())) sim.operations.remove(one.id);
  for (const one of given) {
    const name = text(one, 'name') ?? '';
    const id = `${table.id}/routes/${name}`;
    const now = sim.time.now();
    sim.resources.save({
      id,
      name,
      type: ROUTE,
      extra: {},
      properties: { hasBgpOverride: false, ...child(one, 'properties'), provisioningState: 'Succeeded' },
      hidden: {},
      etag: sim.draws.guid(`etag ${id.toLowerCase()}`),
      createdAt: now,
      changedAt: now,
    });
  }
}

export const routeTables: ResourceType<'time' | 'draws' | 'resources' | 'operations'> = {
  type: 'routeTables',
  apiVersions: NETWORK,
  lro: writeLro,
  deleteOrder: 60,
  view: (table, sim) =>
    networkView(table, {
      ...table.properties,
      routes: sim.resources.children(table.id, ROUTE).map(routeView),
      subnets: usersView(table, /\/subnets\//i),
    }),
  put({ sim, resource, existing }) {
    const { routes, subnets: _, ...rest } = resource.properties;
    const given = children({ routes }, 'routes');
    for (const one of given) parse(route, child(one, 'properties'));
    resource.properties = {
      disableBgpRoutePropagation: false,
      ...rest,
      resourceGuid: existing?.properties.resourceGuid ?? sim.draws.guid(`routes ${resource.id.toLowerCase()}`),
    };
    replaceRoutes(sim, resource, given);
    return { duration: DURATIONS.securityGroup, state: 'Updating' };
  },
  delete({ sim, resource }) {
    const running = sim.operations.running(resource.id).find((one) => one.kind === 'delete');
    if (running) return { join: running };
    const users = usersOf(resource);
    if (users.length > 0) throw refuse(C.routeTableInUse, { table: resource.id, users: users.join(', ') });
    return { duration: DURATIONS.deleteOther, lro: deleteLro };
  },
};

export const routes: ResourceType<never> = {
  type: 'routeTables/routes',
  apiVersions: NETWORK,
  lro: writeLro,
  view: routeView,
  put({ resource }) {
    parse(route, resource.properties);
    resource.properties.hasBgpOverride ??= false;
    return { duration: DURATIONS.securityRule, state: 'Updating' };
  },
  delete: () => ({ duration: DURATIONS.securityRule, lro: deleteLro }),
};
