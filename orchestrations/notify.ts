import type { OrchestrationContext } from 'durable-functions';
import { instanceId } from '../domain/names.ts';
import { ACTIVITY } from '../domain/seam/functions.ts';
import { mustBe } from '../domain/seam/input.ts';
import type { Message } from '../domain/seam/message.ts';
import type { Notification } from '../domain/seam/records.ts';
import { notificationInput } from '../domain/seam/records.ts';
import { callPatiently, messageOf, report, type Steps, sleep } from './retry.ts';

/** Calls of one go: half a minute. */
const TRIES = 6;
/** Minutes after which what was not delivered is tried again: who sleeps may still want to know in the morning, not next week. */
const LATER_MINUTES = [5, 30, 120, 480] as const;

/**
 * Tells people. It may take long or fail, so it runs outside the lifecycle's loop. Failures show in the event's journal and status. What
 * is given up is also a failed instance, because an event that has ended has no journal any more.
 */
export function* notify(context: OrchestrationContext): Steps<void> {
  const notification: unknown = context.df.getInput();
  mustBe(notificationInput, notification, 'tell people');
  for (let round = 0; ; round++) {
    try {
      yield* callPatiently(context, ACTIVITY.notify, notification, TRIES);
      if (round > 0) yield* say(context, notification, 'delivered');
      return;
    } catch (error) {
      const reason = reasonOf(error);
      const minutes = LATER_MINUTES[round];
      context.df.setCustomStatus({ detail: reason });
      if (round === 0 || minutes === undefined)
        yield* say(context, notification, minutes === undefined ? 'given-up' : 'delayed', reason);
      if (minutes === undefined) throw error;
      yield* sleep(context, minutes * 60_000);
    }
  }
}

/** What the activity said, without what the SDK and the host put around it. */
const reasonOf = (error: unknown): string =>
  (messageOf(error).split('\n')[0] ?? '').replace(/^Activity function '\w+' failed:\s*/, '').trim();

/** Kinds that are about no event that could hear it: a schedule's occurrence that was missed, a build of an image. */
const OF_NO_EVENT: readonly Notification['kind'][] = ['schedule', 'image'];

/** Says it to the event it is about. */
function* say(
  context: OrchestrationContext,
  { kind, text, event, deploymentId }: Notification,
  outcome: Extract<Message, { type: 'told' }>['outcome'],
  reason?: string,
): Steps<void> {
  if (OF_NO_EVENT.includes(kind)) return;
  const id = context.df.instanceId;
  const message: Message = {
    type: 'told',
    deploymentId,
    id,
    text: `${kind}: ${text}`,
    outcome,
    ...(reason === undefined ? {} : { reason }),
  };
  yield* report(context, { parent: instanceId.lifecycle(event), message });
}
