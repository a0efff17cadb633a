/**
 * The end of the time to live. The group is looked at first: a `hold` tag keeps it, and resources of others in it are named in the
 * warning. A look that fails is repeated, because a group that may be held is never deleted.
 */
import type { Failure } from '../seam/failure.ts';
import type { NodeFacts } from '../seam/node.ts';
import { failureText } from './failures.ts';
import { startAction } from './nodes.ts';
import { beginTeardown } from './removal.ts';
import { journal, notify, setAlarm, type Turn } from './turn.ts';

type Moment = 'warning' | 'end';

const lookId = (before: Moment): string => `look-${before}`;

/** Milliseconds between two looks at a group that is held, and at one that could not be looked at. */
const HELD = 15 * 60_000;
const UNSEEN = 60_000;

export function onExpiryAlarm(turn: Turn, alarm: 'ttl' | 'warning'): void {
  const { state } = turn;
  if (alarm === 'warning') {
    if (!look(turn, 'warning')) warn(turn, {});
    return;
  }
  // An extension accepted in time wins against the alarm it was meant to move.
  if (state.commands.open.some(({ name }) => name === 'extend')) state.expiry.expired = true;
  else timeIsUp(turn);
}

/** The time is up, and no extension is on its way. */
export function timeIsUp(turn: Turn): void {
  if (!look(turn, 'end')) beginTeardown(turn, 'the time to live ended');
}

/** @returns false when there is no group to look at, or it is being removed already */
function look(turn: Turn, before: Moment): boolean {
  const { state } = turn;
  if (state.work.nodes['resource-group']?.state !== 'done' || state.removal.stopping || state.removal.current?.running)
    return false;
  if (!state.work.actions[lookId(before)]) startAction(turn, lookId(before), { kind: 'look-group', before });
  return true;
}

/** The group was looked at, or could not be. */
export function onLooked(turn: Turn, before: Moment, { hold, left }: NodeFacts, failure?: Failure): void {
  const { state } = turn;
  if (before === 'warning') {
    warn(turn, { hold, left });
    return;
  }
  if (state.end.finishing || Date.parse(state.plan.layout.expiresAt) > turn.now) return;
  if (state.commands.open.some(({ name }) => name === 'extend')) {
    state.expiry.expired = true;
    return;
  }
  if (failure) {
    setAlarm(turn, 'ttl', turn.now + UNSEEN);
    if (state.expiry.unseen) return;
    state.expiry.unseen = true;
    const { title } = turn.input.request;
    notify(
      turn,
      'people-needed',
      `${title}: its time ended, but its group cannot be looked at: ${failureText(failure)}`,
    );
    return;
  }
  delete state.expiry.unseen;
  if (typeof hold !== 'string') {
    const why =
      state.expiry.hold === undefined
        ? 'the time to live ended'
        : 'the time to live ended, and no hold tag keeps it any more';
    delete state.expiry.hold;
    delete state.expiry.outlives;
    beginTeardown(turn, why);
    return;
  }
  if (!state.expiry.outlives) {
    state.expiry.outlives = true;
    const text = `its time ended at ${state.plan.layout.expiresAt}, but the tag hold=${hold} keeps it; it costs money until the tag is gone`;
    journal(turn, 'held', text);
    notify(turn, 'expiring', `${turn.input.request.title}: ${text}`);
  }
  state.expiry.hold = hold;
  setAlarm(turn, 'ttl', turn.now + HELD);
}

function warn(turn: Turn, { hold, left }: { hold?: unknown; left?: unknown }): void {
  const { state, input } = turn;
  if (typeof hold === 'string') state.expiry.hold = hold;
  else delete state.expiry.hold;
  const kept =
    typeof hold === 'string' ? `would end at ${state.plan.layout.expiresAt}, but the tag hold=${hold} keeps it` : '';
  const text = kept || `ends at ${state.plan.layout.expiresAt}`;
  const stays = typeof left === 'string' ? `; its group stays because it holds resources of others: ${left}` : '';
  journal(turn, 'expiring', `${text}${stays}`);
  notify(turn, 'expiring', `${input.request.title} ${text}${stays}`);
}
