/** One engine behind its management API: ours, or the real extension. A story is told to both in the same words. */

import { RealClock } from '../../../../local/clock.ts';
import { createDurableEngine, createMemoryStore, type Store } from '../../../../local/durable/engine.ts';
import type { FunctionRunner, ManagementResponse } from '../../../../local/durable/ports.ts';
import type { HostedEngine } from '../../../../local/host/engine.ts';
import { decodePath } from '../../../../local/host/routes.ts';
import { extensionEngine, type LogLine } from '../engine.ts';

/** Both take as long as they take; that one never comes is told after this many ms. */
const PATIENCE = Number(process.env.STORY_PATIENCE ?? 300) * 1000;
/** Milliseconds between looks: short at first, long for what takes long; each costs the real one a query of its storage. */
const looks = (nth: number): number => Math.min(1000, 100 * 1.3 ** nth);
export const TERMINAL = ['Completed', 'Failed', 'Terminated', 'Canceled'];

export interface Answer {
  status: number;
  headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: bodies are inspected freely by tests
  body: any;
}

export interface Side {
  name: 'ours' | 'real';
  request(method: string, path: string, body?: string, headers?: Record<string, string>): Promise<Answer>;
  stop(): Promise<void>;
}

/** Name of the task hub on both sides. */
export const HUB = 'Scenarios';

const SETTINGS = {
  hubName: HUB,
  maxConcurrentOrchestratorFunctions: 100,
  maxConcurrentActivityFunctions: 100,
  maxConcurrentEntityFunctions: 100,
  httpSettings: { defaultAsyncRequestSleepTimeMilliseconds: 500 },
};
/** As the app's own host.json (host.json in the root), but for one process and with shorter polls. */
const STORAGE = {
  partitionCount: 1,
  maxQueuePollingInterval: '00:00:00.3',
  controlQueueBufferThreshold: 1000,
  // What is given up when partitions find their owner comes back after this; five minutes by default.
  controlQueueVisibilityTimeout: '00:01:00',
  workItemQueueVisibilityTimeout: '00:01:00',
};

const QUERY = `taskHub=${HUB}&connection=Storage&code=none`;
const BASE = 'http://127.0.0.1:1/runtime/webhooks/durabletask';

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

type Managed = (request: Parameters<HostedEngine['manage']>[0]) => Promise<ManagementResponse>;

const asking =
  (manage: Managed): Side['request'] =>
  async (method, path, body, headers = {}) => {
    const url = new URL(`http://x${path}`);
    const answer = await manage({
      method,
      path: decodePath(url.pathname),
      query: url.searchParams,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: body ?? '',
      baseUrl: BASE,
      requiredQuery: QUERY,
    });
    return { status: answer.status, headers: answer.headers, body: parse(answer.body) };
  };

export async function startOurs(runner: FunctionRunner): Promise<Side & { store: Store }> {
  const store = createMemoryStore();
  const clock = new RealClock();
  const engine = createDurableEngine({
    store,
    clock,
    runner,
    log: () => {},
    settings: SETTINGS,
    // Off by default for the sake of virtual time; the real one has it always.
    compat: { timersEarly: true },
  });
  await engine.start();
  return {
    name: 'ours',
    store,
    request: asking((request) => engine.manage(request)),
    async stop() {
      engine.halt();
      store.close();
    },
  };
}

export async function startReal(
  runner: FunctionRunner,
  connectionString: string,
  log: (line: LogLine) => void,
): Promise<Side> {
  const engine = extensionEngine({ connectionString, log })({
    runner,
    clock: new RealClock(),
    realTime: true,
    log: () => {},
    settings: { ...SETTINGS, storageProvider: STORAGE },
    dataDir: '',
  });
  await engine.start();
  return {
    name: 'real',
    request: asking((request) => engine.manage(request)),
    async stop() {
      engine.close();
    },
  };
}

/** Headers that are part of the contract. */
const HEADERS = ['location', 'retry-after', 'content-type', 'x-ms-continuation-token'];

/** One story on one side: its instances are named after it, everything that is answered is kept for the comparison. */
export class Telling {
  readonly #side: Side;
  /** What every instance of this story is called, or begins with. */
  readonly id: string;
  readonly name: string;
  /** In the order in which it was told. */
  readonly heard: unknown[] = [];

  constructor(side: Side, name: string) {
    this.#side = side;
    this.name = name;
    // As long on both sides: some limits count letters.
    this.id = `${side.name}-${name}`;
  }

  /** A request whose answer is compared. */
  async ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
    const answer = await this.#side.request(
      method,
      path,
      body === undefined ? undefined : JSON.stringify(body),
      headers,
    );
    this.#keep(`${method} ${path}`, answer);
    return answer;
  }

  /** As {@link ask}, with the body as it is. */
  async askRaw(method: string, path: string, body: string, headers?: Record<string, string>): Promise<Answer> {
    const answer = await this.#side.request(method, path, body, headers);
    this.#keep(`${method} ${path}`, answer);
    return answer;
  }

  #keep(asked: string, { status, headers, body }: Answer): void {
    const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => HEADERS.includes(name.toLowerCase())));
    this.heard.push({ asked, status, headers: kept, body });
  }

  /** One page of a listing. Not compared. @param token undefined for the first one */
  async page(path: string, token: string | undefined): Promise<{ ids: string[]; next: string | undefined }> {
    const given = token === undefined ? {} : { 'x-ms-continuation-token': token };
    const { headers, body } = await this.#side.request('GET', path, undefined, given);
    const ids = (body as { instanceId: string }[]).map(({ instanceId }) => instanceId);
    return { ids, next: headers['x-ms-continuation-token'] };
  }

  start(name: string, input?: unknown, id = this.id): Promise<Answer> {
    return this.ask('POST', `/orchestrators/${name}/${encodeURIComponent(id)}`, input);
  }

  raise(name: string, value?: unknown, id = this.id): Promise<Answer> {
    return this.ask('POST', `/instances/${id}/raiseEvent/${name}`, value);
  }

  command(name: string, reason = 'because', id = this.id): Promise<Answer> {
    return this.ask('POST', `/instances/${id}/${name}?reason=${reason}`);
  }

  /** Looks until it is as wanted. Not compared. @throws with the last answer when it never is */
  async until(path: string, wanted: (answer: Answer) => boolean): Promise<Answer> {
    const end = Date.now() + PATIENCE;
    for (let nth = 0; ; nth++) {
      const answer = await this.#side.request('GET', path);
      if (wanted(answer)) return answer;
      if (Date.now() > end)
        throw new Error(`${this.#side.name}: ${path} stays ${JSON.stringify(answer).slice(0, 500)}`);
      await new Promise((resolve) => setTimeout(resolve, looks(nth)));
    }
  }

  /** Until the instance has a status, and a custom status when one is named. */
  reaches(status: string, custom?: unknown, id = this.id): Promise<Answer> {
    return this.until(
      `/instances/${id}`,
      ({ body }) =>
        body.runtimeStatus === status &&
        (custom === undefined || JSON.stringify(body.customStatus) === JSON.stringify(custom)),
    );
  }

  /**
   * Until its history has that many events of a type, or it is over: what is sent before that may share a turn with it, as the
   * machine's load decides, and turns are compared. Not compared.
   */
  takes(eventType: string, count: number, id = this.id): Promise<Answer> {
    return this.until(
      `/instances/${id}?showHistory=true`,
      ({ body }) =>
        TERMINAL.includes(body.runtimeStatus) ||
        body.historyEvents.filter((event: { EventType: string }) => event.EventType === eventType).length >= count,
    );
  }

  /** Until the instance is over, and what it was is compared: all of it, with its history. */
  async ends(id = this.id): Promise<void> {
    await this.until(`/instances/${id}`, ({ body }) => TERMINAL.includes(body.runtimeStatus));
    await this.shows(id);
  }

  /** As {@link ends}, for what may never end: then what it is after that many ms is compared. */
  async settles(ms: number, id = this.id): Promise<void> {
    const end = Date.now() + ms;
    await this.until(`/instances/${id}`, ({ body }) => TERMINAL.includes(body.runtimeStatus) || Date.now() > end);
    await this.shows(id);
  }

  /** What the instance is now, with its history, is compared. */
  async shows(id = this.id): Promise<void> {
    await this.ask('GET', `/instances/${id}?showHistory=true&showHistoryOutput=true`);
  }
}
