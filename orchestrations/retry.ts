import type { OrchestrationContext, Task } from 'durable-functions';
import { ACTIVITY } from '../domain/seam/functions.ts';
import type { Delivery } from '../domain/seam/message.ts';

/** Generator of an orchestrator: yields tasks, receives their results. */
export type Steps<T> = Generator<Task, T, unknown>;

/** The orchestrator's deterministic clock, milliseconds since the Unix epoch. */
export const now = (context: OrchestrationContext): number => context.df.currentUtcDateTime.getTime();

/** Sleeps on a durable timer for some milliseconds of the wall clock. */
export function* sleep(context: OrchestrationContext, ms: number): Steps<void> {
  yield context.df.createTimer(new Date(now(context) + ms));
}

export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 500);

/**
 * Calls an activity until it answers, a fresh call each time, waiting 1, 2, 4, ... 60 seconds between.
 * The SDK's own retry is not used: with a retry timeout it never throws (durable-functions-js issue 629).
 * @throws the last error after `tries` calls
 */
export function* callPatiently<T>(
  context: OrchestrationContext,
  activity: string,
  input: unknown,
  tries: number,
): Steps<T> {
  for (let tried = 1; ; tried++) {
    try {
      return (yield context.df.callActivity(activity, input)) as T;
    } catch (error) {
      if (tried >= tries) throw error;
    }
    yield* sleep(context, Math.min(60, 2 ** (tried - 1)) * 1000);
  }
}

/** From when until now something took. */
export const took = (context: OrchestrationContext, began: number): Pick<Delivery, 'began' | 'ended'> => ({
  began: new Date(began).toISOString(),
  ended: new Date(now(context)).toISOString(),
});

/** Puts a message into the lifecycle's inbox. Gives up after about a quarter of an hour: the sweep then finds it as this instance's output. */
export function* report(context: OrchestrationContext, delivery: Delivery): Steps<void> {
  try {
    yield* callPatiently(context, ACTIVITY.report, delivery, 20);
  } catch {
    // The output of the orchestration says the same.
  }
}
