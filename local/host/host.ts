/**
 * The local Functions host: one app folder, its HTTP functions, timers and durable functions.
 *
 * Usable over a socket ({@link Host.listen}), in process without any ({@link Host.fetch}), on the real clock or a virtual one.
 */
import { mkdirSync } from 'node:fs';
import { type Clock, RealClock } from '../clock.ts';
import { installPorts } from './app-ports.ts';
import { createAuth } from './auth.ts';
import type { AppWorker } from './functions.ts';
import { held } from './holds.ts';
import { readHostJson } from './host-json.ts';
import {
  type Asked,
  asked,
  empty,
  fromRequest,
  type HttpIncoming,
  type HttpOutgoing,
  textOf,
  toResponse,
} from './http-message.ts';
import { prepareInProcess, serveInProcess } from './in-process.ts';
import { consoleSink, filtered } from './log.ts';
import { isOwnPath } from './management.ts';
import type { HostOptions } from './options.ts';
import { patiently } from './patience.ts';
import { createRunning, type Running } from './running.ts';
import { type Listener, listen } from './server.ts';
import { applySettings, readLocalSettings } from './settings.ts';

export type { HostOptions, Role } from './options.ts';

const UNAVAILABLE = empty(503, [['retry-after', '1']]);
let unbound = 0;

export class Host {
  #options: HostOptions;
  #clock: Clock;
  #listener: Listener | undefined;
  #origin: string;
  #cleanUp: (() => void)[] = [];
  #running: Running | undefined;
  /** Whether the socket is served; in process, what the app itself asks is answered from its start to its end. */
  #open = false;

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
    const { publicUrl } = this.#options;
    const names = publicUrl === undefined ? [] : [new URL(publicUrl).host];
    const rules = {
      also: (path: string) => (isOwnPath(path) ? [] : names),
      // What the app takes is the app's own affair, as on Azure.
      takes: (path: string) => !isOwnPath(path),
    };
    this.#listener = await listen(port, rules, async (request) => (this.#open ? this.#handle(request) : UNAVAILABLE));
    this.#origin = `http://127.0.0.1:${this.#listener.port}`;
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
      { FUNCTIONS_WORKER_RUNTIME: 'node', AZURE_FUNCTIONS_ENVIRONMENT: 'Development', ...local.values },
      {
        // durable-functions sends clients to port 7071 unless this is set.
        WEBSITE_HOSTNAME: port === undefined ? new URL(this.#origin).host : `localhost:${port}`,
        ...(typeof options.settings === 'function' ? options.settings(this.#origin) : options.settings),
      },
    );
    const hostJson = readHostJson(options.appDir, process.env);
    const log = filtered(hostJson.logLevels, options.log ?? consoleSink(this.#clock));
    const auth = createAuth(local.host, options.enforceKeys ?? false, options.dataDir);
    this.#cleanUp.push(installPorts(this.#clock, options.ports ?? {}));
    prepareInProcess();
    for (const origin of [this.#origin, `http://${process.env.WEBSITE_HOSTNAME}`])
      this.#cleanUp.push(serveInProcess(origin, (request) => this.#handle(request)));
    try {
      const clock = this.#clock;
      this.#running = await createRunning({ options, clock, origin: this.#origin, hostJson, log, auth });
      await this.#running.start();
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#open = true;
  }

  /** Answers a request without a socket; holds the clock until the answer's head is there. */
  async fetch(request: Request): Promise<Response> {
    return toResponse(await this.#handle(fromRequest(request)), request.method);
  }

  /** The same for a request and an answer that are texts: at a fraction of the cost of the web's classes. */
  async ask(request: Asked): Promise<{ status: number; headers: [string, string][]; text: string }> {
    const answer = await this.#handle(asked(request));
    return { status: answer.status, headers: answer.headers, text: await textOf(answer) };
  }

  /** The functions of the app, once started. */
  get worker(): AppWorker | undefined {
    return this.#running?.worker;
  }

  /**
   * Takes no more work, lets what runs come to its end, runs the app's appTerminate hooks.
   * @param grace ms after which what still runs is left behind: durable work goes on at the next start
   */
  async stop(grace = 4_000): Promise<void> {
    const running = this.#running;
    this.#open = false;
    const closed = this.#listener?.close();
    await patiently(running?.stop(grace * 0.75), grace);
    running?.abandon();
    this.#listener?.abort();
    await closed;
    this.#running = undefined;
    for (const undo of this.#cleanUp.splice(0)) undo();
  }

  /** As `kill -9` would: whatever runs is left behind, unwritten. */
  async kill(): Promise<void> {
    this.#open = false;
    this.#running?.abandon();
    this.#listener?.abort();
    await this.#listener?.close();
    this.#running = undefined;
    for (const undo of this.#cleanUp.splice(0)) undo();
  }

  #handle(request: HttpIncoming): Promise<HttpOutgoing> {
    const handle = async () => (await this.#running?.handle(request)) ?? UNAVAILABLE;
    // A wait for an orchestration's end must let it go on.
    return request.url.searchParams.has('pollingInterval') ? handle() : held(this.#clock, handle);
  }
}

export const createHost = (options: HostOptions): Host => new Host(options);
