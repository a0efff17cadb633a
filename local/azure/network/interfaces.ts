import { refuse } from '../core/constraint.ts';
import { sameId } from '../core/ids.ts';
import { child, children, clone, type JsonObject, reference, text } from '../core/json.ts';
import type { Resource, ResourceType, Sim } from '../core/provider.ts';
import { claim, release } from './addresses.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import { DURATIONS } from './durations.ts';
import { checkReserved } from './nic-link.ts';
import { assignAddress, releaseAddress } from './public-addresses.ts';
import { link, referred, unlink, usersOf } from './references.ts';
import { deleteLro, NETWORK, networkView, nicLro } from './wire.ts';

interface Configuration {
  id: string;
  properties: JsonObject;
}

const configurationsOf = (nic: Resource | undefined): Configuration[] =>
  children(nic?.properties, 'ipConfigurations').map((one) => ({
    id: String(one.id),
    properties: child(one, 'properties'),
  }));

/** Checks one IP configuration without changing anything. @throws ArmError */
function checkConfiguration(sim: Sim<'resources'>, nic: Resource, id: string, given: JsonObject): void {
  const subnetId = reference(given, 'subnet');
  if (subnetId === undefined) throw refuse(C.subnetReferenceMissing, { configuration: id });
  const subnet = referred(sim, subnetId, nic.id, nic.location);
  const service = text(child(children(subnet.properties, 'delegations')[0], 'properties'), 'serviceName');
  if (service !== undefined) throw refuse(C.subnetDelegated, { subnet: subnet.id, configuration: id, service });
  const isStatic = text(given, 'privateIPAllocationMethod')?.toLowerCase() === 'static';
  if (isStatic && text(given, 'privateIPAddress') === undefined) throw refuse(C.addressMissing, { configuration: id });
  const publicId = reference(given, 'publicIPAddress');
  if (publicId === undefined) return;
  const address = referred(sim, publicId, nic.id, nic.location);
  const holder = usersOf(address).find((one) => !sameId(one, id));
  if (holder !== undefined) throw refuse(C.publicAddressInUse, { configuration: id, address: address.id, holder });
}

/** Takes the addresses and ties, and returns the configuration as it is echoed. */
function takeConfiguration(
  sim: Sim<'chance' | 'draws' | 'store' | 'resources'>,
  nic: Resource,
  id: string,
  one: JsonObject,
  first: boolean,
): JsonObject {
  const given = child(one, 'properties');
  const subnet = sim.resources.get(reference(given, 'subnet')) as Resource;
  const isStatic = text(given, 'privateIPAllocationMethod')?.toLowerCase() === 'static';
  const address = claim(sim, subnet, id, isStatic ? text(given, 'privateIPAddress') : undefined);
  link(sim, subnet.id, id);
  const publicAddress = sim.resources.get(reference(given, 'publicIPAddress'));
  if (publicAddress) {
    link(sim, publicAddress.id, id);
    publicAddress.properties.ipAddress ??= assignAddress(sim, publicAddress.id);
    sim.resources.save(publicAddress);
  }
  return {
    name: text(one, 'name'),
    id,
    etag: `W/"${nic.etag}"`,
    type: 'Microsoft.Network/networkInterfaces/ipConfigurations',
    properties: {
      ...given,
      provisioningState: 'Succeeded',
      privateIPAddress: address,
      privateIPAllocationMethod: isStatic ? 'Static' : 'Dynamic',
      privateIPAddressVersion: 'IPv4',
      subnet: { id: subnet.id },
      ...(publicAddress ? { publicIPAddress: { ...child(given, 'publicIPAddress'), id: publicAddress.id } } : {}),
      primary: given.primary ?? first,
    },
  };
}

/** All or nothing: when one address cannot be had, what was taken before it is given back. @throws ArmError */
function takeAll(
  sim: Sim<'chance' | 'draws' | 'store' | 'resources'>,
  nic: Resource,
  named: { one: JsonObject; id: string }[],
  existing: Resource | undefined,
): JsonObject[] {
  const taken: JsonObject[] = [];
  try {
    for (const { one, id } of named) taken.push(takeConfiguration(sim, nic, id, one, taken.length === 0));
    return taken;
  } catch (error) {
    const held = taken.map((one) => ({ id: String(one.id), properties: child(one, 'properties') }));
    dropConfigurations(sim, held, configurationsOf(existing));
    throw error;
  }
}

/** Gives back what the configurations in `before` held and those in `kept` do not. */
function dropConfigurations(sim: Sim<'store' | 'resources'>, before: Configuration[], kept: Configuration[]): void {
  for (const { id, properties } of before) {
    const now = kept.find((one) => sameId(one.id, id))?.properties;
    const subnet = reference(properties, 'subnet');
    if (subnet !== undefined && reference(now, 'subnet')?.toLowerCase() !== subnet.toLowerCase()) {
      release(sim, subnet, id);
      unlink(sim, subnet, id);
    }
    const held = sim.resources.get(reference(properties, 'publicIPAddress'));
    if (!held || reference(now, 'publicIPAddress')?.toLowerCase() === held.id.toLowerCase()) continue;
    unlink(sim, held.id, id);
    if (held.properties.publicIPAllocationMethod !== 'Dynamic') continue;
    releaseAddress(sim, text(held.properties, 'ipAddress'));
    delete held.properties.ipAddress;
    sim.resources.save(held);
  }
}

export const networkInterfaces: ResourceType<'time' | 'chance' | 'draws' | 'store' | 'resources' | 'operations'> = {
  type: 'networkInterfaces',
  apiVersions: NETWORK,
  namePattern: /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$/,
  lro: nicLro,
  deleteOrder: 20,
  view: (nic) => networkView(nic),
  put({ sim, resource, existing }) {
    const given = children(resource.properties, 'ipConfigurations');
    if (given.length === 0) throw refuse(C.ipConfigurationMissing, { nic: resource.id });
    const named = given.map((one) => ({ one, id: `${resource.id}/ipConfigurations/${text(one, 'name') ?? ''}` }));
    for (const { one, id } of named) checkConfiguration(sim, resource, id, child(one, 'properties'));
    const group = reference(resource.properties, 'networkSecurityGroup');
    const groupId = group === undefined ? undefined : referred(sim, group, resource.id, resource.location).id;
    const before = clone(existing?.properties ?? {});
    const taken = takeAll(sim, resource, named, existing);
    const { networkSecurityGroup: _, virtualMachine: __, ...rest } = resource.properties;
    resource.properties = {
      enableAcceleratedNetworking: false,
      enableIPForwarding: false,
      disableTcpStateTracking: false,
      tapConfigurations: [],
      hostedWorkloads: [],
      vnetEncryptionSupported: false,
      nicType: 'Standard',
      ...rest,
      dnsSettings: { dnsServers: [], appliedDnsServers: [], ...child(rest, 'dnsSettings') },
      resourceGuid: before.resourceGuid ?? sim.draws.guid(`nic ${resource.id.toLowerCase()}`),
      ipConfigurations: taken,
      ...(groupId === undefined ? {} : { networkSecurityGroup: { id: groupId } }),
      ...(before.virtualMachine
        ? { virtualMachine: before.virtualMachine, macAddress: before.macAddress, primary: before.primary }
        : {}),
    };
    dropConfigurations(sim, configurationsOf(existing), configurationsOf(resource));
    const oldGroup = reference(before, 'networkSecurityGroup');
    if (oldGroup !== undefined && oldGroup !== groupId) unlink(sim, oldGroup, resource.id);
    link(sim, groupId, resource.id);
    // Recorded 2022: the first answer says Succeeded already, the operation follows within a second.
    resource.properties.provisioningState = 'Succeeded';
    return { duration: DURATIONS.nic, state: null };
  },
  delete({ sim, resource }) {
    const running = sim.operations.running(resource.id).find((one) => one.kind === 'delete');
    if (running) return { join: running };
    const machine = reference(resource.properties, 'virtualMachine');
    if (machine !== undefined) throw refuse(C.nicInUse, { nic: resource.id, vm: machine });
    checkReserved(sim, resource, undefined);
    return { duration: DURATIONS.deleteNic, lro: deleteLro };
  },
  removed(sim, resource) {
    dropConfigurations(sim, configurationsOf(resource), []);
    unlink(sim, reference(resource.properties, 'networkSecurityGroup'), resource.id);
  },
};

/** Read-only view of a NIC's configurations. */
export const ipConfigurations: ResourceType<'resources'> = {
  type: 'networkInterfaces/ipConfigurations',
  apiVersions: NETWORK,
  serve({ sim, name, path }) {
    const nic = sim.resources.get(path.split('/').slice(0, 9).join('/'));
    if (!nic) throw sim.resources.missing(path.split('/').slice(0, 9).join('/'));
    const all = children(nic.properties, 'ipConfigurations');
    if (name === undefined) return { status: 200, body: { value: all } };
    const one = all.find((each) => text(each, 'name')?.toLowerCase() === name.toLowerCase());
    if (!one) throw sim.resources.missing(path);
    return { status: 200, body: one };
  },
};
