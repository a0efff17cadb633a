import { checkId } from '../component.ts';
import type { Layout } from '../plan/layout.ts';
import { nodeSpec } from '../plan/specs.ts';
import type { Command } from '../seam/command.ts';
import type { Failure } from '../seam/failure.ts';
import type { NodeRecord, NodeState, OpenOperation, Replacement } from './entries.ts';
import { complaintsOf, failureOf, failureText } from './failures.ts';
import { setHealth } from './health.ts';
import { startReady, waitAgain } from './nodes.ts';
import { activePart } from './parts.ts';
import { closeOperation, enter, openOperation, type Turn } from './turn.ts';

const nodesOf = (component: string): string[] => [component, checkId(component)];

/** The image a component runs; undefined when its kind has none that can be replaced in place. */
function imageOf(turn: Turn, component: string): string | undefined {
  if (!activePart(turn, component)) return undefined;
  const spec = nodeSpec(turn.input, turn.state.plan.layout, component);
  return spec.kind === 'containers' ? spec.image : undefined;
}

/**
 * Puts another image into a component's container group, in place: group and DNS name stay. Receivers show their slate meanwhile;
 * nothing else is touched.
 */
export function beginReplacement(
  turn: Turn,
  operation: OpenOperation,
  { component, image }: Extract<Command, { command: 'replace' }>,
): void {
  const before = imageOf(turn, component);
  if (before === undefined) {
    closeOperation(turn, operation, 'refused', `${component} has no image that can be replaced in place`);
    return;
  }
  if (image === before) {
    closeOperation(turn, operation, 'refused', `${component} runs ${image} already; remediate starts it again`);
    return;
  }
  openOperation(turn, operation);
  turn.state.change = {
    kind: 'replace',
    operationId: operation.operationId,
    component,
    before: turn.state.plan.layout.images,
    at: turn.now,
    stage: 'replace',
  };
  enter(turn, 'changing', `replacing ${before} by ${image} in ${component}`);
  put(turn, component, { ...turn.state.plan.layout.images, [component]: image });
}

function put(turn: Turn, component: string, images: Layout['images']): void {
  const { images: _, ...layout } = turn.state.plan.layout;
  turn.state.plan.layout = images === undefined ? layout : { ...layout, images };
  waitAgain(turn, nodesOf(component));
}

/** Takes a replacement one step further. If the new image does not work, the previous one is put back. */
export function advanceReplacement(turn: Turn, change: Replacement): void {
  const { nodes } = turn.state.work;
  const { component, before } = change;
  const records = nodesOf(component).map((id) => nodes[id]);
  const are = (state: NodeState) => (record: NodeRecord | undefined) => record?.state === state;
  if (records.some(are('running'))) return;
  if (change.stage === 'replace' && change.failure) {
    turn.state.change = { ...change, stage: 'undo' };
    put(turn, component, before);
    startReady(turn);
  } else if (records.every(are('done'))) end(turn, change);
  else if (records.every((record) => are('waiting')(record) || are('done')(record))) startReady(turn);
  else end(turn, change, records.find((record) => record?.failure)?.failure ?? failureOf('conflict', 'Stopped', ''));
}

/** @param broken why the previous image does not work either */
function end(turn: Turn, { operationId, component, at, failure }: Replacement, broken?: Failure): void {
  const { state, now } = turn;
  const outageSeconds = Math.ceil((now - at) / 1000);
  const away = `off the air for at most ${outageSeconds} s`;
  const why = failure && failureText(failure);
  const reason = broken
    ? `${why}; the previous image does not work either: ${failureText(broken)}`
    : why
      ? `${why}; the previous image runs again, ${away}`
      : `${component} runs ${imageOf(turn, component)}, ${away}`;
  delete state.change;
  const operation = state.commands.open.find((each) => each.operationId === operationId);
  if (operation) closeOperation(turn, operation, failure ? 'failed' : 'done', reason, broken ? {} : { outageSeconds });
  setHealth(turn, component, broken === undefined, broken ? complaintsOf(broken) : [], now);
  enter(turn, 'live', failure ? 'the change was taken back' : 'the change is done');
}
