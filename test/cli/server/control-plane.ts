/**
 * A control plane that speaks the contract over real HTTP and keeps a deployment's life in memory, so that every exit code and
 * message of the command line can be tested without Azure or a simulator. What it does next is decided by the test through `script`.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: unknown;
}
export interface Answer {
  status?: number;
  json?: unknown;
  text?: string;
  headers?: Record<string, string>;
  /** Breaks the connection without an answer. */
  destroy?: boolean;
  /** Takes over the response, for streams. */
  stream?: (response: ServerResponse) => void;
}
export type Handler = (seen: Seen, params: string[]) => Answer | Promise<Answer>;

export class ControlPlane {
  readonly seen: Seen[] = [];
  readonly #routes: { method: string; pattern: RegExp; handler: Handler }[] = [];
  readonly #server: Server;
  #port = 0;

  constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }
  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
  /** The newest route for a path wins, so a test can change its mind. `:x` in the path is a parameter. */
  on(method: string, path: string, handler: Handler | Answer): this {
    const pattern = new RegExp(`^${path.replace(/:[a-z]+/g, '([^/]+)')}$`);
    this.#routes.unshift({ method, pattern, handler: typeof handler === 'function' ? handler : () => handler });
    return this;
  }
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    let text = '';
    for await (const chunk of request) text += chunk;
    const method = request.method ?? 'GET';
    const seen: Seen = {
      method,
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: text ? JSON.parse(text) : undefined,
    };
    this.seen.push(seen);
    const route = this.#routes.find((entry) => entry.method === method && entry.pattern.test(url.pathname));
    const params = route?.pattern.exec(url.pathname)?.slice(1).map(decodeURIComponent) ?? [];
    const answer = route
      ? await route.handler(seen, params)
      : problem(404, 'Not found', `No route ${method} ${url.pathname}`);
    if (answer.destroy) {
      request.socket.destroy();
      return;
    }
    if (answer.stream) {
      answer.stream(response);
      return;
    }
    response.writeHead(answer.status ?? 200, {
      'content-type': answer.text === undefined ? 'application/json' : 'text/plain',
      ...answer.headers,
    });
    response.end(answer.text ?? JSON.stringify(answer.json ?? {}));
  }
}

export const problem = (
  status: number,
  title: string,
  detail?: string,
  more: Record<string, unknown> = {},
): Answer => ({
  status,
  json: { type: 'about:blank', title, status, detail, ...more },
  headers: { 'content-type': 'application/problem+json' },
});
