import type { OrchestrationContext } from 'durable-functions';
import { machineOf } from '../domain/lifecycle/machine.ts';
import { retrace, unperformed } from '../domain/lifecycle/retrace.ts';
import { instanceId } from '../domain/names.ts';
import type { Effect } from '../domain/seam/effect.ts';
import { ACTIVITY, INBOX } from '../domain/seam/functions.ts';
import { mustBe } from '../domain/seam/input.ts';
import { lifecycleInput } from '../domain/seam/lifecycle-check.ts';
import type { LifecycleInput } from '../domain/seam/lifecycle-input.ts';
import type { Message } from '../domain/seam/message.ts';
import { type EffectOutcome, PERFORM_TRIES } from '../domain/seam/outcome.ts';
import type { Machine } from '../domain/seam/reducer.ts';
import { callPatiently, messageOf, now, type Steps, sleep } from './retry.ts';

/** Output of a finished lifecycle; everything else is in `record-<deploymentId>`. */
export interface LifecycleOutput {
  deploymentId: string;
  state: string;
}

/**
 * The event: runs the pure reducer. One inbox, one message at a time, one activity call per list of effects. The status is set before
 * effects are yielded, because nodes read it (the fence, docs/architecture.md). It never continues as new: buffered messages may be
 * lost then. One that begins with a past goes on where that one stood.
 */
export function* lifecycle(context: OrchestrationContext): Steps<LifecycleOutput> {
  const input: unknown = context.df.getInput();
  mustBe(lifecycleInput, input, 'be an event');
  // Under any other id the event would exist twice.
  if (context.df.instanceId !== instanceId.lifecycle(input.event))
    throw new Error(`Cannot run event ${input.event} under another instance id`);
  const machine = machineOf(input);
  let { step, inbox } = retrace(machine, input.past ?? { startedAt: now(context), told: [] });
  for (;;) {
    show(context, machine, step.state);
    while (step.effects.length > 0) {
      const effects = step.effects;
      const outcomes = yield* perform(context, effects);
      step = machine.performed(step.state, effects, outcomes, now(context));
      show(context, machine, step.state);
    }
    const { state, finishing, finished } = machine.standing(step.state);
    if (finished) return { deploymentId: input.deploymentId, state };
    const message = inbox.length > 0 ? inbox.shift() : yield* nextMessage(context, input, finishing);
    step = machine.receive(step.state, message, now(context));
  }
}

/** Seconds between retries of the last effects: no message comes any more that would trigger one. */
const FINISHING_SECONDS = 60;

function* nextMessage(context: OrchestrationContext, input: LifecycleInput, finishing: boolean): Steps<unknown> {
  if (!finishing) return yield context.df.waitForExternalEvent(INBOX);
  yield* sleep(context, FINISHING_SECONDS * 1000);
  const message: Message = { type: 'nudge', deploymentId: input.deploymentId };
  return message;
}

/** Encoded only when the turn's result is written: a replay passes here once per message, and the last status counts. */
function show(context: OrchestrationContext, machine: Machine, state: unknown): void {
  context.df.setCustomStatus({ toJSON: () => machine.show(state) });
}

/** A failure becomes an outcome: effects never fail the lifecycle. */
function* perform(context: OrchestrationContext, effects: readonly Effect[]): Steps<EffectOutcome[]> {
  try {
    return yield* callPatiently<EffectOutcome[]>(context, ACTIVITY.perform, effects, PERFORM_TRIES);
  } catch (error) {
    return unperformed(effects, messageOf(error));
  }
}
