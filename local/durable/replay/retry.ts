/**
 * Retries as the extension drives them (DTFx RetryInterceptor.cs): attempt, timer, attempt. The last failure is followed by one
 * more timer, due at once, which the SDK waits for.
 */
import type { RetryOptions } from './actions.ts';
import { ChildFailure } from './context.ts';
import type { Task } from './task.ts';

interface RetryDeps {
  /** Orchestrator time, ms since epoch. */
  now: () => number;
  timer: (fireAt: number) => Task;
  timedOut: (warning: string) => void;
  /** Off: retryTimeout is ignored, since the SDK counts attempts itself and gives up only after the last. */
  hangOnTimeout: boolean;
}

export function* withRetry(
  options: RetryOptions,
  attempt: () => Task,
  deps: RetryDeps,
): Generator<Task, unknown, unknown> {
  const first = deps.now();
  const expires =
    options.retryTimeoutInMilliseconds === undefined ? Infinity : first + options.retryTimeoutInMilliseconds;
  let failure: unknown;
  for (let count = 0; count < options.maxNumberOfAttempts; count++) {
    try {
      return yield attempt();
    } catch (error) {
      failure = error;
      if (error instanceof ChildFailure && error.failureDetails?.IsNonRetriable) throw error;
    }
    if (count + 1 === options.maxNumberOfAttempts) {
      yield deps.timer(deps.now());
      break;
    }
    if (deps.hangOnTimeout && deps.now() >= expires) {
      deps.timedOut(
        'A retry passed its retryTimeout: the extension stops retrying without the timer that the SDK waits for, so the orchestrator never sees the failure (durable-functions-js #629)',
      );
      break;
    }
    yield deps.timer(deps.now() + delay(options, count));
  }
  throw failure;
}

/** Wait after the failed attempt number `attempt` (from 0), ms. */
function delay(options: RetryOptions, attempt: number): number {
  const wanted = options.firstRetryIntervalInMilliseconds * (options.backoffCoefficient ?? 1) ** attempt;
  return Math.min(wanted, options.maxRetryIntervalInMilliseconds ?? Infinity);
}
