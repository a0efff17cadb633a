/**
 * The local Functions host: one app folder, its HTTP functions, timers and durable functions.
 *
 * Usable over a socket ({@link Host.listen}), in process without any ({@link Host.fetch}), on the real clock or a virtual one.
 */
import { mkdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, RealClock } from '../clock.ts';
import type { CompatOption } from '../durable/compat.ts';
import type { DurableEngine, LogSink } from '../durable/ports.ts';
import { settingsOf } from '../durable/settings.ts';
import { type AppPorts, installPorts } from './app-ports.ts';
import { type Auth, createAuth } from './auth.ts';
import { admin, homePage } from './built-in.ts';
import { durableClientInput } from './client-input.ts';
import { type EngineParts, localEngine } from './engine.ts';
import { ensureError } from './errors.ts';
import { Executor } from './executor.ts';
import { held, SharedClock } from './holds.ts';
import { type HostJson, readHostJson } from './host-json.ts';
import { callHttpFunction } from './http-function.ts';
import { empty, fromRequest, type HttpIncoming, type HttpOutgoing, toResponse } from './http-message.ts';
import { prepareInProcess, serveInProcess } from './in-process.ts';
import { consoleSink, filtered } from './log.ts';
import { manage, managementPath } from './management.ts';
import { withRetries } from './retry.ts';
import { buildRoutes, findRoute, type Route } from './routes.ts';
import { type Listener, listen } from './server.ts';
import { applySettings, isDisabled, readLocalSettings } from './settings.ts';
import { createTimers } from './timers.ts';
import { createWorker, type Worker } from './worker.ts';

export type Role = 'http' | 'timers' | 'durable';

export interface HostOptions {
  /** Folder with host.json, package.json and, perhaps, local.settings.json. */
  appDir: string;
  /** Folder for durable state, timers' status and keys; made when it is not there. */
  dataDir: string;
  clock?: Clock;
  /** What this process does of the app; everything by default. */
  roles?: readonly Role[];
  /** Origin of the process that runs the durable functions, when this one does not. */
  durableOrigin?: string;
  /** Makes the durable engine; by default the one of local/durable on a database in the data folder. */
  engine?: (parts: EngineParts) => DurableEngine;
  /** App settings that win over the environment and local.settings.json; a function gets the host's origin. */
  settings?: Record<string, string> | ((origin: string) => Record<string, string>);
  /** Receives every line that host.json's levels let through; standard error by default. */
  log?: LogSink;
  /** What the app sees of randomness and the network; taken only on a clock other than the real one, or when given. */
  ports?: AppPorts;
  /** Address to bind. */
  hostname?: string;
  /** Whether keys are asked for where local.settings.json does not say; by default when `hostname` is no loopback address. */
  enforceKeys?: boolean;
  /** Behaviours of the real host one may wish away: `streamHangs`, see stream-proxy.ts; for `durable`, local/durable/compat.ts. */
  compat?: { streamHangs?: boolean; durable?: CompatOption };
}

const UNAVAILABLE = empty(503, [['retry-after', '1']]);
let unbound = 0;
const isLoopback = (hostname: string) => hostname === 'localhost' || hostname === '::1' || hostname.startsWith('127.');

export class Host {
  #options: HostOptions;
  #clock: Clock;
  #listener: Listener | undefined;
  #origin: string;
  #cleanUp: (() => void)[] = [];
  #running: Running | undefined;
  #stopping = false;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#clock = options.clock ?? new RealClock();
    // Never resolved by a network: only this process knows it.
    this.#origin = `http://host-${++unbound}.localhost`;
  }

  /** Where the host is reached: what it listens on, else an address only {@link fetch} and the app's durable clients know. */
  get origin(): string {
    return this.#origin;
  }

  /**
   * Binds a socket; requests are answered 503 until {@link start} is through. Call before it.
   * @param port 0 chooses a free one
   * @returns the port bound
   * @throws HostError when the port is taken
   */
  async listen(port: number): Promise<number> {
    const hostname = this.#options.hostname ?? '127.0.0.1';
    this.#listener = await listen(hostname, port, async (request) =>
      this.#stopping ? UNAVAILABLE : this.#handle(request),
    );
    this.#origin = `http://${isLoopback(hostname) ? '127.0.0.1' : hostname}:${this.#listener.port}`;
    return this.#listener.port;
  }

  /**
   * Loads the app and starts what is due.
   * @throws HostError when the folder is not an app, or a setting is missing
   */
  start(): Promise<void> {
    return held(this.#clock, () => this.#start(this.#options));
  }

  async #start(options: HostOptions): Promise<void> {
    mkdirSync(options.dataDir, { recursive: true });
    const local = readLocalSettings(options.appDir);
    const port = this.#listener?.port;
    applySettings(
      { FUNCTIONS_WORKER_RUNTIME: 'node', ...local.values },
      {
        // durable-functions sends clients to port 7071 unless this is set.
        WEBSITE_HOSTNAME: port === undefined ? new URL(this.#origin).host : `localhost:${port}`,
        ...(typeof options.settings === 'function' ? options.settings(this.#origin) : options.settings),
      },
    );
    const hostJson = readHostJson(options.appDir, process.env);
    const log = filtered(hostJson.logLevels, options.log ?? consoleSink(this.#clock));
    const auth = createAuth(
      local.host,
      options.enforceKeys ?? !isLoopback(options.hostname ?? '127.0.0.1'),
      options.dataDir,
    );
    if (options.ports || !(this.#clock instanceof RealClock))
      this.#cleanUp.push(installPorts(this.#clock, options.ports ?? {}));
    prepareInProcess();
    for (const origin of [this.#origin, `http://${process.env.WEBSITE_HOSTNAME}`])
      this.#cleanUp.push(serveInProcess(origin, (request) => this.fetch(request)));
    try {
      this.#running = await run(options, this.#clock, this.#origin, hostJson, log, auth);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Answers a request without a socket; holds the clock until the answer's head is there. */
  async fetch(request: Request): Promise<Response> {
    return toResponse(await this.#handle(fromRequest(request)), request.method);
  }

  /** The functions of the app, once started. */
  get worker(): Worker | undefined {
    return this.#running?.worker;
  }

  /**
   * Takes no more work, lets what runs come to its end, runs the app's appTerminate hooks.
   * @param grace ms after which what still runs is left behind: durable work goes on at the next start
   */
  async stop(grace = 4_000): Promise<void> {
    const running = this.#running;
    // What still runs may use its durable client, so only the socket is closed to new requests.
    this.#stopping = true;
    const closed = this.#listener?.close();
    await Promise.race([running?.stop(grace * 0.75), delay(grace, undefined, { ref: false })]);
    this.#listener?.abort();
    await closed;
    this.#running = undefined;
    for (const undo of this.#cleanUp.splice(0)) undo();
  }

  #handle(request: HttpIncoming): Promise<HttpOutgoing> {
    const handle = async () => (await this.#running?.handle(request)) ?? UNAVAILABLE;
    // A wait for an orchestration's end must let it go on.
    return request.url.searchParams.has('pollingInterval') ? handle() : held(this.#clock, handle);
  }
}

interface Running {
  worker: Worker;
  handle(request: HttpIncoming): Promise<HttpOutgoing>;
  /** @param patience ms to wait for HTTP and timer functions before the durable functions they may be waiting for stop too */
  stop(patience: number): Promise<void>;
}

async function run(
  options: HostOptions,
  clock: Clock,
  origin: string,
  hostJson: HostJson,
  log: LogSink,
  auth: Auth,
): Promise<Running> {
  const roles = options.roles ?? ['http', 'timers', 'durable'];
  const hub = settingsOf(hostJson.durableTask, process.env).hubName;
  const clientOrigin = `http://${process.env.WEBSITE_HOSTNAME}`;
  const clientInput = durableClientInput(hub, clientOrigin, origin, auth.systemKey);
  const worker = await createWorker({
    appDir: options.appDir,
    disabled: isDisabled,
    durableClientInput: () => clientInput,
    log: (level, category, message, name) => {
      if (level === 'none') return;
      const sink =
        category === 'system' ? (name ? `Function.${name}` : 'Worker') : name ? `Function.${name}.User` : 'User';
      log(level === 'critical' ? 'error' : level, sink, message);
    },
  });
  const engineClock = new SharedClock(clock);
  const executor = new Executor({ worker, clock, engineClock, log, timeout: hostJson.functionTimeout });
  const stopping = new AbortController();
  const timerTools = { clock, log, stopping: stopping.signal, random: randomOf(options.ports) };
  const runTimer = (name: string, invocation: Parameters<Executor['execute']>[1], reason: string) => {
    const policy = worker.functions.find((fn) => fn.name === name)?.retry;
    return withRetries(name, policy, invocation, timerTools, (one) => executor.execute(name, one, reason));
  };
  const { functions } = worker;
  const timers = createTimers({ functions, clock, dataDir: options.dataDir, log, run: runTimer });
  const routes = buildRoutes(functions, hostJson.routePrefix, log);
  const durable =
    worker.names('orchestrator').length + worker.names('activity').length + worker.names('entity').length > 0;
  const engine =
    roles.includes('durable') && durable
      ? (options.engine ?? localEngine)({
          runner: executor,
          clock: engineClock,
          log,
          settings: hostJson.durableTask,
          dataDir: options.dataDir,
          compat: options.compat?.durable,
          random: options.ports?.random,
        })
      : undefined;
  describe(functions, routes, origin, log);
  await worker.start();
  await engine?.start();
  if (roles.includes('timers')) timers.start();

  const started = clock.now();
  const httpContext = {
    auth,
    executor,
    log,
    httpUri: worker.httpUri,
    streamHangs: options.compat?.streamHangs ?? true,
  };
  const adminContext = {
    auth,
    functions,
    origin,
    uptime: () => clock.now() - started,
    trigger: (name: string) =>
      void runTimer(
        name,
        { trigger: { json: MANUAL } },
        'This function was programmatically called via the host APIs.',
      ).catch(() => {}),
  };
  const mount = { engine, forwardTo: options.durableOrigin, hub, systemKey: auth.systemKey };
  return {
    worker,
    async handle(request) {
      const { pathname } = request.url;
      const managed = managementPath(pathname);
      if (managed) {
        // The durable client's own address has no key, so it is for this machine only.
        const refused = managed.rpc && request.local ? undefined : auth.refuse(request, 'system');
        return refused ?? manage(mount, request, managed.path);
      }
      if (/^\/admin(\/|$)/i.test(pathname)) return admin(adminContext, request, pathname.slice(6).toLowerCase());
      if (/^\/runtime(\/|$)/i.test(pathname)) return empty(404);
      const found = roles.includes('http') ? findRoute(routes, request.method, pathname) : undefined;
      if (found) return callHttpFunction(httpContext, found.route, found.values, request);
      return pathname === '/' ? homePage() : empty(404);
    },
    async stop(patience) {
      stopping.abort();
      timers.stop();
      await Promise.race([executor.drained(), delay(patience, undefined, { ref: false })]);
      await engine?.stop();
      await executor.drained();
      await worker
        .terminate()
        .catch((error) => log('error', 'Host.Shutdown', `appTerminate: ${ensureError(error).message}`));
    },
  };
}

/** Timer information of a run by hand. */
const MANUAL = JSON.stringify({ Schedule: { AdjustForDST: true }, ScheduleStatus: null, IsPastDue: false });

/** A number in [0, 1) from the app's random bytes, so that a seed gives one history. */
const randomOf = (ports: AppPorts | undefined) => () => {
  const bytes = ports?.random?.(4);
  return bytes ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32 : Math.random();
};

/** The list Core Tools prints at the start. */
function describe(functions: Worker['functions'], routes: readonly Route[], origin: string, log: LogSink): void {
  log('information', 'Host.Startup', `Found ${functions.length} functions (Node)`);
  for (const { fn, methods, template } of routes)
    log('information', 'Host.Startup', `\t${fn.name}: [${methods?.join(',') ?? '*'}] ${origin}/${template.text}`);
  for (const fn of functions)
    if (fn.trigger.type.toLowerCase() !== 'httptrigger')
      log('information', 'Host.Startup', `\t${fn.name}: ${fn.trigger.type}`);
}

export const createHost = (options: HostOptions): Host => new Host(options);
