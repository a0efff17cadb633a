import { refuse } from '../core/constraint.ts';
import { sameId } from '../core/ids.ts';
import { child, children, type JsonObject, reference, text } from '../core/json.ts';
import type { Resource, Sim } from '../core/provider.ts';
import { prefixesOf } from './addresses.ts';
import { aligned, contains, formatRange, overlaps, parseRange, type Range } from './cidr.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import { link, referred, unlink, usersOf } from './references.ts';

export const SUBNET = 'Microsoft.Network/virtualNetworks/subnets';
const MIN_BITS = 29;
/** What a subnet can refer to. */
const REFERENCES = ['networkSecurityGroup', 'natGateway', 'routeTable'];

/** A prefix as Azure takes it. @throws ArmError 400 */
function checkedRange(prefix: string, id: string): Range {
  const range = parseRange(prefix);
  if (!range) throw refuse(C.prefixFormat, { prefix, id });
  const proper = aligned(range);
  if (proper.base !== range.base) throw refuse(C.prefixNotation, { prefix, id, expected: formatRange(proper) });
  return range;
}

export interface Planned {
  id: string;
  name: string;
  properties: JsonObject;
}

/** Prefixes of all subnets that will be in the VNet, against the address space and each other. @throws ArmError 400 */
export function checkRanges(vnet: string, space: readonly string[], subnets: readonly Planned[]): void {
  const outer = space.map((prefix) => checkedRange(prefix, vnet));
  const seen: Range[] = [];
  for (const subnet of subnets) {
    const prefixes = prefixesOf(subnet.properties);
    if (prefixes.length === 0) throw refuse(C.subnetPrefixMissing, { id: subnet.id });
    for (const prefix of prefixes) {
      const range = checkedRange(prefix, subnet.id);
      const names = { subnet: subnet.name, vnet };
      if (!outer.some((one) => contains(one, range))) throw refuse(C.subnetOutsideVnet, names);
      if (range.bits > MIN_BITS) throw refuse(C.subnetTooSmall, names);
      if (seen.some((one) => overlaps(one, range))) throw refuse(C.subnetOverlap, names);
      seen.push(range);
    }
  }
}

const associationLink = (subnet: Resource): string | undefined =>
  text(children(subnet.properties, 'serviceAssociationLinks')[0], 'id');

/** The subnet must go or lose things: refuses while it is used. @throws ArmError 400 */
export function checkUnused(subnet: Resource): void {
  const tie = associationLink(subnet);
  if (tie) throw refuse(C.delegationRequired, { subnet: subnet.id, link: tie });
  const user = usersOf(subnet)[0];
  if (user !== undefined) throw refuse(C.subnetInUse, { subnet: subnet.name, user });
}

const services = (properties: JsonObject): string[] =>
  children(properties, 'delegations').map((one) => (text(child(one, 'properties'), 'serviceName') ?? '').toLowerCase());

/**
 * What a subnet will be: defaults, delegations with their own ids, what Azure keeps over a PUT.
 * @throws ArmError 400 when it leaves out what is in use
 */
export function shapeSubnet(
  sim: Sim<'resources'>,
  id: string,
  given: JsonObject,
  existing: Resource | undefined,
): JsonObject {
  const { provisioningState: _, ipConfigurations: __, serviceAssociationLinks: ___, ...rest } = given;
  const tie = existing && associationLink(existing);
  if (existing && tie) {
    const lost = services(existing.properties).some((service) => !services(given).includes(service));
    if (lost) throw refuse(C.delegationRequired, { subnet: id, link: tie });
  }
  const moved = existing && String(prefixesOf(existing.properties)) !== String(prefixesOf(given));
  if (moved && usersOf(existing).length > 0) throw refuse(C.subnetPrefixInUse, { subnet: existing.name });
  const shaped: JsonObject = {
    privateEndpointNetworkPolicies: 'Disabled',
    privateLinkServiceNetworkPolicies: 'Enabled',
    ...rest,
    delegations: children(given, 'delegations').map((one) => ({
      ...one,
      id: `${id}/delegations/${text(one, 'name') ?? 'delegation'}`,
      type: `${SUBNET}/delegations`,
      properties: { ...child(one, 'properties'), provisioningState: 'Succeeded' },
    })),
  };
  if (existing?.properties.serviceAssociationLinks)
    shaped.serviceAssociationLinks = existing.properties.serviceAssociationLinks;
  // Since api-version 2026 labels a subnet is private unless it says otherwise; the choice is made visible either way.
  shaped.defaultOutboundAccess ??= existing?.properties.defaultOutboundAccess ?? false;
  for (const key of REFERENCES) {
    const target = reference(given, key);
    if (target === undefined) delete shaped[key];
    else shaped[key] = { id: referred(sim, target, id, undefined).id };
  }
  return shaped;
}

/** Ties the subnet to the NSG and NAT gateway it names now, and cuts the ties to those it named before. */
export function relink(
  sim: Sim<'resources'>,
  id: string,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
): void {
  for (const key of REFERENCES) {
    const old = reference(before, key);
    const now = reference(after, key);
    if (old !== undefined && (now === undefined || !sameId(old, now))) unlink(sim, old, id);
    link(sim, now, id);
  }
}
