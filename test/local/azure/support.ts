import { setImmediate as turn } from 'node:timers/promises';
import type { TokenCredential } from '@azure/core-auth';
import { vi } from 'vitest';
import type { SimResponse } from '../../../local/azure/core/http.ts';
import type { JsonObject } from '../../../local/azure/core/json.ts';
import type { Simulator } from '../../../local/azure/simulator.ts';
import { RealClock } from '../../../local/clock.ts';
import { createSimulator, type FleetOptions } from '../../../local/fleet/simulator.ts';

export const START = Date.UTC(2026, 10, 21, 2);
export const SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';
export const S = `/subscriptions/${SUBSCRIPTION}`;

/** Timers and Date are the test's, so that the SDKs' own waiting happens in virtual time too. */
export const fakeTime = (): void => {
  vi.useFakeTimers({
    now: START,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
};

export const simulator = (options: Partial<FleetOptions> = {}): Simulator =>
  createSimulator({ clock: new RealClock(), ...options });

/** Lets time pass until `promise` settles. */
export async function settle<T>(promise: PromiseLike<T>): Promise<T> {
  let open = true;
  const close = () => {
    open = false;
  };
  promise.then(close, close);
  while (open) {
    await turn();
    if (open) await vi.advanceTimersToNextTimerAsync();
  }
  return promise;
}

export const pass = (seconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(seconds * 1000);

export const credential: TokenCredential = {
  getToken: async () => ({ token: 'any', expiresOnTimestamp: Date.now() + 86_400_000 }),
};

/** Client options for every SDK client. */
export const clientOptions = (sim: Simulator) => ({ httpClient: sim.httpClient, retryOptions: { maxRetries: 0 } });

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: JsonObject;
}

/** One raw request, for what the SDKs cannot send. */
export async function call(
  sim: Simulator,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const url = new URL(path.startsWith('https:') ? path : `https://management.azure.com${path}`);
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const response: SimResponse = await sim.handle({
    method,
    url,
    headers: { authorization: 'Bearer any', ...headers },
    body: text,
  });
  return { status: response.status, headers: response.headers ?? {}, body: (response.body ?? {}) as JsonObject };
}

export const errorOf = (answer: Answer): JsonObject => answer.body.error as JsonObject;

/** Rejects with an error that has these members. */
export async function failure(
  promise: PromiseLike<unknown>,
): Promise<{ code?: string; statusCode?: number; message: string; details?: unknown }> {
  try {
    await settle(promise);
  } catch (error) {
    return error as { message: string };
  }
  throw new Error('Cannot find the failure: the call succeeded');
}
