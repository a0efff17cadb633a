import { refuse } from '../core/constraint.ts';
import { child, type JsonObject, text } from '../core/json.ts';
import { aligned, overlaps, parseRange, type Range } from './cidr.ts';
import { CONSTRAINTS as C } from './constraints.ts';

export const RULE = 'Microsoft.Network/networkSecurityGroups/securityRules';

const WORDS = {
  protocol: ['Tcp', 'Udp', 'Icmp', 'Esp', 'Ah', '*'],
  access: ['Allow', 'Deny'],
  direction: ['Inbound', 'Outbound'],
} as const;

/** A rule's properties as Azure echoes them. @throws ArmError 400 */
export function shapeRule(id: string, given: JsonObject): JsonObject {
  const rule: JsonObject = {
    destinationAddressPrefixes: [],
    destinationPortRanges: [],
    sourceAddressPrefixes: [],
    sourcePortRanges: [],
    ...given,
  };
  for (const [member, allowed] of Object.entries(WORDS)) {
    const value = text(given, member) ?? '';
    const known = allowed.find((one) => one.toLowerCase() === value.toLowerCase());
    if (known === undefined) throw refuse(C.ruleMember, { member, id, value, allowed: allowed.join(', ') });
    rule[member] = known;
  }
  const priority = Number(given.priority);
  if (!Number.isInteger(priority) || priority < 100 || priority > 4096)
    throw refuse(C.rulePriority, { priority: String(given.priority) });
  for (const side of ['source', 'destination']) {
    for (const port of both(rule, `${side}PortRange`)) if (!isPortRange(port)) throw refuse(C.rulePort, { port });
    for (const prefix of both(rule, `${side}AddressPrefix`))
      if (!isPrefix(prefix)) throw refuse(C.ruleAddress, { prefix });
    const shared = firstOverlap(both(rule, `${side}AddressPrefix`));
    const member = `${side === 'source' ? 'Source' : 'Destination'}AddressPrefix`;
    if (shared) throw refuse(C.ruleOverlap, { member, id, a: shared[0], b: shared[1] });
  }
  return rule;
}

const both = (rule: JsonObject, member: string): string[] => {
  const many = rule[member.endsWith('x') ? `${member}es` : `${member}s`];
  const one = text(rule, member);
  return [...(one === undefined ? [] : [one]), ...(Array.isArray(many) ? many.map(String) : [])];
};

function isPortRange(port: string): boolean {
  if (port === '*') return true;
  const [low = '', high = low, more] = port.split('-');
  const valid = (one: string) => /^\d{1,5}$/.test(one) && Number(one) <= 65535;
  return more === undefined && valid(low) && valid(high) && Number(low) <= Number(high);
}

/** The range of a prefix, or of an address alone; undefined for what is neither. */
const rangeOf = (prefix: string): Range | undefined => parseRange(prefix.includes('/') ? prefix : `${prefix}/32`);

/** The first two prefixes of one list that share an address. */
function firstOverlap(prefixes: readonly string[]): [string, string] | undefined {
  for (const [index, one] of prefixes.entries())
    for (const other of prefixes.slice(index + 1)) {
      const [a, b] = [rangeOf(one), rangeOf(other)];
      if (a && b && overlaps(a, b)) return [one, other];
    }
  return undefined;
}

const isCanonical = (prefix: string): boolean => {
  const range = rangeOf(prefix);
  return range !== undefined && aligned(range).base === range.base;
};

/** CIDR without host bits, an address, `*`, or a service tag (`Internet`, `VirtualNetwork`, `Storage.EastUS`). IPv6 is taken as it is. */
const isPrefix = (prefix: string): boolean =>
  prefix === '*' ||
  isCanonical(prefix) ||
  prefix.includes(':') ||
  /^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z0-9]+)?$/.test(prefix);

/** One priority per direction. @throws ArmError 400 SecurityRuleConflict */
export function checkConflicts(rules: readonly { name: string; properties: JsonObject }[]): void {
  const seen = new Map<string, string>();
  for (const { name, properties } of rules) {
    const place = `${properties.direction} ${properties.priority}`;
    const other = seen.get(place);
    if (other !== undefined) throw refuse(C.ruleConflict, { a: other, b: name });
    seen.set(place, name);
  }
}

const DEFAULTS: [string, string, string, string, string, number, string][] = [
  [
    'AllowVnetInBound',
    'Inbound',
    'Allow',
    'VirtualNetwork',
    'VirtualNetwork',
    65000,
    'Allow inbound traffic from all VMs in VNET',
  ],
  [
    'AllowAzureLoadBalancerInBound',
    'Inbound',
    'Allow',
    'AzureLoadBalancer',
    '*',
    65001,
    'Allow inbound traffic from azure load balancer',
  ],
  ['DenyAllInBound', 'Inbound', 'Deny', '*', '*', 65500, 'Deny all inbound traffic'],
  [
    'AllowVnetOutBound',
    'Outbound',
    'Allow',
    'VirtualNetwork',
    'VirtualNetwork',
    65000,
    'Allow outbound traffic from all VMs to all VMs in VNET',
  ],
  [
    'AllowInternetOutBound',
    'Outbound',
    'Allow',
    '*',
    'Internet',
    65001,
    'Allow outbound traffic from all VMs to Internet',
  ],
  ['DenyAllOutBound', 'Outbound', 'Deny', '*', '*', 65500, 'Deny all outbound traffic'],
];

/** The six rules every NSG has. */
export const defaultRules = (group: { id: string; etag: string }): JsonObject[] =>
  DEFAULTS.map(([name, direction, access, source, destination, priority, description]) => ({
    name,
    id: `${group.id}/defaultSecurityRules/${name}`,
    etag: `W/"${group.etag}"`,
    type: 'Microsoft.Network/networkSecurityGroups/defaultSecurityRules',
    properties: {
      provisioningState: 'Succeeded',
      description,
      protocol: '*',
      sourcePortRange: '*',
      destinationPortRange: '*',
      sourceAddressPrefix: source,
      destinationAddressPrefix: destination,
      access,
      priority,
      direction,
    },
  }));

export const plannedRule = (group: string, one: JsonObject) => {
  const name = text(one, 'name') ?? '';
  return { id: `${group}/securityRules/${name}`, name, properties: child(one, 'properties') };
};
