/** Retry policies of timer functions (Microsoft Learn, "Azure Functions error handling and retries"); HTTP functions have none. */
import type { Clock } from '../clock.ts';
import type { LogSink } from '../durable/ports.ts';
import { formatTimeSpan } from '../timespan.ts';
import type { RetryOptions } from './core-types.ts';
import { ensureError } from './errors.ts';
import type { Invocation } from './functions.ts';

/** Base of the exponential policy (azure-webjobs-sdk RandomizedExponentialBackoffStrategy.cs): grows around this many ms. */
const DELTA = 3_000;

/**
 * Milliseconds before retry number `attempt` (1, 2, ...).
 * @param random in [0, 1): the exponential policy spreads its delays by a fifth either way
 */
export function retryDelay(policy: RetryOptions, attempt: number, random: () => number): number {
  if (policy.retryStrategy !== 'exponentialBackoff') return (policy.delayInterval?.seconds ?? 0) * 1000;
  const least = (policy.minimumInterval?.seconds ?? 0) * 1000;
  const most = (policy.maximumInterval?.seconds ?? 0) * 1000;
  const grown = (2 ** (attempt - 1) - 1) * DELTA * (0.8 + random() * 0.4);
  return Math.min(most, least + grown);
}

export interface RetryTools {
  clock: Clock;
  log: LogSink;
  /** Random bytes, from which the exponential policy spreads its delays. */
  random: (length: number) => Uint8Array;
  /** Aborted when the host stops: what waits for its next attempt gives up. */
  stopping: AbortSignal;
}

/**
 * Runs `once` until it succeeds or the policy is exhausted.
 * @throws the error of the last attempt
 */
export async function withRetries<T>(
  name: string,
  policy: RetryOptions | undefined,
  invocation: Invocation,
  tools: RetryTools,
  once: (invocation: Invocation) => Promise<T>,
): Promise<T> {
  const most = policy?.maxRetryCount ?? 0;
  let current = invocation;
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(current);
    } catch (thrown) {
      if (!policy || (most !== -1 && attempt > most) || tools.stopping.aborted) throw thrown;
      const error = ensureError(thrown);
      const delay = retryDelay(policy, attempt, () => fraction(tools.random(4)));
      const retries = `Retry attempt ${attempt}${most === -1 ? '' : ` of ${most}`}`;
      tools.log('information', `Function.${name}`, `Waiting for \`${formatTimeSpan(delay)}\` before retry. ${retries}`);
      await pause(tools, delay);
      if (tools.stopping.aborted) throw thrown;
      const exception = { message: error.message, source: '', stackTrace: error.stack ?? '' };
      current = { ...invocation, retryContext: { retryCount: attempt, maxRetryCount: most, exception } };
    }
  }
}

/** A number in [0, 1). */
const fraction = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32;

function pause({ clock, stopping }: RetryTools, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.at(clock.now() + ms, resolve);
    stopping.addEventListener('abort', () => {
      cancel();
      resolve();
    });
  });
}
