import { CliError, EXIT } from '../core/errors.ts';
import type { Client, RequestOptions } from './client.ts';

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
      const response = await this.#client.request('GET', `${BASE}/instances`, {
        ...this.#options(query),
        ...(token && { headers: { 'x-ms-continuation-token': token } }),
      });
      found.push(...((await response.json()) as Instance[]));
      token = response.headers.get('x-ms-continuation-token') ?? '';
    } while (token && found.length < limit);
    return found.slice(0, limit);
  }
  get(id: string, history: boolean): Promise<Instance> {
    return this.#client.json<Instance>(
      'GET',
      instancePath(id),
      this.#options({ showInput: true, showHistory: history || undefined, showHistoryOutput: history || undefined }),
    );
  }
  /** `terminate`, `rewind`, `suspend` or `resume`: taken, not yet done. */
  async act(id: string, action: string, reason: string): Promise<void> {
    await this.#client.request('POST', instancePath(id, `/${action}`), this.#options({ reason }));
  }
  /** @returns how many instances were deleted @throws CliError (conflict) while the instance still runs */
  async purge(id: string): Promise<number> {
    const response = await this.#client.send('DELETE', instancePath(id), this.#options());
    if (response.ok) return ((await response.json()) as { instancesDeleted: number }).instancesDeleted;
    await response.body?.cancel();
    if (response.status === 412)
      throw new CliError(EXIT.conflict, `Cannot purge '${id}' while it runs`, {
        hint: `'stream-control instances terminate ${id}' ends it first`,
      });
    if (response.status === 404) throw new CliError(EXIT.notFound, `There is no instance '${id}'`);
    throw new CliError(EXIT.failed, `Purging '${id}' answered HTTP ${response.status}`);
  }
}
