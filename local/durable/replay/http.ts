/** callHttp: one HTTP activity per attempt, a timer between polls while the answer is 202 (DurableOrchestrationContext.CallHttpAsync). */
import type { HttpRequest } from './actions.ts';
import type { Task } from './task.ts';

/** Name of the activity that the extension registers for callHttp. */
export const HTTP_ACTIVITY = 'BuiltIn::HttpActivity';

export interface HttpResponse {
  statusCode: number;
  headers: Record<string, string | string[]>;
  content: string | null;
}
interface HttpDeps {
  send: (request: HttpRequest) => Task;
  wait: (ms: number) => Task;
  sleep: number;
}

export function* pollHttp(request: HttpRequest, deps: HttpDeps): Generator<Task, unknown, unknown> {
  let response = parse(yield deps.send(request));
  while (response?.statusCode === 202 && request.asynchronousPatternEnabled) {
    const retryAfter = header(response, 'retry-after');
    yield deps.wait(retryAfter === undefined ? deps.sleep : Number.parseInt(retryAfter, 10) * 1000);
    const location = header(response, 'location');
    // The SDK has stopped polling by then too.
    if (location === undefined) throw new Error('The HTTP response has no Location header');
    response = parse(yield deps.send(pollRequest(request, location)));
  }
  return response;
}

function pollRequest(request: HttpRequest, location: string): HttpRequest {
  const headers = Object.entries(request.headers ?? {}).filter(([name]) => name.toLowerCase() !== 'x-functions-key');
  return {
    method: 'GET',
    uri: location,
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
    ...(request.tokenSource && { tokenSource: request.tokenSource }),
    asynchronousPatternEnabled: true,
  };
}

const parse = (result: unknown): HttpResponse | undefined =>
  typeof result === 'string' ? (JSON.parse(result) as HttpResponse) : undefined;

function header(response: HttpResponse, name: string): string | undefined {
  const entry = Object.entries(response.headers ?? {}).find(([key]) => key.toLowerCase() === name);
  const value = entry?.[1];
  return Array.isArray(value) ? value[0] : value;
}
