import type { SimRequest, SimResponse } from './http.ts';
import type { JsonObject } from './json.ts';

const KEPT = 5000;

/** What was called: never a body, never a token. */
export class Journal {
  readonly #lines: JsonObject[] = [];

  add(request: SimRequest, response: SimResponse | undefined, at: string, requestId: string): void {
    this.#lines.push({
      at,
      method: request.method,
      host: request.url.host,
      path: request.url.pathname,
      query: request.url.search,
      status: response?.status ?? null,
      requestId,
      clientRequestId: request.headers['x-ms-client-request-id'],
      userAgent: request.headers['user-agent'],
      command: request.headers.commandname,
    });
    if (this.#lines.length > KEPT) this.#lines.splice(0, this.#lines.length - KEPT);
  }
  list(): JsonObject[] {
    return this.#lines;
  }
  clear(): void {
    this.#lines.length = 0;
  }
}
