import { componentId } from '../component.ts';
import { kindOf } from '../kinds/index.ts';
import { computerNames, keysOperation, resourceName, secretName } from '../names.ts';
import { fill } from '../references.ts';
import { formatDuration } from '../request/durations.ts';
import { secretsExpire } from '../request/secrets.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import type { Needs, NodeSpec, NsgRule, PreflightSpec } from '../seam/node-spec.ts';
import type { SubnetRule } from '../template/network.ts';
import { keySecret } from '../template/schema.ts';
import { agentSecrets, secretsOf } from './each.ts';
import { nsgNode, planGraph } from './graph.ts';
import type { Layout, Member } from './layout.ts';
import { partOf, sharedScope, standingParts } from './parts.ts';
import { childTags } from './tags.ts';

/**
 * What a node makes or checks, ready for its activity.
 * @throws Error when the id is no node of this plan (a programming error)
 */
export function nodeSpec(input: LifecycleInput, layout: Layout, id: string): NodeSpec {
  switch (id) {
    case 'preflight':
      return preflightSpec(input, layout);
    case 'resource-group':
      return {
        kind: 'resource-group',
        tags: {
          ...childTags(input),
          created: layout.createdAt,
          auto_cleanup: 'true',
          ttl: formatDuration(layout.ttlSeconds),
          expires: layout.expiresAt,
          DeleteAfter: layout.expiresAt,
        },
      };
    case 'secrets':
      return secretsSpec(input, layout);
    case 'vnet':
      return vnetSpec(input);
    default: {
      const subnet = Object.entries(input.template.network?.subnets ?? {}).find(([name]) => nsgNode(name) === id);
      return subnet ? nsgSpec(input, layout, subnet) : componentSpec(input, layout, id);
    }
  }
}

const owners = new WeakMap<readonly Member[], Map<string, Member>>();
/** Which member a node belongs to; looked up once per list of members. */
function ownerOf(input: LifecycleInput, { members }: Layout, id: string): Member | undefined {
  let known = owners.get(members);
  if (!known) {
    const byComponent = new Map(members.map((member) => [componentId(member), member]));
    known = new Map();
    for (const { id: node, component } of planGraph(input.template, members)) {
      const member = component === undefined ? undefined : byComponent.get(component);
      if (member) known.set(node, member);
    }
    owners.set(members, known);
  }
  return known.get(id);
}

function componentSpec(input: LifecycleInput, layout: Layout, id: string): NodeSpec {
  const member = ownerOf(input, layout, id);
  const part = member && partOf(input, layout, member);
  const spec = part && kindOf(part.rule).spec(part, id);
  if (!spec) throw new Error(`Cannot compile node ${JSON.stringify(id)} as the plan has no such node`);
  return spec;
}

/** What the components ask of the subscription, together. */
export function needsOf(input: LifecycleInput, layout: Layout): Needs {
  const needs: Needs = { machines: 0, computerNames: [], identity: false, groups: [] };
  const stems: string[] = [];
  for (const part of standingParts(input, layout)) {
    const { machines = 0, stem, identity = false, group } = kindOf(part.rule).needs(part);
    needs.machines += machines;
    needs.identity ||= identity;
    if (stem !== undefined) stems.push(stem);
    const known = group && needs.groups.find(({ region }) => region === group.region);
    if (group && known) {
      known.groups += group.groups;
      known.cpus += group.cpus;
      known.dnsLabels.push(...group.dnsLabels);
    } else if (group) needs.groups.push({ ...group, dnsLabels: [...group.dnsLabels] });
  }
  return { ...needs, computerNames: computerNames(input.event, stems) };
}

function preflightSpec(input: LifecycleInput, layout: Layout): PreflightSpec {
  const { request, template, deploymentId, requestHash } = input;
  const stream = keySecret(template);
  return {
    kind: 'preflight',
    regions: request.regions,
    vmSizes: request.vmSizes,
    spot: request.spot,
    keysGiven: request.keysGiven,
    takesKeys: stream !== undefined,
    streamSecrets:
      request.keysGiven && stream !== undefined
        ? request.languages.map((language) => [
            secretName.staged(keysOperation(deploymentId, requestHash), stream, language),
            secretName.of(deploymentId, stream, language),
          ])
        : [],
    needs: needsOf(input, layout),
  };
}

function secretsSpec(input: LifecycleInput, layout: Layout): NodeSpec {
  const standing = layout.members.filter(({ removed }) => !removed);
  const stream = keySecret(input.template);
  return {
    kind: 'secrets',
    make: [
      ...secretsOf(input, standing).flatMap(({ rule, ...place }) =>
        'make' in rule ? [{ ...place, how: rule.make }] : [],
      ),
      ...agentSecrets(input, standing).map((place) => ({ ...place, how: 'token' as const })),
    ],
    expires: secretsExpire(input.request, Date.parse(layout.createdAt)).toISOString(),
    ...(layout.staged === undefined || stream === undefined ? {} : { staged: { ...layout.staged, secret: stream } }),
  };
}

function nsgSpec(input: LifecycleInput, layout: Layout, [name, subnet]: [string, SubnetRule]): NodeSpec {
  const scope = sharedScope(input, layout);
  const { operatorCidrs } = input.request;
  const rules = subnet.inbound.map(({ name: called, priority, protocol, ports }) => {
    const numbers = ports.map((port) => String(fill(port, scope)));
    return inbound(called, priority, protocol === 'udp' ? 'Udp' : 'Tcp', ['*'], numbers);
  });
  if (subnet.operatorPort !== undefined && operatorCidrs.length > 0)
    rules.push(inbound('RDP-Inbound', 100, 'Tcp', operatorCidrs, [`${subnet.operatorPort}`]));
  // Azure's own AllowVnetInBound (65000) would let neighbours in.
  if (subnet.closed) rules.push({ ...inbound('Deny-Inbound', 4096, '*', ['*'], ['*']), access: 'Deny' });
  return { kind: 'nsg', name: resourceName.nsg(name), rules };
}

function vnetSpec({ template: { network } }: LifecycleInput): NodeSpec {
  return {
    kind: 'vnet',
    name: resourceName.vnet,
    addressSpace: network?.addressSpace ?? '',
    subnets: Object.entries(network?.subnets ?? {}).map(([name, { prefix, delegated }]) => ({
      name,
      prefix,
      nsg: resourceName.nsg(name),
      ...(delegated ? { delegation: 'Microsoft.ContainerInstance/containerGroups' as const } : {}),
    })),
  };
}

const inbound = (
  name: string,
  priority: number,
  protocol: 'Tcp' | 'Udp' | '*',
  sources: string[],
  ports: string[],
): NsgRule => ({ name, priority, direction: 'Inbound', access: 'Allow', protocol, sources, ports });
