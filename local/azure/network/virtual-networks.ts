import { refuse } from '../core/constraint.ts';
import { ArmError } from '../core/errors.ts';
import type { Put, Resource, ResourceType } from '../core/provider.ts';
import { availability, holds } from './addresses.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import { DURATIONS } from './durations.ts';
import { checkRanges, checkUnused, SUBNET, shapeSubnet } from './subnet-shape.ts';
import { applySubnets, plannedSubnet, spaceOf, subnetView, supersede } from './subnets.ts';
import { deleteLro, NETWORK, networkView, writeLro } from './wire.ts';

export const virtualNetworks: ResourceType<'time' | 'draws' | 'resources' | 'operations'> = {
  type: 'virtualNetworks',
  apiVersions: NETWORK,
  namePattern: /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?$/,
  lro: writeLro,
  deleteOrder: 40,
  view: (vnet, sim) =>
    networkView(vnet, { ...vnet.properties, subnets: sim.resources.children(vnet.id, SUBNET).map(subnetView) }),
  put(call) {
    const { sim, resource, existing } = call;
    if (spaceOf(resource.properties).length === 0) throw refuse(C.addressSpaceMissing, { id: resource.id });
    checkSubnets(call);
    const { subnets: given, ...rest } = resource.properties;
    resource.properties = {
      resourceGuid: existing?.properties.resourceGuid ?? sim.draws.guid(`vnet ${resource.id.toLowerCase()}`),
      virtualNetworkPeerings: [],
      enableDdosProtection: false,
      ...rest,
    };
    supersede(sim, resource.id, 'PutVirtualNetworkOperation');
    for (const one of sim.resources.children(resource.id, SUBNET)) supersede(sim, one.id, 'PutVirtualNetworkOperation');
    // A body without `subnets` leaves them alone, an empty list removes them (Azure Networking blog, "updates without subnet property").
    if (Array.isArray(given)) applySubnets(sim, resource, { subnets: given });
    return { duration: DURATIONS.vnet, state: 'Updating' };
  },
  settled({ sim, operation, resource }) {
    if (!resource || operation.kind === 'delete' || operation.status === 'Canceled') return;
    for (const subnet of sim.resources.children(resource.id, SUBNET)) {
      if (sim.operations.running(subnet.id).length > 0) continue;
      subnet.properties.provisioningState = resource.properties.provisioningState;
      sim.resources.save(subnet);
    }
  },
  actions: {
    CheckIPAddressAvailability: {
      method: 'GET',
      run({ sim, resource, query }) {
        const address = query.get('ipAddress') ?? '';
        const subnet = sim.resources.children(resource.id, SUBNET).find((one) => holds(one, address));
        const { free, others } = subnet ? availability(subnet, address) : { free: false, others: [] };
        const body = { available: free, ...(free ? {} : { availableIPAddresses: others }), isPlatformReserved: false };
        return { response: { status: 200, body } };
      },
    },
  },
  delete({ sim, resource }) {
    const running = sim.operations.running(resource.id).find((one) => one.kind === 'delete');
    if (running) return { join: running };
    for (const subnet of sim.resources.children(resource.id, SUBNET)) checkUnused(subnet);
    supersede(sim, resource.id, 'DeleteVirtualNetworkOperation');
    return { duration: DURATIONS.deleteOther, lro: deleteLro };
  },
};

/** All checks come before the first change: a refused PUT leaves nothing behind. */
function checkSubnets({ sim, resource, existing }: Put<'resources'>): void {
  const given = resource.properties.subnets;
  const stored = sim.resources.children(resource.id, SUBNET);
  const planned = Array.isArray(given)
    ? given.map((one) => plannedSubnet(resource, one as Resource['properties']))
    : stored.map((one) => ({ id: one.id, name: one.name, given: one.properties, properties: one.properties }));
  const unnamed = planned.find((one) => !/^[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$/.test(one.name));
  if (unnamed) throw new ArmError(400, 'InvalidResourceName', `Resource name ${unnamed.name} is invalid.`);
  checkRanges(resource.name, spaceOf(resource.properties), planned);
  for (const one of planned)
    shapeSubnet(
      sim,
      one.id,
      one.given,
      stored.find((known) => same(known.name, one.name)),
    );
  if (existing && Array.isArray(given))
    for (const one of stored) if (!planned.some((wanted) => same(wanted.name, one.name))) checkUnused(one);
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
