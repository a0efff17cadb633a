/** Container groups inside a VNet: delegation, private address, and the service association link that outlives them for minutes. */
import { refuse } from '../core/constraint.ts';
import { keyOf, sameId } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import { child, children, text } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Sim } from '../core/sim.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import type { Life } from './life.ts';
import { CONTAINER_GROUP } from './quota.ts';
import { LINK_LINGERS } from './timing.ts';

const LINK = 'acisal';
/** Network, gateway, two for DNS; the last address is broadcast. */
const RESERVED_AT_START = 4;

export const subnetOf = (resource: Resource): string | undefined =>
  text(children(resource.properties, 'subnetIds')[0], 'id');

const groupsIn = (sim: Sim<'resources'>, subnet: string): Resource[] =>
  sim.resources.ofType(CONTAINER_GROUP).filter((one) => sameId(subnetOf(one) ?? '', subnet));

const delegated = (subnet: Resource): boolean =>
  children(subnet.properties, 'delegations').some(
    (one) => keyOf(text(child(one, 'properties'), 'serviceName') ?? '') === keyOf(CONTAINER_GROUP),
  );

const prefixOf = (subnet: Resource): string => {
  const many = subnet.properties.addressPrefixes;
  return text(subnet.properties, 'addressPrefix') ?? (Array.isArray(many) ? String(many[0]) : '');
};

/** The first address of `prefix` that is not in `used`; undefined when it is full. */
export function freeAddress(prefix: string, used: ReadonlySet<string>): string | undefined {
  const [network = '', bits = '32'] = prefix.split('/');
  const base = network.split('.').reduce((value, part) => value * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  for (let offset = RESERVED_AT_START; offset < size - 1; offset++) {
    const value = base + offset;
    const address = [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.');
    if (!used.has(address)) return address;
  }
  return undefined;
}

/** Takes an address in the group's subnet and ties the subnet to the service. @returns the private address, undefined outside VNets */
export function joinSubnet(
  sim: Sim<'time' | 'resources' | 'operations'>,
  resource: Resource,
  existing: Resource | undefined,
): string | undefined {
  const id = subnetOf(resource);
  if (!id) return undefined;
  if (existing) return typeof existing.hidden.address === 'string' ? existing.hidden.address : undefined;
  const group = resource.name;
  const subnet = sim.resources.get(id);
  if (!subnet || sim.resources.get(id.split('/').slice(0, -2).join('/'))?.location !== resource.location)
    throw refuse(C.subnetNotFound, { group, subnet: id });
  if (!delegated(subnet)) throw refuse(C.subnetNotDelegated, { subnet: subnet.id });
  const neighbours = groupsIn(sim, id);
  const busy = neighbours.some(
    (one) => sim.operations.running(one.id).length > 0 && sim.time.now() < (one.hidden.life as Life).pullAt,
  );
  if (busy) throw refuse(C.networkNotReady, { group });
  const address = freeAddress(prefixOf(subnet), new Set(neighbours.map((one) => String(one.hidden.address))));
  if (!address) throw refuse(C.subnetFull, { subnet: subnet.id, prefix: prefixOf(subnet) });
  link(sim, subnet);
  return address;
}

function link(sim: Sim<'resources'>, subnet: Resource): void {
  const links = children(subnet.properties, 'serviceAssociationLinks');
  if (links.some((one) => one.name === LINK)) return;
  const made: JsonObject = {
    id: `${subnet.id}/serviceAssociationLinks/${LINK}`,
    name: LINK,
    type: 'Microsoft.Network/virtualNetworks/subnets/serviceAssociationLinks',
    properties: {
      provisioningState: 'Succeeded',
      linkedResourceType: CONTAINER_GROUP,
      allowDelete: false,
      locations: [],
    },
  };
  subnet.properties.serviceAssociationLinks = [...links, made];
  sim.resources.save(subnet);
}

/** After the group left the store: the link goes minutes after the last one. */
export function leaveSubnet(sim: Sim<'draws' | 'jobs' | 'resources'>, resource: Resource): void {
  const id = subnetOf(resource);
  if (!id || groupsIn(sim, id).length > 0) return;
  sim.jobs.schedule('container-instance.unlink', sim.draws.seconds(LINK_LINGERS, `unlink ${keyOf(id)}`), {
    subnet: id,
  });
}

/** Cuts the tie by hand, the known way out of a subnet that cannot be deleted. @throws ArmError 409 while a group is in it */
export function unlinkByHand(sim: Sim<'resources'>, id: string): void {
  if (!sim.resources.get(id)) throw sim.resources.missing(id);
  if (groupsIn(sim, id).length > 0) throw refuse(C.linkInUse, { subnet: id });
  unlink(sim, id);
}

/** Cuts the tie when no group is left. */
export function unlink(sim: Sim<'resources'>, id: string): void {
  const subnet = sim.resources.get(id);
  if (!subnet || groupsIn(sim, id).length > 0) return;
  const links = children(subnet.properties, 'serviceAssociationLinks').filter((one) => one.name !== LINK);
  if (links.length > 0) subnet.properties.serviceAssociationLinks = links;
  else delete subnet.properties.serviceAssociationLinks;
  sim.resources.save(subnet);
}
