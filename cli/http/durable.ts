import { CliError, EXIT } from '../core/errors.ts';
import type { Client, RequestOptions } from './client.ts';
import { apiError } from './problem.ts';

/** An instance as the durable management API tells it (Microsoft Learn, "HTTP APIs in Durable Functions"). */
export interface Instance {
  name: string;
  instanceId: string;
  runtimeStatus: string;
  input?: unknown;
  customStatus?: unknown;
  output?: unknown;
  createdTime: string;
  lastUpdatedTime: string;
  historyEvents?: HistoryEvent[];
}
export interface HistoryEvent {
  EventType: string;
  Timestamp: string;
  ScheduledTime?: string;
  FunctionName?: string;
  FireAt?: string;
  Name?: string;
  Reason?: string;
  OrchestrationStatus?: string;
  Result?: unknown;
  Input?: unknown;
}

/** On Azure the extension has a key of its own, besides the sign-in. */
const keyNeeded = (): CliError =>
  new CliError(EXIT.failed, 'The durable management API asks for its system key', {
    hint: "pass --code or set STREAM_CONTROL_DURABLE_KEY; 'az functionapp keys list' shows it as durabletask_extension",
  });

const BASE = '/runtime/webhooks/durabletask';
const instancePath = (id: string, rest = ''): string => `${BASE}/instances/${encodeURIComponent(id)}${rest}`;

/** The durable management API of a control plane. On Azure it asks for the extension's system key (`code`). */
export class Durable {
  readonly #client: Client;
  readonly #code: string | undefined;
  constructor(client: Client, code?: string) {
    this.#client = client;
    this.#code = code;
  }
  #options(query: RequestOptions['query'] = {}): RequestOptions {
    return { query: { ...query, code: this.#code } };
  }
  /** All instances that match, page by page, up to `limit`. */
  async list(filter: { prefix?: string | undefined; status?: string | undefined }, limit: number): Promise<Instance[]> {
    const found: Instance[] = [];
    let token = '';
    do {
      const query = {
        top: Math.min(100, limit),
        showInput: false,
        instanceIdPrefix: filter.prefix,
        runtimeStatus: filter.status,
      };
      const response = await this.#client.send('GET', `${BASE}/instances`, {
        ...this.#options(query),
        ...(token && { headers: { 'x-ms-continuation-token': token } }),
      });
      if (response.status === 401) throw keyNeeded();
      if (!response.ok) throw await apiError(response);
      found.push(...((await response.json()) as Instance[]));
      token = response.headers.get('x-ms-continuation-token') ?? '';
    } while (token && found.length < limit);
    return found.slice(0, limit);
  }
  async get(id: string, history: boolean): Promise<Instance> {
    const query = { showInput: true, showHistory: history || undefined, showHistoryOutput: history || undefined };
    return (await (await this.#one('GET', id, '', query)).json()) as Instance;
  }
  /** `terminate`, `rewind`, `suspend` or `resume`: taken, not yet done. */
  async act(id: string, action: string, reason: string): Promise<void> {
    const response = await this.#one('POST', id, `/${action}`, { reason });
    await response.body?.cancel();
  }
  /** @returns how many instances were deleted */
  async purge(id: string): Promise<number> {
    return ((await (await this.#one('DELETE', id, '')).json()) as { instancesDeleted: number }).instancesDeleted;
  }
  /** One request about one instance; its own refusals in words (Microsoft Learn names only their codes). */
  async #one(method: string, id: string, rest: string, query: RequestOptions['query'] = {}): Promise<Response> {
    const response = await this.#client.send(method, instancePath(id, rest), this.#options(query));
    if (response.ok) return response;
    if (response.status === 401) throw keyNeeded();
    if (response.status === 404) throw new CliError(EXIT.notFound, `There is no instance '${id}'`);
    if (response.status === 410) throw new CliError(EXIT.conflict, `The instance '${id}' has ended already`);
    if (response.status !== 412) throw await apiError(response);
    const said = await response.text();
    throw rest
      ? new CliError(EXIT.conflict, said.trim() || `The state of '${id}' does not allow this`)
      : new CliError(EXIT.conflict, `Cannot purge '${id}' while it runs`, {
          hint: `'stream-control instances terminate ${id}' ends it first`,
        });
  }
}
