import { checkId, isAction } from '../component.ts';
import { instanceId } from '../names.ts';
import { own } from '../own.ts';
import { nodeSpec } from '../plan/specs.ts';
import type { Failure } from '../seam/failure.ts';
import type { Message } from '../seam/message.ts';
import type { NodeFacts } from '../seam/node.ts';
import type { NodeSpec } from '../seam/node-spec.ts';
import { is } from '../states.ts';
import { billAction, billEnd } from './billing.ts';
import { EXPIRES_TAG, extended, extensionFailed } from './expiry.ts';
import { complaintsOf, failureOf, failureText, helpsElsewhere } from './failures.ts';
import { foundWell, setHealth } from './health.ts';
import { onLooked } from './held.ts';
import { changeFailed } from './members.ts';
import { beginProvisioning, failDeployment, nextSize, provisioningFailed } from './provisioning.ts';
import { remediedComponent, remedyFailed, remedyStep } from './remediation.ts';
import { graphOf, journal, type Turn } from './turn.ts';

type NodeMessage = Extract<Message, { type: 'node' }>;

/** A node or action reported. Anything but the running attempt's first report is dropped. */
export function onNode(turn: Turn, message: NodeMessage): void {
  const { state } = turn;
  const { node: id, attempt, outcome, facts } = message;
  const instance = instanceId.node(turn.input.deploymentId, id, attempt);
  if (state.work.passed[instance]) {
    delete state.work.passed[instance];
    return;
  }
  const failure =
    outcome === 'done' ? undefined : (message.failure ?? failureOf('conflict', 'Stopped', 'stopped by its fence'));
  const action = own(state.work.actions, id);
  if (action) {
    if (action.attempt !== attempt) return;
    delete state.work.actions[id];
    delete state.work.deaths[id];
    billAction(turn, action, facts ?? {}, failure !== undefined);
    actionEnded(turn, id, action.spec, facts ?? {}, failure);
    return;
  }
  const node = own(state.work.nodes, id);
  if (node?.state !== 'running' || node.attempt !== attempt) return;
  delete state.work.deaths[id];
  state.work.nodes[id] = {
    ...node,
    state: outcome,
    finishedAt: turn.now,
    ...(facts ? { facts } : {}),
    ...(failure ? { failure } : {}),
  };
  billEnd(turn, nodeSpec(turn.input, state.plan.layout, id), facts ?? {}, failure?.code);
  if (outcome === 'done' && typeof facts?.ip === 'string') addressMade(turn, id, facts.ip);
  if (Array.isArray(facts?.warnings))
    for (const warning of facts.warnings) journal(turn, 'node-warning', `${id}: ${warning}`);
  if (outcome === 'failed' && failure) journal(turn, 'node-failed', `${id}: ${failureText(failure)}`);
  nodeEnded(turn, id, failure);
}

/** Stores a component's address, which people are shown and other components refer to. */
function addressMade(turn: Turn, id: string, ip: string): void {
  const component = graphOf(turn).find((one) => one.id === id)?.component;
  const { layout } = turn.state.plan;
  if (component !== undefined)
    turn.state.plan.layout = { ...layout, addresses: { ...layout.addresses, [component]: ip } };
}

/** A component's first healthy report is what its check waits for: the check is passed at once. */
export function onFirstWord(turn: Turn, { component, healthy, at }: Extract<Message, { type: 'health' }>): void {
  const node = checkId(component);
  const check = own(turn.state.work.nodes, node);
  if (!healthy || check?.state !== 'running' || !(Date.parse(at) >= (check.startedAt ?? Number.NaN))) return;
  const { deploymentId } = turn.input;
  onNode(turn, { type: 'node', deploymentId, node, attempt: check.attempt, outcome: 'done' });
  turn.state.work.passed[instanceId.node(deploymentId, node, check.attempt)] = true;
}

function nodeEnded(turn: Turn, id: string, failure: Failure | undefined): void {
  const { state } = turn;
  if (state.removal.stopping) return;
  if (is(state.life.state, 'making')) {
    if (failure) provisioningFailed(turn, id, failure);
    else checkPassed(turn, id);
  } else if (state.life.state === 'changing') {
    if (!failure) checkPassed(turn, id);
    else if (state.change?.stage === 'check')
      setHealth(turn, id.replace(/^check-/, ''), false, complaintsOf(failure), turn.now);
    else if (!helpsElsewhere(failure) || !nextSize(turn, id, failure)) changeFailed(turn, failure);
  } else {
    const component = remediedComponent(turn, id);
    if (!component) return;
    if (failure) remedyFailed(turn, component, failure);
    else remedyStep(turn, component, id);
  }
}

/** A passed check means that the component is healthy, whatever was heard while it was stopped or made again. */
function checkPassed(turn: Turn, id: string): void {
  const node = graphOf(turn).find((one) => one.id === id);
  if (node?.check && node.component !== undefined) foundWell(turn, node.component);
}

function actionEnded(turn: Turn, id: string, spec: NodeSpec, facts: NodeFacts, failure: Failure | undefined): void {
  const { state } = turn;
  const { removal, end, life } = state;
  const ending = removal.stopping !== undefined || end.finishing === true || life.state === 'tearing-down';
  if (failure) journal(turn, 'action-failed', `${id}: ${failureText(failure)}`);
  if (spec.kind === 'look-group') {
    onLooked(turn, spec.before, facts, failure);
    return;
  }
  if (ending) return;
  if (id === 'preflight') {
    if (failure) failDeployment(turn, id, failure);
    else beginProvisioning(turn, facts);
  } else if (id === EXPIRES_TAG && spec.kind === 'expires-tag') {
    if (failure) extensionFailed(turn, failureText(failure));
    else extended(turn, spec.expires);
  } else if (failure && (isAction('power', id) || isAction('discard', id))) {
    changeFailed(turn, failure);
  } else {
    const component = remediedComponent(turn, id);
    if (component && failure) remedyFailed(turn, component, failure);
    else if (component) remedyStep(turn, component, id);
  }
}
