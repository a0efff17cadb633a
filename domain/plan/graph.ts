import { componentId } from '../component.ts';
import { kindOf } from '../kinds/index.ts';
import { referencesIn } from '../references.ts';
import { stepTimes, type Template } from '../template/schema.ts';
import type { Member } from './layout.ts';
import type { GraphNode } from './node.ts';
import { ruleOf } from './parts.ts';

export type { GraphNode } from './node.ts';

const NSG = 'Microsoft.Network/networkSecurityGroups';

/** Id of the node of a subnet's security group. */
export const nsgNode = (subnet: string): string => `nsg-${subnet}`;

/** Group, secrets and network: the nodes that every event of a template has. */
function shared({ network }: Template): GraphNode[] {
  const nodes: GraphNode[] = [
    { id: 'resource-group', kind: 'Microsoft.Resources/resourceGroups', step: 'resource-group', dependsOn: [] },
    { id: 'secrets', kind: 'secrets', step: 'secrets', dependsOn: [] },
  ];
  if (!network) return nodes;
  const groups = Object.keys(network.subnets).map(nsgNode);
  return [
    ...nodes,
    ...groups.map((id) => ({ id, kind: NSG, step: 'nsg', dependsOn: ['resource-group'] })),
    { id: 'vnet', kind: 'Microsoft.Network/virtualNetworks', step: 'vnet', dependsOn: groups },
  ];
}

const awaits = new WeakMap<object, readonly string[]>();
/** Names of components whose address, which Azure makes, a component refers to; looked for once per rule. */
export function awaited(rule: object): readonly string[] {
  let names = awaits.get(rule);
  if (!names) {
    const made = (reference: string) => /^components\.([^.]+)\.address$/.exec(reference)?.[1] ?? [];
    names = [...new Set(referencesIn(rule).flatMap(([, reference]) => made(reference)))];
    awaits.set(rule, names);
  }
  return names;
}

const graphs = new WeakMap<readonly Member[], GraphNode[]>();

function compiled(template: Template, members: readonly Member[]): GraphNode[] {
  return [
    ...shared(template),
    ...members.flatMap((member) => {
      const rule = ruleOf(template, member);
      const before = awaited(rule).flatMap((name) =>
        members
          .filter((other) => other.name === name && (other.each === undefined || other.each === member.each))
          .map(componentId),
      );
      return kindOf(rule)
        .nodes(member, rule)
        .map((node) =>
          node.id === componentId(member) && before.length > 0
            ? { ...node, dependsOn: [...node.dependsOn, ...before] }
            : node,
        );
    }),
  ];
}

/**
 * The graph of an event: what is shared first, then the nodes of each component, in order: a status can be positional. What is
 * known beforehand (a public name) is no dependency, what is made (an address) is one.
 */
export function planGraph(template: Template, members: readonly Member[]): GraphNode[] {
  // Needed at every turn, while components seldom change. A list of them is never changed in place, so it can be a key.
  let graph = graphs.get(members);
  if (!graph) {
    graph = compiled(template, members);
    graphs.set(members, graph);
  }
  return graph;
}

/** Ids of one component's nodes, in the order in which they are made. */
export const nodesOf = (template: Template, member: Member): string[] => {
  const rule = ruleOf(template, member);
  return kindOf(rule)
    .nodes(member, rule)
    .map(({ id }) => id);
};

/** A node at the end of the longest chain that leads to it. */
interface Link {
  id: string;
  seconds: number;
  before: Link | undefined;
}

/**
 * The longest chain of a graph by expected seconds.
 * @returns the node ids of the chain and its length in seconds
 */
export function criticalPath(graph: readonly GraphNode[], expected: (node: GraphNode) => number) {
  const finish = new Map<string, Link>();
  let longest: Link | undefined;
  for (const node of inOrder(graph)) {
    let before: Link | undefined;
    for (const id of node.dependsOn) {
      const dependency = finish.get(id);
      if (dependency && dependency.seconds > (before?.seconds ?? 0)) before = dependency;
    }
    const own = { id: node.id, seconds: (before?.seconds ?? 0) + expected(node), before };
    finish.set(node.id, own);
    if (own.seconds > (longest?.seconds ?? 0)) longest = own;
  }
  const path: string[] = [];
  for (let link = longest; link; link = link.before) path.unshift(link.id);
  return { seconds: longest?.seconds ?? 0, path };
}

/** Every node after what it depends on. */
function inOrder(graph: readonly GraphNode[]): GraphNode[] {
  const byId = new Map(graph.map((node) => [node.id, node]));
  const seen = new Set<string>();
  const ordered: GraphNode[] = [];
  const visit = (node: GraphNode): void => {
    if (seen.has(node.id)) return;
    seen.add(node.id);
    for (const id of node.dependsOn) {
      const before = byId.get(id);
      if (before) visit(before);
    }
    ordered.push(node);
  };
  for (const node of graph) visit(node);
  return ordered;
}

/** What is shown of a deployment's order: nodes with what they wait for, and the longest chain. */
export function deploymentGraph(template: Template, members: readonly Member[]) {
  const graph = planGraph(template, members);
  const expected = (step: string): number => stepTimes(template, step).expected;
  return {
    nodes: graph.map(({ id, kind, step, dependsOn }) => ({ id, kind, expectedSeconds: expected(step), dependsOn })),
    criticalPath: criticalPath(graph, ({ step }) => expected(step)).path,
  };
}
