import { refuse } from '../core/constraint.ts';
import { sameId } from '../core/ids.ts';
import { isObject, text } from '../core/json.ts';
import type { Resource, Sim } from '../core/provider.ts';
import { formatAddress, formatRange, parseAddress, parseRange, type Range } from './cidr.ts';
import { CONSTRAINTS as C } from './constraints.ts';

/** Azure keeps network, gateway and two for DNS at the start, and broadcast at the end (Microsoft Learn, Azure Virtual Network FAQ). */
const RESERVED_AT_START = 4;

/** The subnet's prefixes, whether given as `addressPrefix` or `addressPrefixes`. */
export const prefixesOf = (properties: Resource['properties']): string[] => {
  const many = properties.addressPrefixes;
  if (Array.isArray(many) && many.length > 0) return many.map(String);
  const one = text(properties, 'addressPrefix');
  return one === undefined ? [] : [one];
};

/** address -> id of what has it */
const taken = (subnet: Resource): Record<string, string> => {
  const { addresses } = subnet.hidden;
  return isObject(addresses) ? (addresses as Record<string, string>) : {};
};

const rangeOf = (subnet: Resource): Range =>
  parseRange(prefixesOf(subnet.properties)[0] ?? '') ?? { base: 0, size: 0, bits: 32 };

/**
 * Gives `holder` an address in `subnet`: the wanted one, the one it has, or the first free one.
 * @throws ArmError 400 when the wanted one is outside, reserved or taken, or the subnet is full
 */
export function claim(sim: Sim<'resources'>, subnet: Resource, holder: string, wanted: string | undefined): string {
  const map = { ...taken(subnet) };
  const mine = Object.keys(map).find((address) => sameId(map[address] ?? '', holder));
  const address = wanted ?? mine ?? firstFree(subnet, map);
  if (wanted !== undefined) checkWanted(subnet, map, holder, wanted);
  if (mine !== undefined) delete map[mine];
  map[address] = holder;
  subnet.hidden.addresses = map;
  sim.resources.save(subnet);
  return address;
}

export function release(sim: Sim<'resources'>, subnetId: string | undefined, holder: string): void {
  const subnet = sim.resources.get(subnetId);
  if (!subnet) return;
  subnet.hidden.addresses = Object.fromEntries(Object.entries(taken(subnet)).filter(([, id]) => !sameId(id, holder)));
  sim.resources.save(subnet);
}

/** Whether `address` is free, and up to five that are. */
export function availability(subnet: Resource, address: string): { free: boolean; others: string[] } {
  const map = taken(subnet);
  const range = rangeOf(subnet);
  const others: string[] = [];
  for (let offset = RESERVED_AT_START; offset < range.size - 1 && others.length < 5; offset++) {
    const candidate = formatAddress(range.base + offset);
    if (!(candidate in map)) others.push(candidate);
  }
  const value = parseAddress(address) ?? -1;
  const offset = value - range.base;
  const usable = offset >= RESERVED_AT_START && offset < range.size - 1;
  return { free: usable && !(address in map), others };
}

/** Whether `address` lies in the subnet at all. */
export function holds(subnet: Resource, address: string): boolean {
  const range = rangeOf(subnet);
  const value = parseAddress(address);
  return value !== undefined && value >= range.base && value < range.base + range.size;
}

function firstFree(subnet: Resource, map: Record<string, string>): string {
  const range = rangeOf(subnet);
  for (let offset = RESERVED_AT_START; offset < range.size - 1; offset++) {
    const address = formatAddress(range.base + offset);
    if (!(address in map)) return address;
  }
  throw refuse(C.subnetFull, { subnet: subnet.name, prefix: formatRange(range) });
}

function checkWanted(subnet: Resource, map: Record<string, string>, holder: string, wanted: string): void {
  const range = rangeOf(subnet);
  const prefix = formatRange(range);
  const value = parseAddress(wanted);
  if (value === undefined || value < range.base || value >= range.base + range.size)
    throw refuse(C.addressOutside, { address: wanted, prefix });
  const offset = value - range.base;
  if (offset < RESERVED_AT_START || offset === range.size - 1)
    throw refuse(C.addressReserved, { address: wanted, prefix });
  const other = map[wanted];
  if (other !== undefined && !sameId(other, holder))
    throw refuse(C.addressTaken, { configuration: holder, address: wanted, holder: other });
}
