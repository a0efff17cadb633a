import { TTL_MAX_SECONDS, TTL_MIN_SECONDS } from '../request/deploy.ts';
import { formatDuration } from '../request/durations.ts';
import { is } from '../states.ts';
import type { OpenOperation } from './entries.ts';
import { timeIsUp } from './held.ts';
import { startAction } from './nodes.ts';
import { closeOperation, iso, journal, setAlarm, type Turn } from './turn.ts';

/** The action that patches the group's tags. */
export const EXPIRES_TAG = 'expires-tag';

/** People are warned half an hour before the end, or a third of the TTL where that is shorter. */
const warningMs = (ttlSeconds: number): number => Math.min(1800, ttlSeconds / 3) * 1000;

/** Sets the alarms of the TTL and of its warning for the expiry in the layout. */
export function armExpiry(turn: Turn): void {
  const { layout } = turn.state.plan;
  const expires = Date.parse(layout.expiresAt);
  setAlarm(turn, 'ttl', expires);
  setAlarm(turn, 'warning', Math.max(turn.now, expires - warningMs(layout.ttlSeconds)));
}

/** When the event would end if this command were carried out now; milliseconds. */
function wantedEnd(turn: Turn, operation: OpenOperation): number {
  const command = operation.command;
  if (command?.command !== 'extend') return Number.NaN;
  if (command.until !== undefined) return Date.parse(command.until);
  return Date.parse(turn.state.plan.layout.createdAt) + (command.ttlSeconds ?? 0) * 1000;
}

/**
 * Carries out waiting extensions: tag first, then alarm, then acknowledgement. Several become one patch to the latest end, which has
 * the same result as one after the other.
 */
export function serveExtensions(turn: Turn): void {
  const { state } = turn;
  const waiting = state.commands.open.filter(({ name, serving }) => name === 'extend' && !serving);
  if (waiting.length === 0 || state.work.actions[EXPIRES_TAG]) return;
  const early = !is(state.life.state, 'stands');
  if (!early && state.work.nodes['resource-group']?.state !== 'done') {
    // While the group is being made the extension waits. If it failed there is nothing to extend.
    if (state.life.state !== 'failed') return;
    for (const operation of waiting) refuse(turn, operation, 'there is no resource group');
    tooLate(turn);
    return;
  }

  // Before the group exists, time counts from its expected creation: now, or when a scheduled event begins.
  const base = early ? (state.alarms.armed.start?.at ?? turn.now) : Date.parse(state.plan.layout.createdAt);
  let target = early ? 0 : Date.parse(state.plan.layout.expiresAt);
  for (const operation of waiting) {
    const command = operation.command;
    const end =
      early && command?.command === 'extend' && command.ttlSeconds !== undefined
        ? base + command.ttlSeconds * 1000
        : wantedEnd(turn, operation);
    const ttl = (end - base) / 1000;
    if (!(ttl >= TTL_MIN_SECONDS && ttl <= TTL_MAX_SECONDS))
      refuse(turn, operation, `the whole time to live must be between 15m and ${formatDuration(TTL_MAX_SECONDS)}`);
    else if (!early && end < Date.parse(state.plan.layout.expiresAt))
      refuse(turn, operation, `the event already ends later, at ${state.plan.layout.expiresAt}`);
    else target = Math.max(target, end);
  }
  const serving = state.commands.open.filter(({ name, serving: now }) => name === 'extend' && !now);
  if (serving.length === 0) {
    tooLate(turn);
    return;
  }
  if (early) {
    state.plan.layout = { ...state.plan.layout, ttlSeconds: Math.round((target - base) / 1000) };
    for (const operation of serving) closeOperation(turn, operation, 'done');
    return;
  }
  state.commands.open = state.commands.open.map((each) => (each.name === 'extend' ? { ...each, serving: true } : each));
  const ttlSeconds = Math.round((target - base) / 1000);
  startAction(turn, EXPIRES_TAG, { kind: 'expires-tag', expires: iso(target), ttl: formatDuration(ttlSeconds) });
}

function refuse(turn: Turn, operation: OpenOperation, reason: string): void {
  closeOperation(turn, operation, 'refused', reason);
}

/** The tag is patched: set the new alarms; the acknowledgement follows when they are confirmed. */
export function extended(turn: Turn, expires: string): void {
  const { state } = turn;
  delete state.expiry.expired;
  delete state.expiry.outlives;
  state.plan.layout = {
    ...state.plan.layout,
    expiresAt: expires,
    ttlSeconds: Math.round((Date.parse(expires) - Date.parse(state.plan.layout.createdAt)) / 1000),
  };
  journal(turn, 'extended', `ends at ${expires}`);
  armExpiry(turn);
  state.expiry.acknowledge = state.commands.open.filter(({ serving }) => serving).map(({ operationId }) => operationId);
}

/** The tag could not be patched: the old end stands. */
export function extensionFailed(turn: Turn, reason: string): void {
  for (const operation of turn.state.commands.open)
    if (operation.serving) closeOperation(turn, operation, 'failed', reason);
  tooLate(turn);
}

function tooLate(turn: Turn): void {
  const { state } = turn;
  if (!state.expiry.expired || state.commands.open.some(({ name }) => name === 'extend')) return;
  delete state.expiry.expired;
  timeIsUp(turn);
}

/** Acknowledges extensions whose alarms are set. */
export function acknowledge(turn: Turn): void {
  const { state } = turn;
  const unset = state.outbox.unconfirmed.some(
    ({ effect }) => effect.effect === 'start' && effect.orchestration === 'alarm',
  );
  if (unset || state.expiry.acknowledge.length === 0) return;
  const ids = new Set(state.expiry.acknowledge);
  state.expiry.acknowledge = [];
  for (const operation of state.commands.open)
    if (ids.has(operation.operationId)) closeOperation(turn, operation, 'done');
}
