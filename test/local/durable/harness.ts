/** An engine over a real app, driven through its management API: what the tests of this folder share. */
import { randomBytes } from 'node:crypto';
import { type Clock, RealClock } from '../../../local/clock.ts';
import {
  type CompatOption,
  createDurableEngine,
  createMemoryStore,
  type Store,
} from '../../../local/durable/engine.ts';
import type {
  DurableEngine,
  FunctionRunner,
  LogLevel,
  LogSink,
  ManagementResponse,
} from '../../../local/durable/ports.ts';

export const BASE = 'http://127.0.0.1:7373/runtime/webhooks/durabletask';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** Parsed where it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: bodies are inspected freely by tests
  body: any;
}

export interface Harness {
  engine: DurableEngine;
  store: Store;
  logs: string[];
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  start(name: string, id: string, input?: unknown, query?: string): Promise<Answer>;
  raise(id: string, event: string, data: unknown): Promise<Answer>;
  status(id: string, history?: boolean): Promise<Answer>;
  /** Status once the instance is in one of the states; fails after 20 s. */
  until(id: string, ...states: string[]): Promise<Answer['body']>;
  stop(): Promise<void>;
}

export interface HarnessOptions {
  runner: FunctionRunner;
  store?: Store;
  clock?: Clock;
  compat?: CompatOption;
  settings?: unknown;
  random?: (length: number) => Uint8Array;
  http?: typeof fetch;
  /** Levels of the extension's own lines to be made. */
  wants?: readonly LogLevel[];
}

export const TERMINAL = ['Completed', 'Failed', 'Terminated', 'Canceled'];

export async function startHarness(options: HarnessOptions): Promise<Harness> {
  const logs: string[] = [];
  const store = options.store ?? createMemoryStore();
  const watchers = new Set<() => void>();
  // Wakes those who wait for a state after every write, so that no test has to poll.
  const watched: Store = new Proxy(store, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (typeof value !== 'function') return value;
      if (key !== 'apply') return value.bind(target);
      return (...args: Parameters<Store['apply']>) => {
        const result = target.apply(...args);
        for (const watcher of [...watchers]) setImmediate(watcher);
        return result;
      };
    },
  });
  const log: LogSink = (level, category, message) => logs.push(`${level} ${category} ${message}`);
  log.wants = (level) => options.wants?.includes(level) ?? false;
  const engine = createDurableEngine({
    store: watched,
    clock: options.clock ?? new RealClock(),
    runner: options.runner,
    log,
    settings: options.settings ?? {},
    compat: options.compat ?? 'newest',
    random: options.random ?? ((length) => randomBytes(length)),
    ...(options.http && { http: options.http }),
  });
  await engine.start();
  const harness: Harness = {
    engine,
    store,
    logs,
    async call(method, path, body, headers = {}) {
      const url = new URL(`http://x${path}`);
      const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
      const response: ManagementResponse = await engine.manage({
        method,
        path: url.pathname,
        query: url.searchParams,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        body: text,
        baseUrl: BASE,
        requiredQuery: 'taskHub=RealHub30&connection=Storage&code=K',
      });
      return { status: response.status, headers: response.headers, body: parse(response.body) };
    },
    start: (name, id, input, query = '') =>
      harness.call('POST', `/orchestrators/${name}/${encodeURIComponent(id)}${query}`, JSON.stringify(input ?? '')),
    raise: (id, event, data) =>
      harness.call('POST', `/instances/${encodeURIComponent(id)}/raiseEvent/${event}`, JSON.stringify(data)),
    status: (id, history = false) =>
      harness.call(
        'GET',
        `/instances/${encodeURIComponent(id)}${history ? '?showHistory=true&showHistoryOutput=true' : ''}`,
      ),
    until: (id, ...states) =>
      new Promise((resolve, reject) => {
        const limit = setTimeout(() => {
          watchers.delete(check);
          reject(
            new Error(
              `${id} did not reach ${states.join(' or ')}: ${JSON.stringify(store.instance(id))}\n${logs.join('\n')}`,
            ),
          );
        }, 20_000);
        const check = () => {
          if (!states.includes(store.instance(id)?.status ?? '')) return;
          clearTimeout(limit);
          watchers.delete(check);
          resolve(harness.status(id).then((answer) => answer.body));
        };
        watchers.add(check);
        check();
      }),
    stop: async () => {
      await engine.stop();
      store.close();
    },
  };
  return harness;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
