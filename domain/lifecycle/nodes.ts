import { instanceId } from '../names.ts';
import { nodeSpec } from '../plan/specs.ts';
import { childTags } from '../plan/tags.ts';
import type { NodeInput } from '../seam/node-input.ts';
import type { NodeSpec } from '../seam/node-spec.ts';
import { stepTimes } from '../template/schema.ts';
import { billStart, silentSince } from './billing.ts';
import type { NodeRecord } from './entries.ts';
import { firstNumber, graphOf, type Turn } from './turn.ts';

/** Longest time between two polls, in seconds. Azure's own hint (50 s for a VM) would cost a minute. */
export const POLL_SECONDS = 10;

/** Steps whose durations are listed under another name than the kind of their spec. */
const STEP_OF: Readonly<Record<string, string>> = { 'look-group': 'expires-tag' };

function nodeInput(turn: Turn, node: string, { attempt, after }: Attempt, spec: NodeSpec): NodeInput {
  const { input, state } = turn;
  const step = stepTimes(input.template, STEP_OF[spec.kind] ?? spec.kind);
  return {
    deploymentId: input.deploymentId,
    event: input.event,
    parent: instanceId.lifecycle(input.event),
    node,
    attempt,
    ...(after === undefined ? {} : { after }),
    resourceGroup: state.plan.layout.resourceGroup,
    region: 'region' in spec ? spec.region : state.plan.layout.region,
    tags: childTags(input),
    spec,
    installation: input.installation,
    pollSeconds: 'intervalSeconds' in spec ? spec.intervalSeconds : POLL_SECONDS,
    expectedSeconds: step.expected,
    timeoutSeconds: step.timeout,
  };
}

/** A start of a node, and the one before it where that died. */
type Attempt = Pick<NodeRecord, 'attempt' | 'after'>;
const attemptAfter = (before: number, died: boolean): Attempt => ({
  attempt: before + 1,
  ...(died ? { after: before } : {}),
});

function emitStart(turn: Turn, node: string, which: Attempt, spec: NodeSpec): void {
  turn.effects.push({
    effect: 'start',
    orchestration: 'node',
    instanceId: instanceId.node(turn.input.deploymentId, node, which.attempt),
    input: nodeInput(turn, node, which, spec),
  });
}

/** Starts a node of the plan: a new attempt. @param died the one before it died */
function startNode(turn: Turn, id: string, died = false): void {
  const which = attemptAfter(turn.state.work.nodes[id]?.attempt ?? 0, died);
  turn.state.work.nodes[id] = { state: 'running', ...which, startedAt: turn.now };
  const spec = nodeSpec(turn.input, turn.state.plan.layout, id);
  billStart(turn, spec);
  emitStart(turn, id, which, spec);
}

/** Starts work outside the plan under an id of its own: a new attempt. */
export function startAction(turn: Turn, id: string, spec: NodeSpec, died = false): void {
  const which = attemptAfter(turn.state.work.attempts[id] ?? firstNumber(turn.input), died);
  turn.state.work.attempts[id] = which.attempt;
  // By the time it reports, the component may have been heard again.
  const silent =
    turn.state.work.actions[id]?.silentSince ?? (spec.kind === 'power' ? silentSince(turn, spec.component) : undefined);
  const since = silent === undefined ? {} : { silentSince: silent };
  turn.state.work.actions[id] = { ...which, spec, startedAt: turn.now, ...since };
  emitStart(turn, id, which, spec);
}

/** Starts the same attempt again, when its instance was not found. */
export function restartLost(turn: Turn, id: string): void {
  const action = turn.state.work.actions[id];
  const node = turn.state.work.nodes[id];
  if (action) emitStart(turn, id, action, action.spec);
  else if (node?.state === 'running') emitStart(turn, id, node, nodeSpec(turn.input, turn.state.plan.layout, id));
}

/** Starts a new attempt after a death: it goes on from what the dead one had come to, or looks first; nothing is made twice. */
export function beginAgain(turn: Turn, id: string): void {
  const action = turn.state.work.actions[id];
  if (action) startAction(turn, id, action.spec, true);
  else startNode(turn, id, true);
}

/** Everything that was started and has not reported: id -> instance. */
export function runningInstances(turn: Turn): Map<string, string> {
  const running = new Map<string, string>();
  const { deploymentId } = turn.input;
  for (const [id, { attempt }] of Object.entries(turn.state.work.actions))
    running.set(id, instanceId.node(deploymentId, id, attempt));
  for (const { id } of graphOf(turn)) {
    const node = turn.state.work.nodes[id];
    if (node?.state === 'running') running.set(id, instanceId.node(deploymentId, id, node.attempt));
  }
  for (const instance of Object.keys(turn.state.work.passed)) running.set(instance, instance);
  return running;
}

/** Starts every waiting node whose dependencies are done. */
export function startReady(turn: Turn): void {
  const { nodes } = turn.state.work;
  for (const { id, dependsOn } of graphOf(turn)) {
    if (nodes[id]?.state !== 'waiting') continue;
    if (dependsOn.every((before) => nodes[before]?.state === 'done')) startNode(turn, id);
  }
}

/** Skips waiting nodes: they will not start any more. */
export function skipWaiting(turn: Turn, ids?: readonly string[]): void {
  for (const id of ids ?? Object.keys(turn.state.work.nodes)) {
    const node = turn.state.work.nodes[id];
    if (node?.state === 'waiting') turn.state.work.nodes[id] = { ...node, state: 'skipped' };
  }
}

/** Sets nodes back to waiting; attempts keep counting. */
export function waitAgain(turn: Turn, ids: readonly string[]): void {
  const { nodes } = turn.state.work;
  for (const id of ids) nodes[id] = { state: 'waiting', attempt: nodes[id]?.attempt ?? 0 };
}
