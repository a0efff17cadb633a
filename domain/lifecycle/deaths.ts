import { journal, type Turn } from './turn.ts';

/** After this many deaths in a row nothing is restarted. */
const LIMIT = 3;

/** Counts a death. @returns whether to start again */
export function survives(turn: Turn, id: string): boolean {
  const deaths = (turn.state.work.deaths[id] ?? 0) + 1;
  turn.state.work.deaths[id] = deaths;
  return deaths <= LIMIT;
}

/** Writes a death and the restart into the journal. */
export const noteDeath = (turn: Turn, id: string, why: string): void =>
  journal(turn, 'died', `${id}: ${why}; begun anew (${turn.state.work.deaths[id]} of ${LIMIT})`);
