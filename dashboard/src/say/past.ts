/** An event as it was at a second of its past, rebuilt from its journal and its steps. */
import type { DeploymentStatus, NodeState } from '../../../contract/api/deployment.ts';
import type { JournalLine } from '../../../contract/api/journal.ts';
import type { ComponentHealth } from '../../../contract/api/live.ts';

type Node = DeploymentStatus['nodes'][number];
/** What is on the screen of an event. */
export interface Shown {
  state: string;
  since: string | undefined;
  nodes: readonly Node[];
  components: readonly ComponentHealth[];
  /** Of the past; undefined is now. */
  at: number | undefined;
}

/** Codes of lines that begin with a component's id. */
const OF_COMPONENT = ['unhealthy', 'healthy', 'alert-fired', 'remedy'];

function stateAt({ startedAt, finishedAt, state }: Node, at: number): NodeState {
  if (startedAt === null || at < Date.parse(startedAt)) return state === 'skipped' ? state : 'waiting';
  return finishedAt !== null && at >= Date.parse(finishedAt) ? state : state === 'waiting' ? state : 'running';
}

/** Components that the journal of an event that is over tells of, all that is known of them by then. */
export const toldOf = (lines: readonly JournalLine[]): ComponentHealth[] =>
  [
    ...new Set(lines.filter(({ code }) => OF_COMPONENT.includes(code)).map(({ text }) => text.split(': ')[0] ?? '')),
  ].map((component) => ({
    ...{ component, language: null, health: 'unknown' as const, since: null, reason: null },
    ...{ alert: false, beingRemedied: false },
  }));

/** How things stood, as the journal tells it. */
export function past(
  nodes: readonly Node[],
  lines: readonly JournalLine[],
  names: readonly ComponentHealth[],
  at: number,
): Shown {
  let state = 'preflight';
  let since: string | undefined;
  const health = new Map<string, ComponentHealth>(
    names.map((one) => [
      one.component,
      { ...one, health: 'unknown', since: null, reason: null, alert: false, beingRemedied: false },
    ]),
  );
  const change = (component: string, to: Partial<ComponentHealth>) => {
    const known = health.get(component);
    if (known) health.set(component, { ...known, ...to });
  };
  for (const { at: time, code, text } of lines) {
    if (Date.parse(time) > at) break;
    const [head = '', ...rest] = text.split(': ');
    const reason = rest.join(': ');
    if (code === 'state') {
      state = head;
      since = time;
      if (head === 'live')
        for (const { component, health: was } of health.values())
          if (was === 'unknown') change(component, { health: 'healthy' });
    } else if (code === 'unhealthy') change(head, { health: 'unhealthy', since: time, reason });
    else if (code === 'healthy') change(head, { health: 'healthy', since: null, reason: null, beingRemedied: false });
    else if (code === 'alert-fired') change(head, { health: 'unhealthy', since: time, reason, alert: true });
    else if (code === 'remedy') change(head, { beingRemedied: true });
  }
  return {
    state,
    since,
    at,
    components: [...health.values()],
    nodes: nodes.map((node) => ({ ...node, state: stateAt(node, at) })),
  };
}
