import type { StepKind, Template } from '../template.ts';

/** One node of a plan's graph. Ids and kinds are the contract's. */
export interface GraphNode {
  id: string;
  /** ARM type, `secrets` or `check`. */
  kind: string;
  step: StepKind;
  dependsOn: string[];
  /** Of the per-language nodes. */
  language?: string;
}

const SHARED: GraphNode[] = [
  { id: 'resource-group', kind: 'Microsoft.Resources/resourceGroups', step: 'resource-group', dependsOn: [] },
  { id: 'secrets', kind: 'secrets', step: 'secrets', dependsOn: [] },
  { id: 'nsg-containers', kind: 'Microsoft.Network/networkSecurityGroups', step: 'nsg', dependsOn: ['resource-group'] },
  { id: 'nsg-mixers', kind: 'Microsoft.Network/networkSecurityGroups', step: 'nsg', dependsOn: ['resource-group'] },
  {
    id: 'vnet',
    kind: 'Microsoft.Network/virtualNetworks',
    step: 'vnet',
    dependsOn: ['nsg-containers', 'nsg-mixers'],
  },
  {
    id: 'relay',
    kind: 'Microsoft.ContainerInstance/containerGroups',
    step: 'container-group',
    dependsOn: ['resource-group', 'secrets'],
  },
  {
    id: 'slides',
    kind: 'Microsoft.ContainerInstance/containerGroups',
    step: 'container-group',
    dependsOn: ['resource-group', 'secrets'],
  },
  { id: 'check-relay', kind: 'check', step: 'check-container', dependsOn: ['relay'] },
  { id: 'check-slides', kind: 'check', step: 'check-container', dependsOn: ['slides'] },
];

/** Node ids of one language's machine, in the order they are made. */
export const machineNodes = (language: string): [pip: string, nic: string, mixer: string, check: string] => [
  `pip-${language}`,
  `nic-${language}`,
  `mixer-${language}`,
  `check-mixer-${language}`,
];

/**
 * The graph of an event: what is shared first, then four nodes per language, in order: a status can be positional. The public relay's name is known beforehand: mixers wait for no relay.
 */
export function planGraph(languages: readonly string[]): GraphNode[] {
  return [
    ...SHARED,
    ...languages.flatMap((language): GraphNode[] => {
      const [pip, nic, mixer, check] = machineNodes(language);
      return [
        {
          id: pip,
          kind: 'Microsoft.Network/publicIPAddresses',
          step: 'public-ip',
          dependsOn: ['resource-group'],
          language,
        },
        { id: nic, kind: 'Microsoft.Network/networkInterfaces', step: 'nic', dependsOn: ['vnet', pip], language },
        {
          id: mixer,
          kind: 'Microsoft.Compute/virtualMachines',
          step: 'mixer',
          dependsOn: [nic, 'secrets'],
          language,
        },
        { id: check, kind: 'check', step: 'check-mixer', dependsOn: [mixer], language },
      ];
    }),
  ];
}

/**
 * The longest chain of a graph by expected seconds.
 * @returns the node ids of the chain and its length in seconds
 */
export function criticalPath(graph: readonly GraphNode[], expected: (node: GraphNode) => number) {
  const finish = new Map<string, { seconds: number; path: string[] }>();
  let longest: { seconds: number; path: string[] } = { seconds: 0, path: [] };
  // Every node stands after what it depends on, so one pass is enough.
  for (const node of graph) {
    let before: { seconds: number; path: string[] } = { seconds: 0, path: [] };
    for (const id of node.dependsOn) {
      const dependency = finish.get(id);
      if (dependency && dependency.seconds > before.seconds) before = dependency;
    }
    const own = { seconds: before.seconds + expected(node), path: [...before.path, node.id] };
    finish.set(node.id, own);
    if (own.seconds > longest.seconds) longest = own;
  }
  return longest;
}

/** What is shown of a deployment's order: nodes with what they wait for, and the longest chain. */
export function deploymentGraph(languages: readonly string[], { steps }: Pick<Template, 'steps'>) {
  const graph = planGraph(languages);
  return {
    nodes: graph.map(({ id, kind, step, dependsOn }) => ({
      id,
      kind,
      expectedSeconds: steps[step].expected,
      dependsOn,
    })),
    criticalPath: criticalPath(graph, ({ step }) => steps[step].expected).path,
  };
}
