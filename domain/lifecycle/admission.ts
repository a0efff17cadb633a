import type { CommandName } from '../seam/command.ts';
import { type EventState, is } from '../states.ts';

/** Commands that count against {@link COMMAND_LIMIT}, which keeps the history readable. Teardown and extend are always taken. */
export const COMMAND_LIMIT = 200;
export const TOO_MANY = `an event takes at most ${COMMAND_LIMIT} commands; only teardown and extend are left`;
export const isCounted = (command: CommandName): boolean => command !== 'teardown' && command !== 'extend';

/** What each command does to an event, as the words before its name. */
const VERBS: Readonly<Record<CommandName, string>> = {
  deploy: 'deploy',
  teardown: 'tear down',
  extend: 'extend',
  languages: 'change the languages of',
  pause: 'pause',
  resume: 'resume',
  remediate: 'remedy a component of',
  relocate: 'relocate',
  replace: 'replace the image of a component of',
  scale: 'scale a component of',
};

/** Why a command is not taken, for people. */
export const refusal = (command: CommandName, event: string, reason: string): string =>
  `Cannot ${VERBS[command]} ${JSON.stringify(event)}: ${reason}`;

/** What to do when a name is taken, by what its event is doing. */
export function takenAdvice(state: EventState | undefined, event: string): string {
  const watch = `'stream-control watch ${event}' follows it`;
  if (is(state, 'removing')) return `${watch}; the name is free when it has ended`;
  if (is(state, 'rising') || state === undefined) return `it is being deployed: ${watch}`;
  return `${watch}, and 'stream-control teardown ${event} --confirm' ends it`;
}

/** What becomes of an event whose lifecycle broke. */
export const BROKEN_STAYS = 'its resources stay until its time ends or a teardown removes them';

export type Admission =
  | { answer: 'accept' }
  /** HTTP 409; after a 202 the outcome is `refused`. */
  | { answer: 'conflict'; reason: string }
  /** HTTP 410. */
  | { answer: 'gone'; reason: string };

/**
 * Whether a command is taken in a state: the one table behind the reducer, the doors' 409 and 410, and docs/reference/states.md.
 * @param remains whether anything of the event still exists (only `failed` can be either)
 */
export function admission(state: EventState, remains: boolean, command: CommandName): Admission {
  const ended = is(state, 'final') && !(remains && is(state, 'stands'));
  const conflict = (reason: string): Admission => ({ answer: 'conflict', reason });
  if (command === 'deploy') return ended ? { answer: 'accept' } : conflict(`the event exists and is ${state}`);
  if (command === 'teardown') return { answer: 'accept' };
  if (state === 'broken') return conflict(`its lifecycle broke; ${BROKEN_STAYS}`);
  if (ended) return { answer: 'gone', reason: `the event is ${state}` };
  if (is(state, 'removing')) return conflict(`the event is ${state}`);
  if (command === 'extend') return { answer: 'accept' };
  if (command === 'resume')
    return state === 'paused' ? { answer: 'accept' } : conflict(`the event is ${state}, not paused`);
  if (command === 'remediate' && state === 'remediating') return { answer: 'accept' };
  // Nothing destructive is done to a healthy event on air.
  if (command === 'relocate')
    return is(state, 'unwell') ? { answer: 'accept' } : conflict(`the event is ${state}, not degraded`);
  return is(state, 'changeable') ? { answer: 'accept' } : conflict(`the event is ${state}, not live`);
}
