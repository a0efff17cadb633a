import { leadSeconds } from '../plan/compile.ts';
import type { AlarmInput } from '../seam/alarm.ts';
import type { Effect } from '../seam/effect.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import type { Message } from '../seam/message.ts';
import type { EffectOutcome } from '../seam/outcome.ts';
import type { Takeover } from '../seam/past.ts';
import type { Step as ReducerStep } from '../seam/reducer.ts';
import { is } from '../states.ts';
import { onAlert } from './alerts.ts';
import { onBudgetAlarm, watchBudget } from './budget.ts';
import { onCommand } from './commands.ts';
import type { Change } from './entries.ts';
import { acknowledge, serveExtensions } from './expiry.ts';
import { firstState } from './fresh.ts';
import { advanceLive, onGraceOver, onHealth } from './health.ts';
import { onExpiryAlarm } from './held.ts';
import { readMessage } from './inbox.ts';
import { advanceMembers } from './members.ts';
import { onNote, onTold } from './notes.ts';
import { onFirstWord, onNode } from './outcomes.ts';
import { advancePower } from './power.ts';
import { advanceProvisioning, beginPreflight, moveRegion } from './provisioning.ts';
import { onEnded, onPerformed, probe, unheardAlarms } from './recovery.ts';
import { onRemedyAlarm } from './remediation.ts';
import { afterStop, onRemoved, recheckAgain, retryRemoval } from './removal.ts';
import { advanceReplacement } from './replacement.ts';
import type { LifecycleState } from './state.ts';
import { endInPlace, replace } from './takeover.ts';
import { beginTurn, journal, putIntoIndex, scaledMs, setAlarm, type Turn } from './turn.ts';

type Step = ReducerStep<LifecycleState>;

/** The first step of a lifecycle: preflight now, or an alarm for a scheduled event. */
export function startLifecycle(input: LifecycleInput, now: number): Step {
  const turn = beginTurn(input, firstState(input, now), now);
  if (input.takeover) {
    replace(turn, input.takeover);
    return finishTurn(turn);
  }
  journal(turn, 'command', `deploy by ${input.by}`);
  const start = Date.parse(input.request.startsAt ?? '') - scaledMs(turn, leadSeconds(input.request, input.template));
  if (start > now) {
    setAlarm(turn, 'start', start);
    putIntoIndex(turn);
  } else beginPreflight(turn);
  return finishTurn(turn);
}

/**
 * The pure state machine: one message in, the next state and the effects out. Messages may come twice, late and in any
 * order; those of another deployment and those that are none are dropped. Never throws for any message.
 * @param now milliseconds since the Unix epoch (the orchestrator's deterministic clock)
 */
export function reduce(input: LifecycleInput, state: LifecycleState, received: unknown, now: number): Step {
  const message = readMessage(received, input.deploymentId);
  if (!message) return { state, effects: [] };
  const turn = beginRetrying(input, state, now);
  receive(turn, message);
  return finishTurn(turn);
}

/** Whatever comes is an occasion to retry what could not be done before. */
function beginRetrying(input: LifecycleInput, state: LifecycleState, now: number): Turn {
  const turn = beginTurn(input, state, now);
  turn.effects.push(...state.outbox.unconfirmed.map(({ effect }) => effect));
  return turn;
}

/** What the effects came to; `outcomes` are in the order of `effects`, none when the whole call failed. */
export function performed(
  input: LifecycleInput,
  state: LifecycleState,
  effects: readonly Effect[],
  outcomes: readonly EffectOutcome[],
  now: number,
): Step {
  const turn = beginTurn(input, state, now);
  onPerformed(turn, effects, outcomes);
  acknowledge(turn);
  const step = finishTurn(turn);
  if (step.state.end.finishing && step.state.outbox.unconfirmed.length === 0 && step.effects.length === 0)
    step.state.end.finished = true;
  return step;
}

/** The state is that of a lifecycle that broke: this one ends the event in its place. */
export function takenOver(input: LifecycleInput, state: LifecycleState, takeover: Takeover, now: number): Step {
  const turn = beginRetrying(input, state, now);
  endInPlace(turn, takeover);
  return finishTurn(turn);
}

function receive(turn: Turn, message: Message): void {
  switch (message.type) {
    case 'command':
      onCommand(turn, message);
      return;
    case 'node':
      onNode(turn, message);
      return;
    case 'removed':
      onRemoved(turn, message);
      return;
    case 'alarm':
      onAlarm(turn, message);
      return;
    case 'health':
      onFirstWord(turn, message);
      onHealth(turn, message);
      return;
    case 'alert':
      onAlert(turn, message);
      return;
    case 'note':
      onNote(turn, message);
      return;
    case 'told':
      onTold(turn, message);
      return;
    case 'nudge': {
      const ended = message.ended ?? [];
      for (const alarm of unheardAlarms(turn, ended)) onAlarm(turn, alarm);
      onEnded(turn, ended);
      probe(turn);
      return;
    }
  }
}

/** An alarm of an old generation is ignored. */
function onAlarm(
  turn: Turn,
  { alarm, generation, listening }: Pick<AlarmInput, 'alarm' | 'generation'> & { listening?: number },
): void {
  const { state } = turn;
  const armed = state.alarms.armed[alarm];
  if (armed?.generation !== generation || state.end.finishing) return;
  delete state.alarms.armed[alarm];
  switch (alarm) {
    case 'start':
      if (state.life.state === 'scheduled') beginPreflight(turn);
      return;
    case 'ttl':
    case 'warning': {
      onExpiryAlarm(turn, alarm);
      return;
    }
    case 'recheck':
      probe(turn);
      {
        recheckAgain(turn);
        return;
      }
    case 'retry': {
      retryRemoval(turn);
      return;
    }
    case 'budget':
      onBudgetAlarm(turn);
      return;
    case 'remedy':
      onGraceOver(turn, armed.at, listening, onRemedyAlarm);
  }
}

/** Does everything that has become possible. */
function finishTurn(turn: Turn): Step {
  const { state } = turn;
  if (state.regions.moving) moveRegion(turn);
  if (!state.end.finishing && !state.removal.stopping && !state.removal.current?.running) serveExtensions(turn);
  if (state.end.finishing) return { state, effects: turn.effects };
  if (state.removal.stopping) afterStop(turn);
  else if (is(state.life.state, 'making')) advanceProvisioning(turn);
  else if (state.life.state === 'changing' && state.change) advanceChange(turn, state.change);
  // A change that has just ended becomes live in the same turn.
  if (is(state.life.state, 'steady')) advanceLive(turn);
  watchBudget(turn);
  return { state, effects: turn.effects };
}

function advanceChange(turn: Turn, change: Change): void {
  switch (change.kind) {
    case 'members':
      advanceMembers(turn, change);
      return;
    case 'replace':
      advanceReplacement(turn, change);
      return;
    case 'power':
      advancePower(turn, change);
  }
}
