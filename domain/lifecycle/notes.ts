import { own } from '../own.ts';
import type { Message } from '../seam/message.ts';
import { addReading } from './readings.ts';
import { journal, type Turn } from './turn.ts';

/** Most notes of commands kept, so that the history stays readable. Readings of secrets are counted separately and completely. */
export const NOTE_LIMIT = 1000;

/** Records something that changes nothing in the event. */
export function onNote(turn: Turn, { id, code, text }: Extract<Message, { type: 'note' }>): void {
  const { state } = turn;
  const seen = `note ${id}`;
  if (state.commands.taken[seen]) return;
  if (code === 'credentials') {
    state.commands.taken[seen] = true;
    state.journal.readings = addReading(state.journal.readings, text, turn.now);
    return;
  }
  if (state.journal.notes > NOTE_LIMIT) return;
  state.journal.notes++;
  if (state.journal.notes > NOTE_LIMIT) {
    journal(turn, code, 'more of this stands in the log of the control plane only');
    return;
  }
  state.commands.taken[seen] = true;
  journal(turn, code, text);
}

/** A notification failed and will be retried, was delivered late, or was given up. */
export function onTold(turn: Turn, { id, text, outcome, reason }: Extract<Message, { type: 'told' }>): void {
  const { state } = turn;
  const seen = `told ${id} ${outcome}`;
  if (state.commands.taken[seen] || state.commands.taken[`told ${id} delivered`]) return;
  state.commands.taken[seen] = true;
  const known = own(state.outbox.untold, id) !== undefined;
  if (outcome === 'delivered') {
    const { [id]: _told, ...untold } = state.outbox.untold;
    state.outbox.untold = untold;
    journal(turn, 'told-late', text);
    return;
  }
  if (!known) state.outbox.untold = { ...state.outbox.untold, [id]: turn.now };
  const what = outcome === 'delayed' ? 'tried again later' : 'given up';
  journal(turn, 'not-told', `${what}: ${text} (${reason ?? 'not delivered'})`);
}
