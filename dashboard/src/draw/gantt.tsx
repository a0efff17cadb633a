/** What ran when: waiting and working, each in its own colour and pattern; what everything waited for is marked. A table, so that it can be read aloud. */
import type { DeploymentStatus } from '../../../contract/api/deployment.ts';
import type { DeploymentGraph } from '../../../contract/api/plan.ts';
import { Shape } from '../parts/basic.tsx';
import { said, t } from '../texts/index.ts';
import { duration, moment } from '../texts/time.ts';
import { nodeTone } from './node.ts';

type Node = DeploymentStatus['nodes'][number];
interface GanttProps {
  plan: Pick<DeploymentGraph, 'nodes' | 'criticalPath'>;
  nodes: readonly Node[];
  /** Milliseconds since the Unix epoch. */
  from: number;
  to: number;
}

/** When everything a node waits for was done. */
function readyAt(node: Node, plan: GanttProps['plan'], byId: ReadonlyMap<string, Node>, from: number): number {
  const before = plan.nodes.find(({ id }) => id === node.id)?.dependsOn ?? [];
  return Math.max(from, ...before.map((id) => Date.parse(byId.get(id)?.finishedAt ?? '') || from));
}

export function Gantt({ plan, nodes, from, to }: GanttProps) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ends = nodes.flatMap(({ startedAt, finishedAt, state }) =>
    state === 'running'
      ? [to]
      : [startedAt, finishedAt].flatMap((time) => (time && Date.parse(time) <= to ? [Date.parse(time)] : [])),
  );
  // What came up long ago fills the width; only what still runs stretches it.
  const last = Math.max(from + 1_000, ...ends);
  const place = (at: number) => `${(Math.min(1, Math.max(0, (at - from) / (last - from))) * 100).toFixed(2)}%`;
  const width = (a: number, b: number) =>
    `${((Math.max(0, Math.min(last, b) - Math.max(from, a)) / (last - from)) * 100).toFixed(2)}%`;
  return (
    <div class="gantt-box">
      <p class="legend">
        <span class="key wait" /> {t('gantt.waiting')} <span class="key work" /> {t('gantt.working')}{' '}
        <span class="key critical" /> {t('gantt.critical')}
        <span class="muted figures">
          {' '}
          {moment(from, { seconds: true })} – {moment(last, { seconds: true })} ({duration((last - from) / 1000)})
        </span>
      </p>
      <table class="gantt">
        <thead class="hidden">
          <tr>
            <th>{t('gantt.step')}</th>
            <th>{t('gantt.when')}</th>
            <th>{t('gantt.took')}</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map((node) => {
            const begun = node.startedAt && Date.parse(node.startedAt) <= to ? Date.parse(node.startedAt) : undefined;
            const over = node.finishedAt && Date.parse(node.finishedAt) <= to ? Date.parse(node.finishedAt) : undefined;
            const ready = readyAt(node, plan, byId, from);
            const critical = plan.criticalPath.includes(node.id);
            return (
              <tr key={node.id} data-tone={nodeTone(node.state)} data-critical={critical || undefined}>
                <th scope="row" title={node.detail || node.kind}>
                  <Shape tone={nodeTone(node.state)} /> {node.id}
                  <span class="hidden">
                    {' '}
                    {said('node', node.state)}
                    {critical ? `, ${t('gantt.critical')}` : ''}
                  </span>
                </th>
                <td class="track">
                  <span class="hidden">{begun === undefined ? '' : moment(begun, { seconds: true })}</span>
                  {begun !== undefined && begun > ready && (
                    <i class="wait" style={{ left: place(ready), width: width(ready, begun) }} />
                  )}
                  {begun !== undefined && (
                    <i class="work" style={{ left: place(begun), width: width(begun, over ?? to) }} />
                  )}
                </td>
                <td class="figures took">
                  {begun === undefined ? said('node', node.state) : duration(((over ?? to) - begun) / 1000)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
