/**
 * The whole product in one process and in virtual time: the built app under the local host, the durable engine, and the
 * simulator, sharing one clock. A fifteen-minute deployment takes milliseconds and a seed gives one history.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Simulator } from '../../local/azure/simulator.ts';
import { VirtualClock } from '../../local/clock.ts';
import { type ControlPlane, createSimulator, DEFAULT_SUBSCRIPTION } from '../../local/fleet/simulator.ts';
import { createHost, type Host } from '../../local/host/host.ts';
import { simulatorSettings } from '../../local/serve/app-settings.ts';
import { type Accidents, unlucky } from './accidents.ts';
import { scratch } from './scratch.ts';

export const APP_DIR = join(import.meta.dirname, '../..');
/** A Saturday morning, 24 h and more away from any change of summer time. */
export const START = Date.parse('2026-11-21T08:00:00Z');
export const ALERT_SECRET = 'alert-secret-of-the-tests';

export interface WorldOptions {
  seed?: string;
  /** A fault plan (contract). */
  faults?: unknown;
  /** ms since the epoch at which the world begins. */
  start?: number;
  /** Whether the log holds what the durable extension says of what runs, as far as host.json's levels let it through. */
  tracking?: boolean;
  /** As HostOptions.lateRedelivery. */
  lateRedelivery?: boolean;
  /** App settings on top of the local start's. */
  settings?: Record<string, string>;
  /** Instead of them: all app settings, as an installation on Azure has them. */
  site?: Record<string, string>;
  /** A simulator on this clock, instead of one of its own. */
  azure?: (clock: VirtualClock, controlPlane: ControlPlane) => Simulator;
  /** Folder of the built app; this repository's by default. */
  appDir?: string;
  /** Whether the host listens, for an app whose durable client is bundled and knows sockets only. */
  listens?: boolean;
  /** What becomes of a heartbeat on its way. */
  heartbeat?: (body: Record<string, unknown>) => Record<string, unknown>;
  /** What befalls the host. */
  accidents?: Accidents;
}

export interface Answer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: T;
  text: string;
}

/** Bytes from a seed: sha256 in counter mode. */
function seededRandom(seed: string): (length: number) => Uint8Array {
  let counter = 0;
  return (length) => {
    const parts: Buffer[] = [];
    for (let have = 0; have < length; have += 32)
      parts.push(createHash('sha256').update(`${seed}:${counter++}`).digest());
    return new Uint8Array(Buffer.concat(parts).subarray(0, length));
  };
}

export class World {
  readonly clock: VirtualClock;
  readonly simulator: Simulator;
  readonly dataDir: string;
  readonly log: string[] = [];
  host!: Host;
  #firstHeartbeat = new Map<string, number>();
  #options: WorldOptions;
  #pending = 0;
  #driver: Promise<void> | undefined;
  #random: (length: number) => Uint8Array;

  private constructor(options: WorldOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed ?? 'world');
    this.clock = new VirtualClock(options.start ?? START);
    this.dataDir = mkdtempSync(join(scratch(), 'stream-control-world-'));
    const world = () => this;
    const controlPlane: ControlPlane = {
      get url(): string {
        return world().host.origin;
      },
      alertSecret: ALERT_SECRET,
      send: async ({ method, url, headers, body: sent }) => {
        this.#heard(url, sent);
        const { heartbeat } = this.#options;
        const mangled = heartbeat && sent !== undefined && url.endsWith('/api/agents/heartbeat');
        const body = mangled ? JSON.stringify(heartbeat(JSON.parse(sent))) : sent;
        const answer = await this.host.ask({ method, url, headers, body });
        return { status: answer.status, headers: Object.fromEntries(answer.headers), body: answer.text };
      },
    };
    this.simulator =
      options.azure?.(this.clock, controlPlane) ??
      createSimulator({ clock: this.clock, seed: options.seed ?? 'world', faults: options.faults, controlPlane });
  }

  static async create(options: WorldOptions = {}): Promise<World> {
    const world = World.prepare(options);
    await world.startHost();
    return world;
  }

  /** A world whose app does not run yet. */
  static prepare(options: WorldOptions): World {
    return new World(options);
  }

  async startHost(): Promise<void> {
    this.host = createHost({
      appDir: this.#options.appDir ?? APP_DIR,
      dataDir: join(this.dataDir, 'host'),
      clock: this.clock,
      ...(this.#options.lateRedelivery && { lateRedelivery: true }),
      ...(this.#options.accidents && { engine: unlucky(this.#options.accidents) }),
      ports: { random: this.#random, httpClient: this.simulator.httpClient },
      log: Object.assign(
        (level: string, category: string, message: string) => void this.log.push(`${level} ${category} ${message}`),
        { wants: () => this.#options.tracking === true },
      ),
      settings: (publicUrl) => this.#options.site ?? { ...this.#local(publicUrl), ...this.#options.settings },
    });
    if (this.#options.listens) await this.host.listen(0);
    await this.host.start();
  }

  #local(publicUrl: string): Record<string, string> {
    const simulatorUrl = 'http://simulator.localhost';
    const given = {
      subscriptionId: DEFAULT_SUBSCRIPTION,
      publicUrl,
      simulatorUrl,
      timeScale: 1,
      alertSecret: ALERT_SECRET,
    };
    return simulatorSettings(this.#options.appDir ?? APP_DIR, {}, given);
  }

  async stop(): Promise<void> {
    await this.host?.stop();
    await this.simulator.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** One request to the control plane; JSON both ways. */
  async call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    return this.driven(
      (async () => {
        const { status, text, ...answer } = await this.host.ask({
          method,
          url: new URL(path, this.host.origin),
          headers: {
            host: '127.0.0.1',
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
          },
          body: body === undefined ? undefined : JSON.stringify(body),
        });
        return { status, headers: new Headers(answer.headers), body: (text ? JSON.parse(text) : {}) as T, text };
      })(),
    );
  }

  /** Lets time pass until `promise` settles: a door may itself wait. Calls made at once share one driver. */
  async driven<T>(promise: Promise<T>): Promise<T> {
    this.#pending++;
    const settled = promise.finally(() => {
      this.#pending--;
    });
    settled.catch(() => {});
    this.#driver ??= this.clock
      .drive(() => this.#pending === 0)
      .then(() => {
        this.#driver = undefined;
      });
    return settled;
  }

  /** Lets time pass. @param seconds of virtual time */
  async pass(seconds: number): Promise<void> {
    await this.clock.drive(() => false, this.clock.now() + seconds * 1000);
  }

  /**
   * Lets time pass until the event is in one of `states`.
   * @returns the event's status then
   * @throws Error with the last state seen when `limitSeconds` of virtual time pass before
   */
  async until(
    event: string,
    states: string[],
    limitSeconds = 3 * 3600,
    everySeconds = 5,
  ): Promise<Record<string, unknown>> {
    const limit = this.clock.now() + limitSeconds * 1000;
    let last: Record<string, unknown> = {};
    for (;;) {
      const { body } = await this.call('GET', `/api/status/${event}`);
      last = body;
      if (states.includes(String(body.state))) return body;
      if (this.clock.now() >= limit)
        throw new Error(
          `'${event}' is ${String(last.state)} after ${limitSeconds} s, expected ${states.join(' or ')}: ${JSON.stringify(last)}`,
        );
      await this.pass(everySeconds);
    }
  }

  #heard(url: string, body: string | undefined): void {
    if (!url.endsWith('/api/agents/heartbeat')) return;
    const { language } = JSON.parse(body ?? '{}') as { language?: string };
    if (language && !this.#firstHeartbeat.has(language)) this.#firstHeartbeat.set(language, this.clock.now());
  }

  /** Seconds from the end of each mixer's creation to its first heartbeat, by language. */
  boots(): Map<string, number> {
    const boots = new Map<string, number>();
    for (const [, value] of this.simulator.snapshot().state.operations ?? []) {
      const { kind, resourceId, endsAt } = value as { kind: string; resourceId: string; endsAt: number };
      const language = /(?:virtualMachines\/mixer|containerGroups\/light)-([a-z0-9]+)-/i.exec(resourceId)?.[1];
      const first = language === undefined ? undefined : this.#firstHeartbeat.get(language);
      if (kind === 'create' && language && first !== undefined) boots.set(language, (first - endsAt) / 1000);
    }
    return boots;
  }

  /** Input, status and output of a durable instance, through the management API. */
  async instance<T = unknown>(
    id: string,
  ): Promise<{ runtimeStatus: string; input: T; output: unknown; customStatus: unknown }> {
    const { body } = await this.call('GET', `/durabletask/instances/${id}?showInput=true`);
    return body as { runtimeStatus: string; input: T; output: unknown; customStatus: unknown };
  }

  /** What the simulator holds of events. */
  async resources(): Promise<{ id: string; type: string; name: string; location?: string; resourceGroup?: string }[]> {
    const answer = await this.sim('GET', '/_sim/resources');
    return (answer as { resources: { id: string; type: string; name: string }[] }).resources;
  }

  /** One request to the simulator's own routes. */
  async sim(method: string, path: string, body?: unknown): Promise<unknown> {
    const { simulator } = this;
    const answer = await this.clock.track(
      simulator.handle({
        method,
        url: new URL(path, 'http://127.0.0.1'),
        headers: { 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
    return answer.body;
  }
}
