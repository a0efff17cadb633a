import { componentId, parseComponent } from '../component.ts';
import { instanceId, resourceGroupName } from '../names.ts';
import { leftText } from '../ownership.ts';
import { agentSecrets, isWithAgent, secretsOf } from '../plan/each.ts';
import type { AlarmName } from '../seam/alarm.ts';
import type { RemovedMessage, RemoveInput } from '../seam/removal.ts';
import { billRemoved, doubtedMachines } from './billing.ts';
import { survives } from './deaths.ts';
import type { RemovalPurpose } from './entries.ts';
import { failureOf, failureText } from './failures.ts';
import { POLL_SECONDS, runningInstances, skipWaiting } from './nodes.ts';
import { deploymentRecord } from './record.ts';
import type { LifecycleState, RemovalRecord, RemovalState } from './state.ts';
import { closeOperation, dropAlarm, enter, iso, journal, notify, scaledMs, setAlarm, type Turn } from './turn.ts';

/** How often silent nodes and removals are checked, and a failed removal is retried; seconds before the time scale. */
const RECHECK_SECONDS = 60;
const RETRY_SECONDS = 600;

/** Starts nothing new. When everything that runs has reported (the state closes its fence), `then` happens. */
export function stop(turn: Turn, then: NonNullable<RemovalState['stopping']>): void {
  turn.state.removal.stopping = then;
  skipWaiting(turn);
  delete turn.state.change;
  turn.state.remedies.running = {};
  setAlarm(turn, 'recheck', turn.now + scaledMs(turn, RECHECK_SECONDS));
}

/** Begins the end in any state: by command, at the TTL, or when an extension failed too late. */
export function beginTeardown(turn: Turn, why: string): void {
  const { state } = turn;
  const { removal, end } = state;
  if (end.finishing || state.life.state === 'tearing-down') return;
  const rollingBack = state.life.state === 'rolling-back';
  if (rollingBack && removal.stopping !== 'move' && removal.current?.purpose !== 'move') return;
  state.commands.open = state.commands.open.map(({ failed: _failed, ...operation }) => operation);
  end.outcome = 'gone';
  end.reason = why;
  enter(turn, 'tearing-down', why);
  if (removal.current?.running && removal.current.purpose !== 'abandoned')
    removal.current = { ...removal.current, purpose: 'end' };
  else stop(turn, 'remove');
}

/** Called when the turn has settled and nothing runs any more. */
export function afterStop(turn: Turn): void {
  const { state } = turn;
  const { removal, end } = state;
  if (!removal.stopping || runningInstances(turn).size > 0 || removal.current?.running) return;
  const then = removal.stopping;
  delete removal.stopping;
  if (then !== 'keep') {
    startRemoval(turn, then === 'move' ? 'move' : 'end');
    return;
  }
  dropAlarm(turn, 'recheck');
  endOpen(turn, 'failed', `${end.reason}; the remains are kept until ${state.plan.layout.expiresAt}`);
  notify(turn, 'failed', `${turn.input.request.title} failed: ${end.reason}`);
}

function startRemoval(turn: Turn, purpose: RemovalPurpose, after?: number): void {
  const { state } = turn;
  const n = ++state.removal.count;
  const standing = standingGroups(state);
  const group = (purpose === 'abandoned' ? state.regions.abandoned[0] : standing[0]) ?? state.plan.layout.resourceGroup;
  // The secrets go with the last group.
  const secrets = purpose === 'end' && standing.length <= 1;
  const heard = after === undefined ? {} : { after };
  state.removal.current = { n, ...heard, running: true, purpose, secrets, group };
  dropAlarm(turn, 'retry');
  setAlarm(turn, 'recheck', turn.now + scaledMs(turn, RECHECK_SECONDS));
  journal(turn, 'removal', `deleting ${group} (${n})`);
  emitRemoval(turn, state.removal.current);
}

/** Groups that may still exist, the present one first: a lost region must not hold up the others. */
const standingGroups = ({ plan, regions }: LifecycleState): string[] =>
  [plan.layout.resourceGroup, ...regions.abandoned].filter((group) => !regions.cleared.includes(group));

function emitRemoval(turn: Turn, { n, after, secrets, group }: RemovalRecord): void {
  const { state, input } = turn;
  const ever = Object.keys(state.plan.variants).map(parseComponent);
  const doubted = doubtedMachines(turn, group);
  const remove: RemoveInput = {
    deploymentId: input.deploymentId,
    event: input.event,
    parent: instanceId.lifecycle(input.event),
    n,
    ...(after === undefined ? {} : { after }),
    resourceGroup: group,
    ...(doubted.length === 0 ? {} : { doubted }),
    agents: ever.filter((one) => isWithAgent(input.template, one)).map(componentId),
    vaultSecrets: [...secretsOf(input, ever).map(({ rule: _, ...place }) => place), ...agentSecrets(input, ever)],
    secrets,
    installation: input.installation,
    pollSeconds: POLL_SECONDS,
  };
  turn.effects.push({
    effect: 'start',
    orchestration: 'remove',
    instanceId: instanceId.remove(input.deploymentId, n),
    input: remove,
  });
}

/** The instance of the running removal. */
export function removalInstance({ input, state }: Turn): string | undefined {
  const { current } = state.removal;
  return current?.running ? instanceId.remove(input.deploymentId, current.n) : undefined;
}

/** The removal was never started, or died: start it, the same again or a new one. */
export function recoverRemoval(turn: Turn, absent: boolean): void {
  const { current: removal } = turn.state.removal;
  if (!removal?.running) return;
  const { n, group, purpose } = removal;
  if (absent) emitRemoval(turn, removal);
  else if (survives(turn, REMOVAL)) startRemoval(turn, purpose, n);
  else {
    const failure = failureOf('unknown', 'RemovalDied', `the removal of ${group} stopped repeatedly without a result`);
    const { deploymentId } = turn.input;
    const verifiedAt = iso(turn.now);
    onRemoved(turn, {
      type: 'removed',
      deploymentId,
      n,
      outcome: 'failed',
      existed: [],
      remains: [],
      failure,
      verifiedAt,
    });
  }
}

/** Key under which the deaths of removals are counted. */
const REMOVAL = 'removal';

/** A removal reported. */
export function onRemoved(turn: Turn, message: RemovedMessage): void {
  const { state } = turn;
  const { current: removal } = state.removal;
  if (!removal?.running || removal.n !== message.n) return;
  billRemoved(turn, removal.group, message);
  // The latest look counts: resources of others may have been moved out since.
  const inGroup = (id: string) => id.toLowerCase().includes(`/resourcegroups/${removal.group}/`.toLowerCase());
  state.removal.left = [...state.removal.left.filter(({ id }) => !inGroup(id)), ...(message.left ?? [])];
  state.removal.last = { verifiedAt: message.verifiedAt, remains: message.remains };
  state.removal.current = { ...removal, running: false };
  delete state.work.deaths[REMOVAL];
  dropAlarm(turn, 'recheck');
  if (message.outcome !== 'gone') {
    // A lost region cannot be cleaned now. The end of the event tries again.
    if (removal.purpose === 'abandoned') journal(turn, 'abandoned', `${removal.group} could not be removed yet`);
    else removalFailed(turn, message);
    return;
  }
  const kept = message.left ?? [];
  const why = `stays because it holds resources of others: ${leftText(kept)}; everything else is verified gone`;
  journal(turn, 'removed', `${removal.group} ${kept.length > 0 ? why : 'is verified empty'}`);
  state.regions.abandoned = state.regions.abandoned.filter((group) => group !== removal.group);
  state.regions.cleared.push(removal.group);
  if (removal.purpose === 'abandoned') return;
  if (removal.purpose === 'move') {
    delete state.removal.current;
    state.regions.moving = true;
    return;
  }
  // Another group is left, or a command turned a move into the end meanwhile: the secrets still exist.
  if (removal.secrets && standingGroups(state).length === 0) finish(turn);
  else startRemoval(turn, 'end');
}

/** A failed removal stays visible. It is retried by itself, and at once by command. */
function removalFailed(turn: Turn, message: RemovedMessage): void {
  const { state } = turn;
  const left = message.remains.slice(0, 5).join(', ');
  const failure = message.failure ?? failureOf('unknown', 'RemovalIncomplete', `still there: ${left}`);
  const reason = `${state.removal.current?.group ?? state.plan.layout.resourceGroup} could not be removed: ${failureText(failure)}`;
  state.end.error = {
    failure,
    node: 'removal',
    consequence: `${message.remains.length} things remain; the removal is retried by itself, or at once by teardown`,
  };
  if (state.removal.current) state.removal.current = { ...state.removal.current, purpose: 'end' };
  enter(turn, 'failed', reason);
  state.commands.open = state.commands.open.map((operation) =>
    operation.name === 'teardown' ? { ...operation, failed: reason } : operation,
  );
  for (const operation of state.commands.open)
    if (operation.name !== 'teardown') closeOperation(turn, operation, 'failed', reason);
  setAlarm(turn, 'retry', turn.now + scaledMs(turn, RETRY_SECONDS));
  notify(turn, 'people-needed', `${turn.input.request.title}: ${reason}`);
}

/** The event is live elsewhere: removes what it left in other regions. */
export function removeAbandoned(turn: Turn): void {
  if (turn.state.regions.abandoned.length > 0 && !turn.state.removal.current?.running) startRemoval(turn, 'abandoned');
}

/** Retries the removal of what remains. */
export function retryRemoval(turn: Turn): void {
  const { state } = turn;
  if (state.life.state !== 'failed' || state.end.finishing || state.removal.stopping) return;
  enter(turn, state.end.outcome === 'failed' ? 'rolling-back' : 'tearing-down', 'trying the removal again');
  startRemoval(turn, 'end');
}

/** Every group is verified gone: closes operations, drops alarms, writes the record. */
function finish(turn: Turn): void {
  const { state } = turn;
  const { end, removal } = state;
  end.at = turn.now;
  end.finishing = true;
  for (const alarm of Object.keys(state.alarms.armed) as AlarmName[]) dropAlarm(turn, alarm);
  if (end.error) end.error = { ...end.error, consequence: 'rolled back: nothing remains' };
  endOpen(turn, 'failed', end.reason);
  enter(turn, end.outcome, end.reason);
  const stays = removal.left.length > 0 ? `; left, because it belongs to others: ${leftText(removal.left)}` : '';
  notify(turn, end.outcome === 'gone' ? 'gone' : 'failed', `${turn.input.request.title}: ${end.reason}${stays}`);
  turn.effects.push({
    effect: 'start',
    orchestration: 'record',
    instanceId: instanceId.record(turn.input.deploymentId),
    input: deploymentRecord(turn.input, state),
  });
}

/** Closes open operations: teardowns are done when nothing remains, all others failed. */
function endOpen(turn: Turn, outcome: 'failed', reason: string): void {
  const nothingLeft = turn.state.end.finishing === true;
  for (const operation of turn.state.commands.open) {
    if (operation.name === 'teardown') {
      if (nothingLeft) closeOperation(turn, operation, 'done');
    } else closeOperation(turn, operation, outcome, reason);
  }
}

/** The groups of a deployment: one per region it was tried in. */
export const groupName = (turn: Turn, regionIndex: number): string =>
  resourceGroupName(turn.input.event, Math.floor(Date.parse(turn.input.acceptedAt) / 1000) + regionIndex);

export const recheckAgain = (turn: Turn): void => {
  if (turn.state.removal.stopping || turn.state.removal.current?.running)
    setAlarm(turn, 'recheck', turn.now + scaledMs(turn, RECHECK_SECONDS));
};
