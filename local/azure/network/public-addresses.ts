import { refuse } from '../core/constraint.ts';
import { child, text } from '../core/json.ts';
import type { Resource, ResourceType, Sim } from '../core/provider.ts';
import { formatAddress, parseAddress } from './cidr.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import { DURATIONS } from './durations.ts';
import { usersOf } from './references.ts';
import { deleteLro, NETWORK, networkView, writeLro } from './wire.ts';

/** Simulated public addresses are of the benchmark range (RFC 2544), which nothing on the internet answers from. */
const POOL = { base: parseAddress('198.18.0.0') ?? 0, size: 2 ** 17 };

/** A public address nobody has: same seed, same resource, same address. */
export function assignAddress(sim: Sim<'chance' | 'draws' | 'store'>, key: string): string {
  const used = sim.store.collection<string>('public-addresses');
  for (let attempt = 0; ; attempt++) {
    const offset = Math.floor(
      sim.chance.uniform('public address', key.toLowerCase(), sim.draws.nth(`address ${key.toLowerCase()}`), attempt) *
        POOL.size,
    );
    const address = formatAddress(POOL.base + offset);
    if (used.has(address)) continue;
    used.set(address, key);
    return address;
  }
}

export const releaseAddress = (sim: Sim<'store'>, address: string | undefined): void => {
  if (address !== undefined) sim.store.collection<string>('public-addresses').delete(address);
};

const fqdnOf = (label: string, location: string | undefined) => `${label}.${location}.cloudapp.azure.com`;

function claimLabel(sim: Sim<'store'>, resource: Resource, existing: Resource | undefined): void {
  const labels = sim.store.collection<string>('public-address-labels');
  const before = text(child(existing?.properties, 'dnsSettings'), 'fqdn');
  const settings = child(resource.properties, 'dnsSettings');
  const label = text(settings, 'domainNameLabel');
  const fqdn = label === undefined ? undefined : fqdnOf(label.toLowerCase(), resource.location);
  if (label !== undefined && !/^[a-z][a-z0-9-]{1,61}[a-z0-9]$/.test(label)) throw refuse(C.dnsInvalid, { label });
  const holder = fqdn === undefined ? undefined : labels.get(fqdn);
  if (holder !== undefined && holder !== resource.id.toLowerCase()) throw refuse(C.dnsTaken, { fqdn: fqdn ?? '' });
  if (before !== undefined && before !== fqdn) labels.delete(before);
  if (fqdn === undefined) return;
  labels.set(fqdn, resource.id.toLowerCase());
  resource.properties.dnsSettings = { ...settings, fqdn };
}

export const publicIPAddresses: ResourceType<'chance' | 'draws' | 'store' | 'operations' | 'settings'> = {
  type: 'publicIPAddresses',
  apiVersions: NETWORK,
  namePattern: /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$/,
  lro: writeLro,
  deleteOrder: 30,
  view: (address) => {
    const user = usersOf(address)[0];
    const tie =
      user === undefined
        ? {}
        : /\/natGateways\//i.test(user)
          ? { natGateway: { id: user } }
          : { ipConfiguration: { id: user } };
    return networkView(address, { ...address.properties, ...tie });
  },
  put({ sim, resource, existing }) {
    const given = child(resource.extra, 'sku');
    const sku = text(given, 'name') ?? 'Basic';
    const method = text(resource.properties, 'publicIPAllocationMethod') ?? (sku === 'Standard' ? 'Static' : 'Dynamic');
    const before = text(child(existing?.extra, 'sku'), 'name');
    if (sku === 'Basic' && !existing && !sim.settings.basicPublicAddresses) throw refuse(C.basicRetired);
    if (before !== undefined && before !== sku)
      throw refuse(C.skuFixed, { old: before, new: sku, address: resource.id });
    if (sku === 'Standard' && method !== 'Static') throw refuse(C.standardIsStatic, { address: resource.id });
    claimLabel(sim, resource, existing);
    resource.extra.sku = { name: sku, tier: text(given, 'tier') ?? 'Regional' };
    const { ipAddress: _, ipConfiguration: __, natGateway: ___, ...rest } = resource.properties;
    resource.properties = {
      publicIPAddressVersion: 'IPv4',
      idleTimeoutInMinutes: 4,
      ipTags: [],
      ...rest,
      publicIPAllocationMethod: method,
      resourceGuid: existing?.properties.resourceGuid ?? sim.draws.guid(`pip ${resource.id.toLowerCase()}`),
    };
    const had = text(existing?.properties, 'ipAddress');
    // Dynamic addresses come with the first NIC.
    const address = had ?? (method === 'Static' ? assignAddress(sim, resource.id) : undefined);
    if (address !== undefined) resource.properties.ipAddress = address;
    return { duration: DURATIONS.publicAddress, state: 'Updating' };
  },
  delete({ sim, resource }) {
    const running = sim.operations.running(resource.id).find((one) => one.kind === 'delete');
    if (running) return { join: running };
    const holder = usersOf(resource)[0];
    if (holder !== undefined) throw refuse(C.publicAddressHeld, { address: resource.id, holder });
    return { duration: DURATIONS.deleteOther, lro: deleteLro };
  },
  removed(sim, resource) {
    releaseAddress(sim, text(resource.properties, 'ipAddress'));
    const fqdn = text(child(resource.properties, 'dnsSettings'), 'fqdn');
    if (fqdn !== undefined) sim.store.collection<string>('public-address-labels').delete(fqdn);
  },
  meters: (resource) =>
    text(resource.properties, 'ipAddress') === undefined
      ? []
      : [
          {
            meter:
              text(child(resource.extra, 'sku'), 'name') === 'Standard'
                ? 'Standard IPv4 Static Public IP'
                : 'Basic IPv4 Static Public IP',
            quantity: 1,
          },
        ],
};
