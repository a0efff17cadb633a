import { instanceId, secretName } from '../names.ts';
import { type GraphNode, planGraph } from '../plan/graph.ts';
import type { AlarmName } from '../seam/alarm.ts';
import type { Effect } from '../seam/effect.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import type { Notification, OperationRecord } from '../seam/records.ts';
import type { EventState } from '../states.ts';
import { keySecret } from '../template/schema.ts';
import { line } from '../text.ts';
import type { OpenOperation } from './entries.ts';
import { copyOf } from './fresh.ts';
import { appendJournal } from './journal.ts';
import type { LifecycleState } from './state.ts';

/** One reduction: a private copy of the state that the rules change, and the effects they ask for. */
export interface Turn {
  readonly input: LifecycleInput;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly state: LifecycleState;
  readonly effects: Effect[];
}

/** Begins a turn on a copy of the state. */
export const beginTurn = (input: LifecycleInput, state: LifecycleState, now: number): Turn => ({
  input,
  now,
  effects: [],
  state: copyOf(state),
});

export const iso = (time: number): string => new Date(time).toISOString();

/** A duration of the plan (seconds before the time scale) as milliseconds of the wall clock. */
export const scaledMs = (turn: Turn, seconds: number): number => (seconds * 1000) / turn.input.installation.timeScale;

export function journal(turn: Turn, code: string, text: string): void {
  const { journal } = turn.state;
  journal.entries = appendJournal(journal.entries, { at: iso(turn.now), code, text: line(text) });
}

/** Changes the event's state, with journal and index entries. Does nothing when it is the same. */
export function enter(turn: Turn, state: EventState, why: string): void {
  if (turn.state.life.state === state) return;
  turn.state.life.state = state;
  turn.state.life.since = turn.now;
  journal(turn, 'state', `${state}: ${why}`);
  putIntoIndex(turn);
}

/** Writes the event's present state into the index of events. */
export function putIntoIndex({ state, input, effects, now }: Turn): void {
  const { layout } = state.plan;
  effects.push({
    effect: 'index',
    entry: {
      event: input.event,
      deploymentId: input.deploymentId,
      state: state.life.state,
      resourceGroup: layout.resourceGroup,
      ...(state.alarms.armed.ttl ? { expiresAt: layout.expiresAt } : {}),
      ...(state.end.finishing ? { over: true as const } : {}),
      at: iso(now),
    },
  });
}

export function notify(turn: Turn, kind: Notification['kind'], text: string): void {
  const { input, state } = turn;
  turn.effects.push({
    effect: 'start',
    orchestration: 'notify',
    instanceId: instanceId.notify(input.deploymentId, ++state.outbox.notifications),
    input: {
      deploymentId: input.deploymentId,
      event: input.event,
      title: input.request.title,
      kind,
      text,
      at: iso(turn.now),
    },
  });
}

/** More alarms, removals and notifications than any lifecycle has. */
const SPAN = 100_000;

/** Number a lifecycle counts from: one that takes over must not reuse instance ids of the previous one. */
export const firstNumber = ({ takeover }: LifecycleInput): number => (takeover?.n ?? 0) * SPAN;

/** Sets an alarm and drops an earlier one of the same name, whose message would have an old generation. */
export function setAlarm(turn: Turn, alarm: AlarmName, at: number): void {
  dropAlarm(turn, alarm);
  const generation = (turn.state.alarms.generations[alarm] ?? firstNumber(turn.input)) + 1;
  turn.state.alarms.generations[alarm] = generation;
  turn.state.alarms.armed[alarm] = { generation, at };
  const { deploymentId, event } = turn.input;
  turn.effects.push({
    effect: 'start',
    orchestration: 'alarm',
    instanceId: instanceId.alarm(deploymentId, alarm, generation),
    input: { deploymentId, parent: instanceId.lifecycle(event), alarm, generation, at: iso(at) },
  });
}

export function dropAlarm(turn: Turn, alarm: AlarmName): void {
  const armed = turn.state.alarms.armed[alarm];
  if (!armed) return;
  delete turn.state.alarms.armed[alarm];
  const dropped = instanceId.alarm(turn.input.deploymentId, alarm, armed.generation);
  // A retried start of it must not come after its drop.
  const kept = turn.effects.filter((effect) => effect.effect !== 'start' || effect.instanceId !== dropped);
  turn.effects.splice(0, turn.effects.length, ...kept, { effect: 'drop', instanceId: dropped });
}

/** Records an accepted command; its outcome follows later. */
export function openOperation(turn: Turn, operation: OpenOperation): void {
  turn.state.commands.open.push(operation);
  const { operationId, name } = operation;
  turn.state.commands.last = { operationId, command: name, outcome: 'accepted', at: iso(turn.now) };
}

/** Ends an operation that was accepted before or is refused now. Its outcome can be read from then on. */
export function closeOperation(
  turn: Turn,
  operation: Pick<OpenOperation, 'operationId' | 'name' | 'by' | 'command'>,
  outcome: OperationRecord['outcome'],
  reason?: string,
  measured: Pick<OperationRecord, 'outageSeconds'> = {},
): void {
  const { state, input } = turn;
  state.commands.open = state.commands.open.filter(({ operationId }) => operationId !== operation.operationId);
  const record: OperationRecord = {
    operationId: operation.operationId,
    deploymentId: input.deploymentId,
    event: input.event,
    command: operation.name,
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...measured,
    by: operation.by,
    at: iso(turn.now),
  };
  state.commands.last = record;
  journal(turn, `operation-${outcome}`, `${operation.name} by ${operation.by}${reason ? `: ${reason}` : ''}`);
  turn.effects.push({
    effect: 'start',
    orchestration: 'operation',
    instanceId: instanceId.operation(operation.operationId),
    input: record,
  });
  if (outcome !== 'done') unstageKeys(turn, operation);
}

/** Deletes staged keys: the door stages them before the event accepts the command. */
function unstageKeys(
  { effects, input }: Turn,
  { operationId, command }: Pick<OpenOperation, 'operationId' | 'command'>,
) {
  const stream = keySecret(input.template);
  if (command?.command !== 'languages' || !command.keysGiven || stream === undefined) return;
  effects.push({
    effect: 'unstage',
    deploymentId: input.deploymentId,
    secrets: command.add.map((language) => secretName.staged(operationId, stream, language)),
    installation: input.installation,
  });
}

/** The plan's graph for the present components. */
export const graphOf = ({ input, state }: Pick<Turn, 'input' | 'state'>): GraphNode[] =>
  planGraph(input.template, state.plan.layout.members);
