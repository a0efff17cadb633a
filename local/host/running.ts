/** One loaded app at work: its worker, HTTP functions, timers and durable engine, put together. */
import { randomBytes } from 'node:crypto';
import { type Clock, RealClock } from '../clock.ts';
import type { LogSink } from '../durable/ports.ts';
import { settingsOf } from '../durable/settings.ts';
import type { Auth } from './auth.ts';
import { admin, homePage } from './built-in.ts';
import { durableClientInput } from './client-input.ts';
import { localEngine } from './engine.ts';
import { ensureError, HostError } from './errors.ts';
import { Executor } from './executor.ts';
import type { AppWorker, Invocation } from './functions.ts';
import { SharedClock } from './holds.ts';
import type { HostJson } from './host-json.ts';
import { callHttpFunction } from './http-function.ts';
import { BodyTooLarge, empty, type HttpIncoming, type HttpOutgoing, json } from './http-message.ts';
import { isOwnPath, manage, managementPath } from './management.ts';
import type { HostOptions } from './options.ts';
import { patiently } from './patience.ts';
import { withRetries } from './retry.ts';
import { buildRoutes, findRoute } from './routes.ts';
import { isDisabled, processCount } from './settings.ts';
import { describeApp, describeTracing } from './startup-log.ts';
import { createTimers } from './timers.ts';
import { createWorker, type WorkerOptions } from './worker.ts';
import { WorkerPool } from './worker-pool.ts';

export interface RunningParts {
  options: HostOptions;
  clock: Clock;
  origin: string;
  hostJson: HostJson;
  log: LogSink;
  auth: Auth;
}

export interface Running {
  worker: AppWorker;
  handle(request: HttpIncoming): Promise<HttpOutgoing>;
  /** Runs appStart hooks, then what is due. {@link handle} must be reachable for the app's durable clients by then. */
  start(): Promise<void>;
  /** @param patience ms to wait for HTTP and timer functions before the durable functions they may be waiting for stop too */
  stop(patience: number): Promise<void>;
  /** Leaves behind what {@link stop} did not see the end of. */
  abandon(): void;
}

/** Lines of the app itself, under the categories of the real host. */
const appLog =
  (log: LogSink): WorkerOptions['log'] =>
  (level, category, message, name) => {
    if (level === 'none') return;
    const own = name ? `Function.${name}` : 'Worker';
    log(level === 'critical' ? 'error' : level, category === 'system' ? own : `${own}.User`, message);
  };

/** @throws HostError when the app does not load; whatever the engine refuses */
export async function createRunning({ options, clock, origin, hostJson, log, auth }: RunningParts): Promise<Running> {
  const roles = options.roles ?? ['http', 'timers', 'durable'];
  const { dataDir, ports } = options;
  const hub = settingsOf(hostJson.durableTask, process.env).hubName;
  const clientInput = durableClientInput(hub, `http://${process.env.WEBSITE_HOSTNAME}`, origin, auth.systemKey);
  // What is left behind at the end finds no data any more, and would only complain of that.
  let ended = false;
  const heard = appLog((...line) => ended || log(...line));
  const { appDir } = options;
  const count = processCount(options, clock, process.env);
  if (count !== undefined && new URL(origin).hostname.endsWith('.localhost'))
    throw new HostError('Cannot use workers without a port: they could not reach this host');
  const worker: AppWorker =
    count === undefined
      ? await createWorker({ appDir, disabled: isDisabled, durableClientInput: () => clientInput, log: heard })
      : await WorkerPool.create({ count, appDir, clientInput, appLog: heard, log: (...line) => ended || log(...line) });
  const { functions } = worker;
  const engineClock = new SharedClock(clock);
  const executor = new Executor({ worker, clock, engineClock, log, timeout: hostJson.functionTimeout });
  const stopping = new AbortController();
  const random = ports?.random ?? ((length: number) => randomBytes(length));
  const retryTools = { clock, log, stopping: stopping.signal, random };
  /** Everything that is neither HTTP nor durable: run with the function's retry policy. */
  const runTriggered = (name: string, invocation: Invocation, reason: string) => {
    const policy = functions.find((fn) => fn.name === name)?.retry;
    return withRetries(name, policy, invocation, retryTools, (one) => executor.execute(name, one, reason));
  };
  const timers = createTimers({ functions, clock, dataDir, log, run: runTriggered });
  const routes = buildRoutes(functions, hostJson.routePrefix, log);
  const hasDurable = (['orchestrator', 'activity', 'entity'] as const).some((kind) => worker.names(kind).length > 0);
  const engine =
    roles.includes('durable') && hasDurable
      ? (options.engine ?? localEngine)({
          runner: executor,
          clock: engineClock,
          realTime: clock instanceof RealClock,
          log,
          settings: hostJson.durableTask,
          dataDir,
          compat: options.compat?.durable,
          lateRedelivery: options.lateRedelivery,
          random: ports?.random,
        })
      : undefined;
  const started = clock.now();
  const httpContext = { auth, executor, log, worker, streamHangs: options.compat?.streamHangs ?? true };
  const adminContext = {
    auth,
    functions,
    origin,
    uptime: () => clock.now() - started,
    run: (name: string, invocation: Invocation, reason: string) =>
      // The executor has logged it.
      void runTriggered(name, invocation, reason).catch(() => {}),
  };
  /** Requests that have no answer yet, also those that have not reached their function. */
  const requests = new Set<Promise<unknown>>();
  const quiet = async () => {
    do {
      await Promise.allSettled(requests);
      await executor.drained();
    } while (requests.size > 0);
  };
  const mount = { engine, forwardTo: options.durableOrigin, hub, systemKey: auth.systemKey };
  const answer = async (request: HttpIncoming): Promise<HttpOutgoing> => {
    const { pathname } = request.url;
    const managed = managementPath(pathname);
    if (managed) {
      // The app's own durable client has no key and needs none: it is in this process.
      const refused = managed.rpc && request.inProcess ? undefined : auth.refuse(request, 'system');
      return refused ?? manage(mount, request, managed.path);
    }
    if (/^\/admin(\/|$)/i.test(pathname)) return admin(adminContext, request, pathname.slice(6).toLowerCase());
    if (isOwnPath(pathname)) return empty(404);
    const found = roles.includes('http') ? findRoute(routes, request.method, pathname) : undefined;
    if (found) return callHttpFunction(httpContext, found.route, found.values, request);
    return pathname === '/' ? homePage() : empty(404);
  };
  return {
    worker,
    handle(request) {
      const answered = answer(request).catch((error: unknown) => {
        if (error instanceof BodyTooLarge) return json(413, { Message: error.message });
        throw error;
      });
      requests.add(answered);
      const done = () => requests.delete(answered);
      answered.then(done, done);
      return answered;
    },
    async start() {
      describeApp(functions, routes, origin, log);
      if (engine) describeTracing(hostJson.durableTask, process.env, log);
      await worker.start();
      await engine?.start();
      if (roles.includes('timers')) timers.start();
    },
    abandon() {
      ended = true;
      stopping.abort();
      timers.stop();
      worker.abandon();
      engine?.close();
      engineClock.end();
    },
    async stop(patience) {
      stopping.abort();
      timers.stop();
      await patiently(quiet(), patience);
      await engine?.stop();
      ended = true;
      await executor.drained();
      await worker
        .terminate()
        .catch((error) => log('error', 'Host.Shutdown', `appTerminate: ${ensureError(error).message}`));
    },
  };
}
