import { actionId, checkId } from '../component.ts';
import { own } from '../own.ts';
import type { Command } from '../seam/command.ts';
import type { Failure } from '../seam/failure.ts';
import type { Rung } from '../template/schema.ts';
import { needsPeople, suspects, waitsForSender } from './causes.ts';
import type { OpenOperation, Remedy } from './entries.ts';
import { complaintsOf, failureText, helpsElsewhere } from './failures.ts';
import { EARLY_MS, foundWell, GRACE_SECONDS, isFreshlyWell, setHealth } from './health.ts';
import { remedyVerdict, WINDOW_MS } from './ladder.ts';
import { startAction, startReady, waitAgain } from './nodes.ts';
import { activePart, componentsOf } from './parts.ts';
import { powerSpec } from './power.ts';
import { replaceMember } from './provisioning.ts';
import { closeOperation, graphOf, journal, notify, openOperation, scaledMs, setAlarm, type Turn } from './turn.ts';

/** How often a component was remedied within the window: the next rung to climb. */
const recent = (turn: Turn, component: string): number[] =>
  (own(turn.state.remedies.past, component) ?? []).filter((at) => turn.now - at < WINDOW_MS);

/** A remedy by command. */
export function beginRemedyByHand(
  turn: Turn,
  operation: OpenOperation,
  command: Extract<Command, { command: 'remediate' }>,
): void {
  const { state } = turn;
  const { component } = command;
  const verdict = remedyVerdict(
    {
      components: componentsOf(turn),
      ladder: (each) => ladderOf(turn, each),
      healthy: (each) => own(state.health.components, each)?.healthy ?? true,
      beingRemedied: (each) => own(state.remedies.running, each) !== undefined,
      recent: (each) => recent(turn, each).length,
    },
    command,
  );
  if ('problem' in verdict) {
    closeOperation(turn, operation, 'refused', verdict.problem);
    return;
  }
  openOperation(turn, operation);
  climb(turn, component, verdict.rung, operation.operationId);
}

/** Remedies in the order of the template. */
const ladderOf = (turn: Turn, component: string): readonly Rung[] => activePart(turn, component)?.rule.heal ?? [];

const graceMs = (turn: Turn): number => scaledMs(turn, GRACE_SECONDS);

/**
 * Remedies every component whose grace is over, or calls people when remedies did not help. Causes come first: a component that
 * gets nothing from an unhealthy sender waits until that has recovered, and is judged again then.
 */
export function onRemedyAlarm(turn: Turn): void {
  const again: number[] = [];
  for (const [component, { healthy, since, ownSince = since }] of Object.entries(turn.state.health.components)) {
    if (healthy || turn.state.remedies.running[component]) continue;
    const ripe = ownSince + graceMs(turn);
    const ladder = ladderOf(turn, component);
    const rung = ladder[recent(turn, component).length];
    if (ripe > turn.now + EARLY_MS) again.push(ripe);
    else if (waitsForSender(turn, component)) again.push(turn.now + graceMs(turn));
    else if (needsPeople(turn, component)) callOnce(turn, component, 'no restart heals what it says');
    else if (rung) climb(turn, component, rung);
    else callOnce(turn, component, `${ladder.length} remedies within an hour did not help`);
  }
  for (const sender of suspects(turn))
    callOnce(turn, sender, 'it reports itself healthy, but no component that depends on it receives anything');
  if (again.length > 0) askAgain(turn, Math.min(...again));
}

function askAgain(turn: Turn, at: number): void {
  if (!turn.state.alarms.armed.remedy) setAlarm(turn, 'remedy', at);
}

function climb(
  turn: Turn,
  component: string,
  rung: Remedy['rung'],
  operationId?: string,
  /** Where a machine is recreated in another size. */
  vmSize?: string,
): void {
  const { state } = turn;
  state.remedies.past[component] = [...recent(turn, component), turn.now];
  state.remedies.running[component] = { rung, stage: 'act', ...(operationId === undefined ? {} : { operationId }) };
  journal(turn, 'remedy', `${component}: ${rung}`);
  const member = activePart(turn, component)?.member;
  if (rung === 'recreate' && member) {
    replaceMember(turn, member, vmSize ?? member.size);
    state.remedies.running[component] = { ...state.remedies.running[component], rung, stage: 'check' };
    startReady(turn);
    return;
  }
  const spec = powerSpec(turn, component, rung === 'restart' ? 'restart' : 'redeploy');
  if (spec) startAction(turn, actionId.remedy(component), spec);
}

/** The component under remedy that an action or node belongs to. */
export function remediedComponent(turn: Turn, id: string): string | undefined {
  const owner = graphOf(turn).find((node) => node.id === id)?.component;
  return Object.keys(turn.state.remedies.running).find(
    (component) => id === actionId.remedy(component) || owner === component,
  );
}

/** An action or node of a remedy succeeded: the check decides next. */
export function remedyStep(turn: Turn, component: string, id: string): void {
  const { state } = turn;
  const remedy = state.remedies.running[component];
  if (!remedy) return;
  if (id === actionId.remedy(component)) {
    state.remedies.running[component] = { ...remedy, stage: 'check' };
    waitAgain(turn, [checkId(component)]);
  }
  if (id !== checkId(component)) {
    startReady(turn);
    return;
  }
  end(turn, component, remedy);
  foundWell(turn, component);
}

/** A remedy did not help: the next rung, or people. */
export function remedyFailed(turn: Turn, component: string, failure: Failure): void {
  const remedy = turn.state.remedies.running[component];
  if (!remedy) return;
  const reason = failureText(failure);
  const said = own(turn.state.health.components, component);
  if (failure.class === 'unhealthy' && isFreshlyWell(turn, component)) {
    // It spoke after the check had looked.
    journal(turn, 'remedy-spared', `${component}: it reports itself healthy`);
    end(turn, component, remedy);
    return;
  }
  // Its own complaint names the cause; a failed check does not.
  if (failure.class !== 'unhealthy' || said?.healthy !== false)
    setHealth(turn, component, false, complaintsOf(failure), turn.now);
  end(turn, component, remedy, reason);
  const next = ladderOf(turn, component)[recent(turn, component).length];
  if (failure.class === 'unhealthy' && waitsForSender(turn, component)) askAgain(turn, turn.now + graceMs(turn));
  else if (remedy.operationId !== undefined || !next) callPeople(turn, component, reason);
  else if (helpsElsewhere(failure) && ladderOf(turn, component).includes('recreate'))
    climb(turn, component, 'recreate', undefined, otherSize(turn, component));
  else climb(turn, component, next);
}

/** The next size, for an evicted machine that finds no capacity in its own. */
function otherSize(turn: Turn, component: string): string | undefined {
  const { vmSizes } = turn.input.request;
  const size = activePart(turn, component)?.member.size;
  return size === undefined ? undefined : vmSizes[vmSizes.indexOf(size) + 1];
}

function end(turn: Turn, component: string, remedy: Remedy, reason?: string): void {
  delete turn.state.remedies.running[component];
  const operation = turn.state.commands.open.find(({ operationId }) => operationId === remedy.operationId);
  if (operation) closeOperation(turn, operation, reason === undefined ? 'done' : 'failed', reason);
}

/** Calls people at most once per hour. */
function callOnce(turn: Turn, component: string, reason: string): void {
  const called = own(turn.state.remedies.called, component);
  if (called === undefined || turn.now - called >= WINDOW_MS) callPeople(turn, component, reason);
}

function callPeople(turn: Turn, component: string, reason: string): void {
  turn.state.remedies.called[component] = turn.now;
  journal(turn, 'people-needed', `${component}: ${reason}`);
  notify(turn, 'people-needed', `${turn.input.request.title}: ${component} needs a person: ${reason}`);
}
