import { refuse } from '../core/constraint.ts';
import { children, clone, type JsonObject } from '../core/json.ts';
import type { Operation, Resource, ResourceType, Sim } from '../core/provider.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import { DURATIONS } from './durations.ts';
import { usersView } from './references.ts';
import { checkRanges, checkUnused, relink, SUBNET, shapeSubnet } from './subnet-shape.ts';
import { deleteLro, NETWORK, writeLro } from './wire.ts';

export const spaceOf = (vnet: JsonObject): string[] => {
  const space = vnet.addressSpace;
  const prefixes = typeof space === 'object' && space && !Array.isArray(space) ? space.addressPrefixes : undefined;
  return Array.isArray(prefixes) ? prefixes.map(String) : [];
};

export const subnetView = (subnet: Resource): JsonObject => ({
  name: subnet.name,
  id: subnet.id,
  etag: `W/"${subnet.etag}"`,
  type: SUBNET,
  properties: { ...subnet.properties, ipConfigurations: usersView(subnet, /\/ipConfigurations\//i) },
});

/** Ends the writes of the VNet that are under way: a newer one takes over (recorded 2023, azure-cli vnet tests). */
export function supersede(sim: Sim<'draws' | 'operations'>, id: string, by: string): void {
  for (const old of sim.operations.running(id)) {
    if (old.kind === 'delete') continue;
    old.data.supersededBy = sim.draws.guid(`superseded ${id.toLowerCase()}`);
    sim.operations.end(old, 'Canceled', supersededError(old, by, String(old.data.supersededBy)));
  }
}

const supersededError = (old: Operation, by: string, newId: string) => {
  const name = old.type === SUBNET ? 'PutSubnetOperation' : 'PutVirtualNetworkOperation';
  const error = refuse(C.superseded, { old: name, oldId: old.id, new: by, newId }).error;
  return { ...error, details: [] };
};

/** Writes to subnets of one VNet queue up behind each other. */
function queued(sim: Sim<'time' | 'resources' | 'operations'>, vnet: string, own: string): number {
  const others = sim.resources.children(vnet, SUBNET).filter((one) => one.id !== own);
  const ends = others
    .flatMap((one) => sim.operations.running(one.id))
    .map((one) => (Number.isFinite(one.endsAt) ? one.endsAt : 0));
  return Math.max(0, ((Math.max(0, ...ends) - sim.time.now()) / 1000) * sim.time.scale);
}

export const subnets: ResourceType<'time' | 'draws' | 'resources' | 'operations'> = {
  type: 'virtualNetworks/subnets',
  apiVersions: NETWORK,
  lro: writeLro,
  view: subnetView,
  put({ sim, resource, existing, parent }) {
    const vnet = parent as Resource;
    resource.properties = {
      ...shapeSubnet(sim, resource.id, resource.properties, existing),
      provisioningState: existing?.properties.provisioningState ?? 'Updating',
    };
    const others = sim.resources.children(vnet.id, SUBNET).filter((one) => one.id !== resource.id);
    checkRanges(vnet.name, spaceOf(vnet.properties), [...others, resource]);
    supersede(sim, vnet.id, 'PutSubnetOperation');
    supersede(sim, resource.id, 'PutSubnetOperation');
    relink(sim, resource.id, existing?.properties, resource.properties);
    const wait = queued(sim, vnet.id, resource.id);
    const own = sim.draws.seconds(DURATIONS.subnet, `${resource.id.toLowerCase()} put`);
    return { duration: wait + own, state: 'Updating' };
  },
  delete({ sim, resource }) {
    const running = sim.operations.running(resource.id).find((one) => one.kind === 'delete');
    if (running) return { join: running };
    checkUnused(resource);
    return { duration: DURATIONS.deleteOther, lro: deleteLro };
  },
  settled({ sim, operation, resource }) {
    if (!resource || operation.kind === 'delete') return;
    const vnet = sim.resources.get(resource.id.split('/').slice(0, -2).join('/'));
    if (!vnet || sim.operations.running(vnet.id).length > 0) return;
    // Nothing of the VNet is being written any more: what a superseded write left Updating is whole again.
    const siblings = sim.resources.children(vnet.id, SUBNET);
    if (siblings.some((one) => sim.operations.running(one.id).length > 0)) return;
    for (const one of [vnet, ...siblings]) {
      if (one.properties.provisioningState !== 'Updating') continue;
      one.properties.provisioningState = 'Succeeded';
      sim.resources.save(one);
    }
  },
  removed(sim, resource) {
    relink(sim, resource.id, resource.properties, undefined);
  },
};

/** Makes the VNet's stored subnets those of its body. */
export function applySubnets(
  sim: Sim<'time' | 'draws' | 'resources' | 'operations'>,
  vnet: Resource,
  body: JsonObject,
): void {
  const wanted = children(body, 'subnets').map((one) => plannedSubnet(vnet, one));
  const existing = sim.resources.children(vnet.id, SUBNET);
  const named = new Set(wanted.map((one) => one.name.toLowerCase()));
  for (const one of existing) if (!named.has(one.name.toLowerCase())) sim.operations.remove(one.id);
  for (const { id, name, given } of wanted) {
    const known = sim.resources.get(id);
    const before = known && clone(known.properties);
    const shaped = shapeSubnet(sim, id, given, known);
    const subnet: Resource = known ?? {
      id,
      name,
      type: SUBNET,
      extra: {},
      properties: {},
      hidden: {},
      etag: sim.draws.guid(`etag ${id.toLowerCase()}`),
      createdAt: sim.time.now(),
      changedAt: sim.time.now(),
    };
    subnet.properties = { ...shaped, provisioningState: 'Updating' };
    sim.resources.save(subnet);
    relink(sim, id, before, shaped);
  }
}

export const plannedSubnet = (vnet: Resource, one: JsonObject) => {
  const name = typeof one.name === 'string' ? one.name : '';
  const given =
    typeof one.properties === 'object' && one.properties && !Array.isArray(one.properties) ? one.properties : {};
  return { id: `${vnet.id}/subnets/${name}`, name, given, properties: given };
};
