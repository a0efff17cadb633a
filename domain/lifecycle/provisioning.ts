import { componentId } from '../component.ts';
import { own } from '../own.ts';
import { nodesOf } from '../plan/graph.ts';
import type { Member } from '../plan/layout.ts';
import { nodeSpec } from '../plan/specs.ts';
import type { Failure } from '../seam/failure.ts';
import type { NodeFacts } from '../seam/node.ts';
import { encodeStatus } from '../status/encode.ts';
import { runOf } from '../status/run.ts';
import { budgetProblem } from './budget.ts';
import { connectionText } from './connection.ts';
import { discardMember } from './discard.ts';
import { armExpiry } from './expiry.ts';
import { failureText, helpsElsewhere } from './failures.ts';
import { startAction, startReady, waitAgain } from './nodes.ts';
import { groupName, removeAbandoned, stop } from './removal.ts';
import { closeOperation, enter, graphOf, iso, journal, notify, type Turn } from './turn.ts';

/** Begins the deployment with preflight, which creates nothing. */
export function beginPreflight(turn: Turn): void {
  enter(turn, 'preflight', 'checking before anything is created');
  turn.state.life.begunAt ??= turn.now;
  const tooDear = budgetProblem(turn.input, turn.state.plan.layout);
  if (tooDear) {
    failDeployment(turn, 'preflight', tooDear);
    return;
  }
  startAction(turn, 'preflight', nodeSpec(turn.input, turn.state.plan.layout, 'preflight'));
}

/** Preflight passed. The TTL counts from here, where the group is created. */
export function beginProvisioning(turn: Turn, facts: NodeFacts): void {
  const { state } = turn;
  const clientId = facts.identityClientId;
  state.plan.layout = {
    ...state.plan.layout,
    createdAt: iso(turn.now),
    expiresAt: iso(turn.now + state.plan.layout.ttlSeconds * 1000),
    identityClientId: typeof clientId === 'string' ? clientId : '',
  };
  if (Array.isArray(facts.warnings)) for (const warning of facts.warnings) journal(turn, 'preflight-warning', warning);
  armExpiry(turn);
  enter(turn, 'provisioning', 'preflight passed');
}

/** Starts what has become possible, and moves on to verifying and live when all is done. */
export function advanceProvisioning(turn: Turn): void {
  const { state } = turn;
  startReady(turn);
  let checksOnly = true;
  for (const { id, check } of graphOf(turn)) {
    const done = state.work.nodes[id]?.state === 'done';
    if (!done && !check) return;
    checksOnly &&= done;
  }
  if (!checksOnly) {
    enter(turn, 'verifying', 'everything is created');
    return;
  }
  const first = state.life.liveAt === undefined;
  state.life.liveAt ??= turn.now;
  enter(turn, 'live', 'every check passed');
  if (first) teach(turn);
  const where = `live in ${state.plan.layout.region}${first ? '' : `: ${connectionText(turn)}`}`;
  notify(turn, 'live', `${turn.input.request.title} is ${where}`);
  for (const operation of state.commands.open) {
    if (operation.name === 'deploy') closeOperation(turn, operation, 'done');
    else if (operation.name === 'relocate') closeOperation(turn, operation, 'done', where);
  }
  removeAbandoned(turn);
}

/** Reports how long the deployment took. Not left to the end, because an event may stand for days. */
function teach({ input, state, effects }: Turn): void {
  const run = runOf({ input, status: encodeStatus(input, state) });
  const { template, vmSizes } = input.request;
  if (run) effects.push({ effect: 'learn', request: { template, vmSizes }, run });
}

/** A node of the plan failed before LIVE: next VM size, next region, or the end. */
export function provisioningFailed(turn: Turn, node: string, failure: Failure): void {
  const elsewhere = helpsElsewhere(failure);
  if (elsewhere && nextSize(turn, node, failure)) return;
  const { state, input } = turn;
  const region = input.request.regions[state.regions.index + 1];
  if (elsewhere && region !== undefined) {
    journal(
      turn,
      'next-region',
      `${failure.code} in ${state.plan.layout.region}; removing what stands there, then ${region}`,
    );
    enter(turn, 'rolling-back', `no ${failure.class} in ${state.plan.layout.region}`);
    stop(turn, 'move');
    return;
  }
  failDeployment(turn, node, failure);
}

/** Ends the deployment after a failure before LIVE: rolls back, or keeps the remains where that was requested. */
export function failDeployment(turn: Turn, node: string, failure: Failure): void {
  const { state } = turn;
  state.end.outcome = 'failed';
  state.end.reason = `${node}: ${failureText(failure)}`;
  if (turn.input.request.keepOnFailure && node !== 'preflight') {
    state.end.error = { failure, node, consequence: 'kept for inspection until the TTL ends' };
    enter(turn, 'failed', `${node} failed; the remains are kept`);
    stop(turn, 'keep');
    return;
  }
  state.end.error = { failure, node, consequence: 'being rolled back' };
  enter(turn, 'rolling-back', `${node} failed: ${failure.code}`);
  stop(turn, 'remove');
}

/**
 * Tries a component again in the request's next size. The new machine has new names and a new address, because Azure keeps the NIC of
 * a failed one reserved for 180 s. The failed one is discarded meanwhile.
 * @returns false when the node makes nothing that has a size, or no size is left
 */
export function nextSize(turn: Turn, node: string, failure: Failure): boolean {
  const { state, input } = turn;
  const member = state.plan.layout.members.find((one) => componentId(one) === node);
  const size =
    member?.size === undefined ? undefined : input.request.vmSizes[input.request.vmSizes.indexOf(member.size) + 1];
  if (!member || !size) return false;
  journal(turn, 'next-size', `${node}: ${failure.code} for ${member.size}; trying ${size}`);
  replaceMember(turn, member, size);
  return true;
}

/** Replaces a component by a new one: its nodes wait again, the old one is discarded. */
export function replaceMember(turn: Turn, member: Member, size: string | undefined): void {
  const { state, input } = turn;
  discardMember(turn, member, false);
  const component = componentId(member);
  const variant = (own(state.plan.variants, component) ?? member.variant) + 1;
  state.plan.variants[component] = variant;
  const { [component]: _, ...addresses } = state.plan.layout.addresses ?? {};
  state.plan.layout = {
    ...state.plan.layout,
    addresses,
    members: state.plan.layout.members.map((each) =>
      componentId(each) === component ? { ...each, variant, ...(size === undefined ? {} : { size }) } : each,
    ),
  };
  waitAgain(turn, nodesOf(input.template, member));
}

/** Begins again in the next region, when nothing runs in the old one any more. Secrets are kept, so `secrets` is not run again. */
export function moveRegion(turn: Turn): void {
  const { state, input } = turn;
  delete state.regions.moving;
  state.regions.index++;
  const resourceGroup = groupName(turn, state.regions.index);
  const region = input.request.regions[state.regions.index] ?? state.plan.layout.region;
  state.regions.groups = [...state.regions.groups, resourceGroup];
  const { addresses: _, ...layout } = state.plan.layout;
  state.plan.layout = {
    ...layout,
    region,
    resourceGroup,
    members: state.plan.layout.members.map((member) =>
      member.size === undefined ? member : { ...member, size: input.request.vmSizes[0] ?? member.size },
    ),
  };
  const secretsDone = state.work.nodes.secrets?.state === 'done';
  waitAgain(
    turn,
    Object.keys(state.work.nodes).filter((id) => id !== 'secrets' || !secretsDone),
  );
  enter(turn, 'provisioning', `beginning again in ${region}`);
}
