import { instanceId } from '../names.ts';
import { nodeSpec } from '../plan/specs.ts';
import { childTags } from '../plan/tags.ts';
import type { NodeInput } from '../seam/node-input.ts';
import type { NodeSpec } from '../seam/node-spec.ts';
import { stepTimes } from '../template/schema.ts';
import { billStart, silentSince } from './billing.ts';
import { firstNumber, graphOf, type Turn } from './turn.ts';

/** Longest time between two polls, in seconds. Azure's own hint (50 s for a VM) would cost a minute. */
export const POLL_SECONDS = 10;

/** Steps whose durations are listed under another name than the kind of their spec. */
const STEP_OF: Readonly<Record<string, string>> = { 'look-group': 'expires-tag' };

function nodeInput(turn: Turn, node: string, attempt: number, spec: NodeSpec): NodeInput {
  const { input, state } = turn;
  const step = stepTimes(input.template, STEP_OF[spec.kind] ?? spec.kind);
  return {
    deploymentId: input.deploymentId,
    event: input.event,
    parent: instanceId.lifecycle(input.event),
    node,
    attempt,
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

function emitStart(turn: Turn, node: string, attempt: number, spec: NodeSpec): void {
  turn.effects.push({
    effect: 'start',
    orchestration: 'node',
    instanceId: instanceId.node(turn.input.deploymentId, node, attempt),
    input: nodeInput(turn, node, attempt, spec),
  });
}

/** Starts a node of the plan: a new attempt. */
function startNode(turn: Turn, id: string): void {
  const attempt = (turn.state.work.nodes[id]?.attempt ?? 0) + 1;
  turn.state.work.nodes[id] = { state: 'running', attempt, startedAt: turn.now };
  const spec = nodeSpec(turn.input, turn.state.plan.layout, id);
  billStart(turn, spec);
  emitStart(turn, id, attempt, spec);
}

/** Starts work outside the plan under an id of its own: a new attempt. */
export function startAction(turn: Turn, id: string, spec: NodeSpec): void {
  const attempt = (turn.state.work.attempts[id] ?? firstNumber(turn.input)) + 1;
  turn.state.work.attempts[id] = attempt;
  // By the time it reports, the component may have been heard again.
  const silent =
    turn.state.work.actions[id]?.silentSince ?? (spec.kind === 'power' && silentSince(turn, spec.component));
  const since = silent === false ? {} : { silentSince: silent };
  turn.state.work.actions[id] = { attempt, spec, startedAt: turn.now, ...since };
  emitStart(turn, id, attempt, spec);
}

/** Starts the same attempt again, when its instance was not found. */
export function restartLost(turn: Turn, id: string): void {
  const action = turn.state.work.actions[id];
  const node = turn.state.work.nodes[id];
  if (action) emitStart(turn, id, action.attempt, action.spec);
  else if (node?.state === 'running')
    emitStart(turn, id, node.attempt, nodeSpec(turn.input, turn.state.plan.layout, id));
}

/** Starts a new attempt after a death. Activities look first, so nothing is made twice. */
export function beginAgain(turn: Turn, id: string): void {
  const action = turn.state.work.actions[id];
  if (action) startAction(turn, id, action.spec);
  else startNode(turn, id);
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
