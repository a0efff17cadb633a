import type { SimResponse } from './http.ts';
import type { JsonObject } from './json.ts';
import type { Operation } from './model.ts';
import type { LroStyle } from './provider.ts';
import type { Sim } from './sim.ts';

/** Seconds az waits between polls when Azure gives no hint: a faster Azure has to say so. */
const UNHINTED = 30;
const paced = (seconds: number, timeScale: number): string =>
  String(Math.max(50, Math.round((seconds * 1000) / timeScale)));

/** Retry-After of a running operation: divided by the time scale; whole seconds, as `0` would count as absent; az reads the milliseconds. */
export function retryAfter(seconds: number | undefined, timeScale: number): Record<string, string> {
  if (seconds === undefined) return timeScale > 1 ? { 'x-ms-retry-after-ms': paced(UNHINTED, timeScale) } : {};
  const headers: Record<string, string> = { 'retry-after': String(Math.max(1, Math.ceil(seconds / timeScale))) };
  if (timeScale > 1) headers['x-ms-retry-after-ms'] = paced(seconds, timeScale);
  return headers;
}

const url = (origin: string, path: string, query: Record<string, string>): string =>
  `${origin}${path}?${new URLSearchParams(query)}`;

/** The URLs of an operation on the caller's own origin. */
function operationUrls(style: LroStyle, operation: Operation, origin: string): { status: string; location: string } {
  const query = { ...style.query?.(operation), 'api-version': style.apiVersion ?? operation.apiVersion };
  const path = style.path(operation);
  return {
    status: url(origin, path, query),
    location: style.locationPath
      ? url(origin, style.locationPath(operation), query)
      : url(origin, path, { ...query, monitor: 'true' }),
  };
}

/** Headers of the answer that accepts the operation. */
export function firstHeaders(style: LroStyle, operation: Operation, origin: string, sim: Sim): Record<string, string> {
  const urls = operationUrls(style, operation, origin);
  const headers: Record<string, string> = { ...style.firstHeaders, ...retryAfter(style.retryAfter, sim.time.scale) };
  if (style.headers.includes('azure-async')) headers['azure-asyncoperation'] = urls.status;
  if (style.headers.includes('location')) headers.location = urls.location;
  return headers;
}

/** GET on the Azure-AsyncOperation URL: always 200, also for failures. */
export function pollStatus(style: LroStyle, operation: Operation, sim: Sim): SimResponse {
  const running = operation.status === 'InProgress';
  const headers: Record<string, string> = running ? retryAfter(style.pollRetryAfter, sim.time.scale) : {};
  if (operation.status === 'Canceled' && operation.data.supersededBy)
    headers['canceled-by-azure-asyncoperation'] = String(operation.data.supersededBy);
  return { status: 200, headers, body: style.status(operation, sim) };
}

/** GET on the Location URL: 202 until the end, then the result, or the failure as its own HTTP status. */
export function pollLocation(style: LroStyle, operation: Operation, origin: string, sim: Sim): SimResponse {
  if (operation.status === 'InProgress') {
    return {
      status: 202,
      headers: {
        location: operationUrls(style, operation, origin).location,
        ...retryAfter(style.pollRetryAfter ?? style.retryAfter, sim.time.scale),
      },
    };
  }
  if (operation.error) return { status: 409, body: { error: operation.error as unknown as JsonObject } };
  return style.locationDone === 204 ? { status: 204 } : { status: 200, body: operation.output };
}
