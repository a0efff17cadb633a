import { type EffectOutcome, PERFORM_TRIES } from '../seam/outcome.ts';
import type { Past } from '../seam/past.ts';
import type { Machine, Step } from '../seam/reducer.ts';

/** Where a lifecycle stood when nothing more was told to it. */
export interface Retraced {
  step: Step<unknown>;
  /** Messages that it had not taken yet. */
  inbox: unknown[];
}

/** What effects come to that could not be carried out. */
export const unperformed = (effects: readonly unknown[], error: string): EffectOutcome[] =>
  effects.map(() => ({ ok: false, error }));

/**
 * Takes the way of a lifecycle once more. Effects whose outcome was never told are the step's: they are to be asked for again, and each
 * is idempotent. Last effects that were tried again and again are so too.
 */
export function retrace(machine: Machine, { startedAt, told }: Past): Retraced {
  const inbox: unknown[] = [];
  let step = machine.start(startedAt);
  let failed = 0;
  let now = startedAt;
  for (const one of told) {
    now = Math.max(now, one.at);
    if ('message' in one) inbox.push(one.message);
    else if ('takeover' in one) {
      // What was asked for last has no outcome and will have none; it is asked for again with the takeover.
      while (step.effects.length > 0)
        step = machine.performed(step.state, step.effects, unperformed(step.effects, one.takeover.how), now);
      step = machine.takeOver(step.state, one.takeover, now);
    } else if (step.effects.length > 0) {
      const { outcomes } = one.performed;
      failed = outcomes ? 0 : failed + 1;
      const over = failed === PERFORM_TRIES;
      if (over) failed = 0;
      const came = outcomes ?? (over ? unperformed(step.effects, 'ActivityFailed') : undefined);
      if (came) step = machine.performed(step.state, step.effects, came, now);
    }
    while (step.effects.length === 0 && inbox.length > 0 && !machine.standing(step.state).finishing)
      step = machine.receive(step.state, inbox.shift(), now);
  }
  return { step, inbox };
}
