/** The graph of a plan, laid out by dagre once per shape; colours and words change with the steps. */
import { Graph as Layout, layout } from '@dagrejs/dagre';
import { useMemo } from 'preact/hooks';
import type { DeploymentStatus, NodeState } from '../../../contract/api/deployment.ts';
import type { DeploymentGraph } from '../../../contract/api/plan.ts';
import { said, t } from '../texts/index.ts';
import { duration } from '../texts/time.ts';
import { nodeTone } from './node.ts';

const [WIDTH, HEIGHT] = [168, 40];
type Plan = Pick<DeploymentGraph, 'nodes' | 'criticalPath'>;

interface Placed {
  width: number;
  height: number;
  nodes: { id: string; x: number; y: number; expected: number }[];
  edges: { from: string; to: string; path: string }[];
}

function placed(plan: Plan): Placed {
  const drawn = new Layout();
  drawn.setGraph({ rankdir: 'LR', nodesep: 10, ranksep: 44, marginx: 8, marginy: 8 });
  drawn.setDefaultEdgeLabel(() => ({}));
  for (const { id } of plan.nodes) drawn.setNode(id, { width: WIDTH, height: HEIGHT });
  for (const { id, dependsOn } of plan.nodes) for (const from of dependsOn) drawn.setEdge(from, id);
  layout(drawn);
  const { width = 0, height = 0 } = drawn.graph() as { width?: number; height?: number };
  return {
    width,
    height,
    nodes: plan.nodes.map(({ id, expectedSeconds, learnedSeconds }) => {
      const { x, y } = drawn.node(id) as { x: number; y: number };
      return { id, x, y, expected: learnedSeconds ?? expectedSeconds };
    }),
    edges: drawn.edges().map(({ v, w }) => {
      const { points } = drawn.edge({ v, w }) as { points: { x: number; y: number }[] };
      const [first, ...rest] = points;
      const path = `M${first?.x} ${first?.y} ${rest.map(({ x, y }) => `L${x} ${y}`).join(' ')}`;
      return { from: v, to: w, path };
    }),
  };
}

export function Graph({ plan, nodes = [] }: { plan: Plan; nodes?: readonly DeploymentStatus['nodes'][number][] }) {
  const shape = plan.nodes.map(({ id, dependsOn }) => `${id}<${dependsOn.join('+')}`).join();
  const drawn = useMemo(() => placed(plan), [shape]);
  const states = new Map<string, NodeState>(nodes.map(({ id, state }) => [id, state]));
  const critical = new Set(plan.criticalPath);
  const count = (state: NodeState): number => nodes.filter((node) => node.state === state).length;
  const summary = t('graph.summary', {
    n: plan.nodes.length,
    done: count('done'),
    running: count('running'),
    failed: count('failed'),
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="graph" tabIndex={0} aria-label={t('graph')}>
      <svg
        width={drawn.width}
        height={drawn.height}
        viewBox={`0 0 ${drawn.width} ${drawn.height}`}
        role="img"
        aria-label={summary}
      >
        {drawn.edges.map(({ from, to, path }) => (
          <path
            key={`${from} ${to}`}
            class="edge"
            d={path}
            data-critical={(critical.has(from) && critical.has(to)) || undefined}
          />
        ))}
        {drawn.nodes.map(({ id, x, y, expected }) => {
          const state = states.get(id);
          return (
            <g
              key={id}
              class="node"
              transform={`translate(${x - WIDTH / 2} ${y - HEIGHT / 2})`}
              data-tone={state ? nodeTone(state) : 'idle'}
              data-critical={critical.has(id) || undefined}
            >
              <rect width={WIDTH} height={HEIGHT} rx="7" />
              <text x="10" y="17" class="node-name">
                {id.length > 22 ? `${id.slice(0, 21)}…` : id}
              </text>
              <text x="10" y="31" class="node-state">
                {state ? said('node', state) : t('plan.about', { time: duration(expected) })}
              </text>
            </g>
          );
        })}
      </svg>
    </section>
  );
}
