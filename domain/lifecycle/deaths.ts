import { journal, type Turn } from './turn.ts';

/** Deaths in a row after which the same thing is not begun once more. */
const LIMIT = 3;

/** Counts a death; whether what died is begun once more. */
export function survives(turn: Turn, id: string): boolean {
  const deaths = (turn.state.work.deaths[id] ?? 0) + 1;
  turn.state.work.deaths[id] = deaths;
  return deaths <= LIMIT;
}

/** Writes down that something died, and what becomes of it. */
export const noteDeath = (turn: Turn, id: string, why: string): void =>
  journal(turn, 'died', `${id}: ${why}; begun anew (${turn.state.work.deaths[id]} of ${LIMIT})`);
