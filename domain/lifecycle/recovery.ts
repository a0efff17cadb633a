import { instanceId } from '../names.ts';
import type { AlarmName } from '../seam/alarm.ts';
import type { Effect } from '../seam/effect.ts';
import type { EndedInstance } from '../seam/message.ts';
import type { EffectOutcome } from '../seam/outcome.ts';
import { is } from '../states.ts';
import { noteDeath, survives } from './deaths.ts';
import { failureOf } from './failures.ts';
import { readEnded } from './inbox.ts';
import { beginAgain, restartLost, runningInstances } from './nodes.ts';
import { onNode } from './outcomes.ts';
import { onRemoved, recoverRemoval, removalInstance } from './removal.ts';
import type { LifecycleState } from './state.ts';
import type { Turn } from './turn.ts';

/** A start that failed this often and for this long counts as dead. Both are needed: a short outage fails many at once. */
const START_TRIES = 5;
const START_PATIENCE_MS = 600_000;

/** Asks for everything that runs, so that instances that died without a report are found. */
export function probe(turn: Turn): void {
  const removal = removalInstance(turn);
  const instanceIds = [...runningInstances(turn).values(), ...(removal ? [removal] : [])];
  if (instanceIds.length > 0) turn.effects.push({ effect: 'probe', instanceIds });
}

/**
 * Handles instances that have ended. The output of a completed one is the message it sent. One that died without a report is
 * replaced, one that never existed is started again.
 */
export function onEnded(turn: Turn, ended: readonly EndedInstance[]): void {
  const idByInstance = new Map([...runningInstances(turn)].map(([id, instance]) => [instance, id]));
  for (const instance of ended) {
    const { instanceId, runtimeStatus } = instance;
    const message = readEnded(instance, turn.input.deploymentId);
    if (instanceId === removalInstance(turn)) {
      if (message?.type === 'removed') onRemoved(turn, message);
      else recoverRemoval(turn, runtimeStatus === 'absent');
      continue;
    }
    if (turn.state.work.passed[instanceId]) {
      delete turn.state.work.passed[instanceId];
      continue;
    }
    const id = idByInstance.get(instanceId);
    if (id === undefined) continue;
    if (message?.type === 'node') onNode(turn, message);
    else if (runtimeStatus === 'absent') restartLost(turn, id);
    else nodeDied(turn, id, `its orchestration ended as ${runtimeStatus} without a report`);
  }
}

/** Alarms that are due and not heard, although their instance has ended or never existed: they count as rung. */
export function unheardAlarms(turn: Turn, ended: readonly EndedInstance[]): { alarm: AlarmName; generation: number }[] {
  const over = new Set(ended.map((each) => each.instanceId));
  const { armed } = turn.state.alarms;
  return (Object.keys(armed) as AlarmName[]).flatMap((alarm) => {
    const { generation, at } = armed[alarm] ?? { generation: 0, at: Number.POSITIVE_INFINITY };
    const instance = instanceId.alarm(turn.input.deploymentId, alarm, generation);
    return at <= turn.now && over.has(instance) ? [{ alarm, generation }] : [];
  });
}

/** The orchestration of a node died. That says nothing about the resource, so a few new attempts are made. */
function nodeDied(turn: Turn, id: string, why: string): void {
  const { removal, end, life, work } = turn.state;
  const ending = removal.stopping !== undefined || end.finishing || is(life.state, 'removing');
  if (!ending && survives(turn, id)) {
    noteDeath(turn, id, why);
    beginAgain(turn, id);
    return;
  }
  const attempt = work.actions[id]?.attempt ?? work.nodes[id]?.attempt ?? 0;
  const { deploymentId } = turn.input;
  const failure = failureOf('unknown', 'NodeDied', `${id}: ${why}`);
  onNode(turn, { type: 'node', deploymentId, node: id, attempt, outcome: 'failed', failure });
}

const isStaleAlarm = ({ alarms }: LifecycleState, effect: Effect): boolean =>
  effect.effect === 'start' &&
  effect.orchestration === 'alarm' &&
  alarms.armed[effect.input.alarm]?.generation !== effect.input.generation;

/** Handles the outcomes of effects: failed ones are kept and retried with the next message. */
export function onPerformed(turn: Turn, effects: readonly Effect[], outcomes: readonly EffectOutcome[]) {
  const { state } = turn;
  const before = state.outbox.unconfirmed;
  state.outbox.unconfirmed = before.filter(({ effect }) => !effects.includes(effect) && !isStaleAlarm(state, effect));
  effects.forEach((effect, index) => {
    const outcome = outcomes[index] ?? { ok: false, error: 'no outcome' };
    if (outcome.ok) {
      if (outcome.ended) onEnded(turn, outcome.ended);
      return;
    }
    // Not retried: the sweep repairs the index, a single run teaches little, and a dropped alarm is not needed any more.
    if (effect.effect === 'index' || effect.effect === 'learn' || isStaleAlarm(state, effect)) return;
    const entry = before.find((each) => each.effect === effect);
    const tries = (entry?.tries ?? 0) + 1;
    const since = entry?.since ?? turn.now;
    const tried = tries >= START_TRIES && turn.now - since >= START_PATIENCE_MS;
    const hopeless = tried && effect.effect === 'start';
    if (hopeless && effect.orchestration === 'node') {
      const { node } = effect.input;
      if (runningInstances(turn).get(node) === effect.instanceId) nodeDied(turn, node, outcome.error);
    } else if (!(hopeless && effect.orchestration === 'notify'))
      state.outbox.unconfirmed.push({ effect, tries, since });
  });
}
