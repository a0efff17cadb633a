/**
 * The HTTP layer below every Azure SDK client: which network, how long to wait, what to repeat, what to remember.
 *
 * For the simulator the clients keep their cloud endpoints and only the last step, the socket, goes elsewhere: so every
 * policy (authentication, paging, long-running operations) runs exactly as it does in production.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  createDefaultHttpClient,
  type HttpClient,
  type PipelinePolicy,
  type PipelineResponse,
  type RestError,
} from '@azure/core-rest-pipeline';
import { ports } from '../ports/index.ts';
import { readsOnly } from './looking.ts';
import { observe } from './observing.ts';
import type { Settings } from './settings.ts';

/** Milliseconds one request may take. Azure Resource Manager gives up after 60 s itself. */
const REQUEST_TIMEOUT = 60_000;

/** One request and its answer, as the recorder saw it. */
export interface Exchange {
  method: string;
  url: string;
  /** Absent when no answer came. */
  status?: number;
  retryAfterSeconds?: number;
  body?: unknown;
}

const recorder = new AsyncLocalStorage<Exchange[]>();

/**
 * Runs `work` and keeps what its requests answered: the SDK's pollers drop the error's details and hide Retry-After.
 * Never wrap a call whose answer carries a secret.
 */
export async function recorded<T>(work: (exchanges: Exchange[]) => Promise<T>): Promise<T> {
  const exchanges: Exchange[] = [];
  return await recorder.run(exchanges, () => work(exchanges));
}

/** Seconds of a Retry-After in any of its spellings (Azure's millisecond headers, seconds, HTTP date), never negative. */
export function retryAfterSeconds(get: (name: string) => string | undefined): number | undefined {
  for (const name of ['retry-after-ms', 'x-ms-retry-after-ms']) {
    const value = Number(get(name));
    if (get(name) && Number.isFinite(value)) return Math.max(0, value / 1000);
  }
  const value = get('retry-after');
  if (!value) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - ports().now()) / 1000);
}

const parsed = (text: string | null | undefined): unknown => {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
};

const record: PipelinePolicy = {
  name: 'streamControlRecord',
  async sendRequest(request, next) {
    const exchanges = recorder.getStore();
    if (!exchanges) return await next(request);
    const exchange: Exchange = { method: request.method, url: request.url };
    exchanges.push(exchange);
    const response = await next(request);
    exchange.status = response.status;
    const after = retryAfterSeconds((name) => response.headers.get(name));
    if (after !== undefined) exchange.retryAfterSeconds = after;
    exchange.body = parsed(response.bodyAsText);
    return response;
  },
};

const limitTime: PipelinePolicy = {
  name: 'streamControlTimeout',
  sendRequest(request, next) {
    request.timeout ||= REQUEST_TIMEOUT;
    return next(request);
  },
};

const passing = (response: PipelineResponse) =>
  [408, 500, 502, 504].includes(response.status) && !response.headers.get('retry-after');

/**
 * Repeats a failed read once, at once. Everything else that may pass (429, 503, writes) is left to durable timers:
 * an activity that sleeps holds a worker, and the SDK's own policy would sleep as long as Retry-After says.
 */
const repeatReads: PipelinePolicy = {
  name: 'streamControlRepeatReads',
  async sendRequest(request, next) {
    if (request.method !== 'GET' && request.method !== 'HEAD') return await next(request);
    try {
      const response = await next(request);
      return passing(response) ? await next(request) : response;
    } catch (error) {
      // The older SDK generation throws for every answer it did not expect, a plain 404 among them.
      const answered = (error as Partial<RestError>).response;
      if (request.abortSignal?.aborted || (answered && !passing(answered))) throw error;
      return await next(request);
    }
  },
};

const network = createDefaultHttpClient();

const rewriting = (base: URL): HttpClient => ({
  async sendRequest(request) {
    const original = request.url;
    const target = new URL(original);
    request.headers.set('x-sim-host', target.host);
    target.protocol = base.protocol;
    target.host = base.host;
    request.url = target.href;
    request.allowInsecureConnection = true;
    try {
      return await network.sendRequest(request);
    } finally {
      // Policies above (redirects, repeats) and pollers go on with the URL they know.
      request.url = original;
    }
  },
});

/** The network of the configured cloud; the host's own (ports) wins, looked up per request so that it may come late. */
export function createTransport(settings: Pick<Settings, 'simulatorUrl'>): HttpClient {
  const own = settings.simulatorUrl === undefined ? network : rewriting(new URL(settings.simulatorUrl));
  return {
    sendRequest: (request) => ((ports().httpClient as HttpClient | undefined) ?? own).sendRequest(request),
  };
}

/** Options shared by the clients of both SDK generations. */
export const clientOptions = (transport: HttpClient) => ({
  httpClient: transport,
  retryOptions: { maxRetries: 0 },
  additionalPolicies: [
    { policy: readsOnly, position: 'perCall' as const },
    { policy: limitTime, position: 'perCall' as const },
    { policy: repeatReads, position: 'perCall' as const },
    { policy: record, position: 'perRetry' as const },
    { policy: observe, position: 'perRetry' as const },
  ],
});
