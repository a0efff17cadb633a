/**
 * In-process transport of the durable client.
 *
 * `durable-functions` calls its host with axios at `rpcBaseUrl`. When the app loads it, its axios gets an adapter that
 * hands requests for a host of this process straight to that host, without a socket; all others go where they went before.
 */
import { STATUS_CODES } from 'node:http';
import { observeRequire } from './core-module.ts';
import { asked, fromRequest, type HttpIncoming, type HttpOutgoing, textOf, toResponse } from './http-message.ts';

type Handler = (request: HttpIncoming) => Promise<HttpOutgoing>;

/** What is used of axios 1.x (axios, `lib/adapters/README.md`: an adapter takes a config and resolves with a response). */
interface AxiosConfig {
  url?: string;
  method?: string;
  data?: unknown;
  headers?: { toJSON?: () => Record<string, unknown> };
  validateStatus?: ((status: number) => boolean) | null;
}
interface AxiosResponse {
  data: string;
  status: number;
  statusText: string;
  headers: unknown;
  config: AxiosConfig;
  request: unknown;
}
type Adapter = (config: AxiosConfig) => Promise<unknown>;
interface Axios {
  defaults: { adapter: unknown };
  getAdapter(adapters: unknown): Adapter;
  AxiosHeaders: { from(headers: Record<string, string>): unknown };
  AxiosError: new (
    message: string,
    code: string,
    config: AxiosConfig,
    request: unknown,
    response: AxiosResponse,
  ) => Error;
}

const KEY = Symbol.for('stream-control.in-process-hosts');
const globals = globalThis as { [KEY]?: Map<string, Handler> };

function handlers(): Map<string, Handler> {
  if (globals[KEY]) return globals[KEY];
  const map = new Map<string, Handler>();
  globals[KEY] = map;
  const adapted = new WeakSet<object>();
  observeRequire((id, from, exports) => {
    if (id !== 'axios' || !/[\\/]durable-functions[\\/]/.test(from)) return;
    const axios = (exports as { default?: Axios }).default ?? (exports as Axios);
    if (typeof axios.getAdapter !== 'function' || adapted.has(axios)) return;
    adapted.add(axios);
    adapt(axios, map);
  });
  return map;
}

function adapt(axios: Axios, map: Map<string, Handler>): void {
  const network = axios.getAdapter(axios.defaults.adapter);
  const adapter: Adapter = async (config) => {
    const handler = config.url === undefined ? undefined : map.get(originOf(config.url));
    if (!handler || config.url === undefined) return network(config);
    const body = typeof config.data === 'string' && config.data !== '' ? config.data : undefined;
    const method = (config.method ?? 'get').toUpperCase();
    const answer = await handler(asked({ method, url: config.url, headers: headersOf(config), body }));
    const response: AxiosResponse = {
      data: await textOf(answer),
      status: answer.status,
      statusText: STATUS_CODES[answer.status] ?? '',
      headers: axios.AxiosHeaders.from(Object.fromEntries(answer.headers)),
      config,
      request: undefined,
    };
    if (!config.validateStatus || config.validateStatus(response.status)) return response;
    const message = `Request failed with status code ${response.status}`;
    throw new axios.AxiosError(message, 'ERR_BAD_RESPONSE', config, undefined, response);
  };
  axios.defaults.adapter = adapter;
}

function headersOf(config: AxiosConfig): Record<string, string> {
  const given = Object.entries(config.headers?.toJSON?.() ?? {});
  return Object.fromEntries(
    given.filter(([, value]) => value != null).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return '';
  }
}

/** Must run before an app is loaded: the durable client copies axios's defaults when it is made. */
export const prepareInProcess = (): void => void handlers();

/**
 * Lets durable clients of this process reach `handler` at `origin`.
 * @returns what takes it back: whoever was left behind is refused from then on, without the network being asked for a name it cannot know
 */
export function serveInProcess(origin: string, handler: Handler): () => void {
  handlers().set(origin, handler);
  return () => {
    if (handlers().get(origin) !== handler) return;
    if (isInvented(origin)) handlers().set(origin, refuse);
    else handlers().delete(origin);
  };
}

/** A host without a socket has a name that no resolver is to be asked for. */
const isInvented = (origin: string): boolean => new URL(origin).hostname.endsWith('.localhost');

async function refuse(request: HttpIncoming): Promise<never> {
  throw Object.assign(new Error(`connect ECONNREFUSED ${request.url.host}`), { code: 'ECONNREFUSED' });
}

/** `fetch` that reaches hosts of this process without a socket, for callHttp of the durable engine. */
export const inProcessFetch: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  const handler = handlers().get(new URL(request.url).origin);
  return handler ? toResponse(await handler(fromRequest(request)), request.method) : fetch(request);
};
