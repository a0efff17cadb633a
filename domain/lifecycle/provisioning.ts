import { own } from '../own.ts';
import { machineNodes } from '../plan/graph.ts';
import type { MachineLayout } from '../plan/layout.ts';
import { nodeSpec } from '../plan/specs.ts';
import type { Failure } from '../seam/failure.ts';
import type { NodeFacts } from '../seam/node.ts';
import { encodeStatus } from '../status/encode.ts';
import { runOf } from '../status/run.ts';
import { presenterAddresses } from './addresses.ts';
import { budgetProblem } from './budget.ts';
import { armExpiry } from './expiry.ts';
import { failureText, helpsElsewhere } from './failures.ts';
import { discardMachine } from './machines.ts';
import { startAction, startReady } from './nodes.ts';
import { removeAbandoned, stop } from './removal.ts';
import { closeOperation, enter, graphOf, iso, journal, notify, type Turn } from './turn.ts';

/** The time has come: look before anything is created. */
export function beginPreflight(turn: Turn): void {
  enter(turn, 'preflight', 'looking before anything is created');
  const tooDear = budgetProblem(turn.input.request, turn.input.template);
  if (tooDear) {
    failDeployment(turn, 'preflight', tooDear);
    return;
  }
  startAction(turn, 'preflight', nodeSpec(turn.input, turn.state.layout, 'preflight'));
}

/** Preflight passed: the clock of the TTL starts with the creation of the group. */
export function beginProvisioning(turn: Turn, facts: NodeFacts): void {
  const { state } = turn;
  const clientId = facts.mixerIdentityClientId;
  state.layout = {
    ...state.layout,
    createdAt: iso(turn.now),
    expiresAt: iso(turn.now + state.layout.ttlSeconds * 1000),
    mixerIdentityClientId: typeof clientId === 'string' ? clientId : '',
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
  for (const { id, step } of graphOf(state.layout.machines)) {
    const done = state.nodes[id]?.state === 'done';
    if (!done && step !== 'check-container' && step !== 'check-mixer') return;
    checksOnly &&= done;
  }
  if (!checksOnly) {
    enter(turn, 'verifying', 'everything is created');
    return;
  }
  const first = state.liveAt === undefined;
  state.liveAt ??= turn.now;
  enter(turn, 'live', 'every check passed');
  if (first) teach(turn);
  const where = `live in ${state.layout.region}${first ? '' : `: ${presenterAddresses(turn)}`}`;
  notify(turn, 'live', `${turn.input.request.title} is ${where}`);
  for (const operation of state.operations) {
    if (operation.name === 'deploy') closeOperation(turn, operation, 'done');
    else if (operation.name === 'relocate') closeOperation(turn, operation, 'done', where);
  }
  removeAbandoned(turn);
}

/** What it took to become live is known now; an event may stand for days. */
function teach({ input, state, effects }: Turn): void {
  const run = runOf({ input, status: encodeStatus(input, state), journal: state.journal });
  const { template, vmSizes } = input.request;
  if (run) effects.push({ effect: 'learn', request: { template, vmSizes }, run });
}

/** A node of the plan failed before LIVE: next VM size, next region, or the end. */
export function provisioningFailed(turn: Turn, node: string, failure: Failure): void {
  const elsewhere = helpsElsewhere(failure);
  if (elsewhere && nextSize(turn, node, failure)) return;
  const { state, input } = turn;
  const region = input.request.regions[state.regionIndex + 1];
  if (elsewhere && region !== undefined) {
    journal(
      turn,
      'next-region',
      `${failure.code} in ${state.layout.region}; removing what stands there, then ${region}`,
    );
    enter(turn, 'rolling-back', `no ${failure.class} in ${state.layout.region}`);
    stop(turn, 'move');
    return;
  }
  failDeployment(turn, node, failure);
}

/** Ends the deployment because of a failure before LIVE: roll back, or keep the remains where that was asked for. */
export function failDeployment(turn: Turn, node: string, failure: Failure): void {
  const { state } = turn;
  state.outcome = 'failed';
  state.reason = `${node}: ${failureText(failure)}`;
  if (turn.input.request.keepOnFailure && node !== 'preflight') {
    state.error = { failure, node, consequence: 'kept for inspection until the TTL ends' };
    enter(turn, 'failed', `${node} failed; the remains are kept`);
    stop(turn, 'keep');
    return;
  }
  state.error = { failure, node, consequence: 'being rolled back' };
  enter(turn, 'rolling-back', `${node} failed: ${failure.code}`);
  stop(turn, 'remove');
}

/**
 * Tries a language's machine again in the request's next size: a new machine with new names and address beside the failed
 * one, whose NIC Azure keeps reserved for 180 s, and which is discarded meanwhile.
 * @returns false when the node is no machine or no size is left
 */
export function nextSize(turn: Turn, node: string, failure: Failure): boolean {
  const { state, input } = turn;
  const index = state.layout.machines.findIndex(({ language }) => machineNodes(language)[2] === node);
  const machine = state.layout.machines[index];
  const size = machine && input.request.vmSizes[input.request.vmSizes.indexOf(machine.vmSize) + 1];
  if (!machine || !size) return false;
  journal(turn, 'next-size', `${node}: ${failure.code} for ${machine.vmSize}; trying ${size}`);
  replaceMachine(turn, machine, size);
  return true;
}

/** Puts a fresh machine in a language's place: its nodes wait again, the old one is discarded. */
export function replaceMachine(turn: Turn, machine: MachineLayout, vmSize: string): void {
  const { state } = turn;
  discardMachine(turn, machine, false);
  const variant = (own(state.variants, machine.language) ?? machine.variant) + 1;
  state.variants[machine.language] = variant;
  state.layout = {
    ...state.layout,
    machines: state.layout.machines.map((each) =>
      each.language === machine.language ? { ...each, vmSize, variant } : each,
    ),
  };
  waitAgain(turn, machineNodes(machine.language));
}

/** Sets nodes back to waiting; their attempts go on counting. */
export function waitAgain(turn: Turn, ids: readonly string[]): void {
  for (const id of ids) turn.state.nodes[id] = { state: 'waiting', attempt: turn.state.nodes[id]?.attempt ?? 0 };
}

/** The first region's remains are gone: begin again in the next. Its secrets stay, so `secrets` is not made again. */
export function moveRegion(turn: Turn, resourceGroup: string): void {
  const { state, input } = turn;
  state.regionIndex++;
  const region = input.request.regions[state.regionIndex] ?? state.layout.region;
  state.groups = [...state.groups, resourceGroup];
  state.layout = {
    ...state.layout,
    region,
    resourceGroup,
    machines: state.layout.machines.map((machine) => ({
      ...machine,
      vmSize: input.request.vmSizes[0] ?? machine.vmSize,
    })),
  };
  const secretsDone = state.nodes.secrets?.state === 'done';
  waitAgain(
    turn,
    Object.keys(state.nodes).filter((id) => id !== 'secrets' || !secretsDone),
  );
  enter(turn, 'provisioning', `beginning again in ${region}`);
}
