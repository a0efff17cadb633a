/** Commands that mixers and relays are told at once: to what they go, and what each is answered now. */

import { kindOf } from '../domain/kinds/index.ts';
import type { Part } from '../domain/kinds/kind.ts';
import type { Admission } from '../domain/lifecycle/admission.ts';
import { type ToldCommand, toldAdmission } from '../domain/told.ts';
import type { Lifecycle } from '../durable/deployments.ts';
import { eventNamed, knownLifecycle, stateOf } from './command.ts';
import type { Call } from './door.ts';
import { mixersIn, partsIn } from './parts.ts';
import { controlledIn } from './presenters.ts';
import { Problem } from './problem.ts';
import { decoded } from './views.ts';

/** What of an event takes two presenters. */
export const controlled = (lifecycle: Pick<Lifecycle, 'input' | 'status'>) =>
  controlledIn(partsIn(lifecycle), decoded(lifecycle));

/** Says who may publish and play, and takes users. */
export const keepsAccess = (lifecycle: Pick<Lifecycle, 'input' | 'status'>): boolean =>
  partsIn(lifecycle).some((part) => kindOf(part.rule).access?.(part) !== undefined);

/** By the event's state first, then by what it was deployed with. */
export function toldAnswer(lifecycle: Lifecycle, command: ToldCommand): Admission {
  const { template, request } = lifecycle.input;
  const byState = toldAdmission(stateOf(lifecycle), !lifecycle.over, command);
  // What a template never has is said whatever the state: nobody need wait for it.
  if (command === 'access' && byState.answer !== 'gone' && !keepsAccess(lifecycle))
    return { answer: 'conflict', reason: `template ${template.name} has nobody who asks who may publish` };
  if (byState.answer !== 'accept') return byState;
  if (command === 'source' && !controlled(lifecycle))
    return { answer: 'conflict', reason: `template ${template.name} has nothing that takes two presenters` };
  if ((command === 'streaming' || command === 'keys') && !request.keysGiven)
    return { answer: 'conflict', reason: 'the event has no stream keys; deploy it with youtubeKeys' };
  return byState;
}

const sentence = (reason: string): string => reason.charAt(0).toUpperCase() + reason.slice(1);

/** The event that a call names, when it takes the command, and what speaks for its languages. @throws Problem 404, 409, 410 */
export async function tellable(
  call: Pick<Call, 'durable' | 'param'>,
  command: ToldCommand,
): Promise<{ lifecycle: Lifecycle; mixers: Part[] }> {
  const lifecycle = await knownLifecycle(call, eventNamed(call.param('event')));
  const verdict = toldAnswer(lifecycle, command);
  if (verdict.answer !== 'accept')
    throw new Problem(verdict.answer === 'gone' ? 410 : 409, sentence(verdict.reason), {
      extra: { state: stateOf(lifecycle) },
    });
  return { lifecycle, mixers: mixersIn(lifecycle) };
}
