/** Commands that mixers and relays are told at once and that are no message to the event: what each is answered in a state, for doors, page and docs. */
import type { Admission } from './lifecycle/admission.ts';
import { type EventState, is } from './states.ts';

export const TOLD_COMMANDS = ['streaming', 'keys', 'sound', 'source', 'access'] as const;
export type ToldCommand = (typeof TOLD_COMMANDS)[number];

/** @param remains whether anything of the event still exists */
export function toldAdmission(state: EventState, remains: boolean, command: ToldCommand): Admission {
  const conflict = (reason: string): Admission => ({ answer: 'conflict', reason });
  if (!remains) return { answer: 'gone', reason: 'the event is gone' };
  if (state === 'broken') return conflict('its lifecycle broke: nothing that it is told is written down any more');
  if (is(state, 'leaving')) return conflict(`the event is ${state}; nothing of it is changed any more`);
  // Mixers are told before they are up, and do it then; of a relay somebody must be there to do it.
  if (command === 'source' && !is(state, 'up')) return conflict(`the event is ${state}; there is no presenter yet`);
  if (command === 'access' && !is(state, 'up'))
    return conflict(`the event is ${state}; nobody asks who may publish yet`);
  return { answer: 'accept' };
}
