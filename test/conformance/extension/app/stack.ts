/**
 * The built app on one or more local hosts with an engine of one's choice, the simulator beside them; real time, divided by a
 * scale. Everything is asked over HTTP: nothing here knows how the app is made.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Simulator } from '../../../../local/azure/simulator.ts';
import { RealClock } from '../../../../local/clock.ts';
import { createSimulator, DEFAULT_SUBSCRIPTION } from '../../../../local/fleet/simulator.ts';
import type { LogLine } from '../engine.ts';
import { HostProcess } from './host.ts';
import type { HostChoice } from './host-main.ts';

const APP_DIR = join(import.meta.dirname, '../../../..');
/**
 * Deadlines of steps and the silence of mixers are divided by it as well, and a heartbeat goes through three queues: a machine that
 * is busy must still keep them. At 10 a mixer speaks every 3 s and is missed after 9. STORY_SCALE chooses another.
 */
const TIME_SCALE = Number(process.env.STORY_SCALE ?? 10);
const SECRET = 'alert-secret-of-the-tests';
/** Milliseconds between looks at what is waited for. */
const LOOK = 500;
/** Milliseconds after which it will not come; STORY_PATIENCE gives seconds. */
const PATIENCE = Number(process.env.STORY_PATIENCE ?? 300) * 1000;

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** As far as stories need them; more in docs/guide/simulator.md. */
export interface Fault {
  match: { type: string; name?: string; region?: string; operation?: string };
  times?: number;
  outcome: { kind: string; status?: number; code?: string; message?: string };
}

export interface StackOptions {
  seed: string;
  /** The local engine when undefined. */
  extension?: HostChoice['extension'];
  /** Processes of its own that the app of each host runs in; none by default. */
  workers?: number;
}

export class Stack {
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'stream-control-extension-'));
  readonly #choice: Omit<HostChoice, 'dataDir' | 'port'>;
  readonly simulator: Simulator;
  /** The first one has the timers, and is where mixers find the app. */
  readonly hosts: HostProcess[] = [];
  #turn = 0;
  readonly #faults = new Map<string, Fault[]>();

  private constructor(simulator: Simulator, simulatorUrl: string, { extension, workers }: StackOptions) {
    this.simulator = simulator;
    this.#choice = {
      appDir: APP_DIR,
      subscriptionId: DEFAULT_SUBSCRIPTION,
      simulatorUrl,
      timeScale: TIME_SCALE,
      alertSecret: SECRET,
      ...(workers !== undefined && { workers }),
      ...(extension && { extension }),
    };
  }

  static async start(options: StackOptions): Promise<Stack> {
    const simulator = createSimulator({ clock: new RealClock(), seed: options.seed, timeScale: TIME_SCALE });
    const stack = new Stack(simulator, (await simulator.listen(0)).url, options);
    try {
      await stack.addHost();
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  /** Another host on the same task hub. On Azure one host at a time runs the timers. */
  async addHost(): Promise<HostProcess> {
    const [first] = this.hosts;
    const instance = `host-${this.hosts.length}`;
    const { extension } = this.#choice;
    const host = new HostProcess({
      ...this.#choice,
      ...(extension && { extension: { ...extension, instance } }),
      dataDir: join(this.#dataDir, instance),
      port: 0,
      ...(first && { roles: ['http', 'durable'], publicUrl: first.url }),
    });
    this.hosts.push(host);
    await host.start();
    return host;
  }

  /** Warnings and errors of app and extension, of all hosts. */
  get trouble(): (LogLine & { by: string })[] {
    return this.hosts.flatMap(({ trouble }) => trouble);
  }

  /** One request, to each living host in turn. */
  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const alive = this.hosts.filter(({ up }) => up);
    const host = alive[this.#turn++ % alive.length];
    if (!host) throw new Error(`There is no host to ask ${method} ${path}: ${this.#lastWords()}`);
    const answer = await fetch(new URL(path, host.url), {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  }

  /** One page of a listing of the durable management API, and the token of the next one. */
  async page(path: string, token: string): Promise<{ body: unknown; next: string | undefined }> {
    const url = new URL(path, this.hosts.find(({ up }) => up)?.url);
    const answer = await fetch(url, { headers: token === '' ? {} : { 'x-ms-continuation-token': token } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return { body: await answer.json(), next: answer.headers.get('x-ms-continuation-token') || undefined };
  }

  /** Sends a command and waits for its outcome. @returns `done`, or the outcome and why */
  async command(path: string, body: unknown): Promise<string> {
    const { status, body: accepted } = await this.call('POST', path, body);
    if (status !== 202) return `${status} ${String(accepted.detail)}`;
    const { outcome, reason } = await this.until(`/api/operations/${String(accepted.operationId)}`, ({ outcome }) =>
      ['done', 'failed', 'refused'].includes(String(outcome)),
    );
    return outcome === 'done' ? 'done' : `${String(outcome)}: ${String(reason)}`;
  }

  /** Reads a path until it says what is wanted. @throws with the last answer when it never does @param patience ms */
  async until(
    path: string,
    wanted: (body: Record<string, unknown>) => boolean,
    patience = PATIENCE,
  ): Promise<Record<string, unknown>> {
    for (const end = Date.now() + patience; ; ) {
      // A worker that died answers with 502; a host that is being started again does not answer.
      const body = await this.call('GET', path).then(
        (answer) => answer.body,
        (error: unknown) => ({ error: String(error) }),
      );
      if (wanted(body)) return body;
      if (Date.now() > end)
        throw new Error(`${path} did not come to what was waited for: ${JSON.stringify(body)}\n${this.#lastWords()}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    }
  }

  /** Waits for one of some states. @throws at once when the event ends in another */
  async state(event: string, wanted: string | string[], patience = PATIENCE): Promise<Record<string, unknown>> {
    const enough = (state: unknown) => [wanted].flat().includes(String(state));
    const ended = (state: unknown) => state === 'failed' || state === 'gone';
    const body = await this.until(`/api/status/${event}`, ({ state }) => enough(state) || ended(state), patience);
    if (enough(body.state)) return body;
    const { body: journal } = await this.call('GET', `/api/events/${event}/journal`);
    throw new Error(`${event} is ${body.state}, not ${wanted}: ${JSON.stringify(journal)}\n${this.#lastWords()}`);
  }

  #lastWords(): string {
    return this.hosts.map(({ log }) => log.slice(-3000)).join('\n');
  }

  /** One request to the simulator's own routes. */
  async sim(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.simulator.handle({
      method,
      url: new URL(path, 'http://127.0.0.1'),
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return answer.body;
  }

  /**
   * Sets the faults of one story, or ends them; those of the others stay as they are. What befalls a resource that exists has
   * happened when this returns, and would happen again with every plan.
   */
  async fault(story: string, ...faults: Fault[]): Promise<void> {
    this.#faults.set(story, faults);
    await this.sim('PUT', '/_sim/faults', [...this.#faults.values()].flat());
    this.#faults.set(
      story,
      faults.filter(({ outcome }) => outcome.kind !== 'silent'),
    );
  }

  /** A resource group through the simulator's ARM, as somebody else with rights on the subscription would. @returns the status */
  async arm(method: string, group: string, body?: unknown): Promise<string> {
    const path = `/subscriptions/${DEFAULT_SUBSCRIPTION}/resourcegroups/${group}?api-version=2021-04-01`;
    const answer = await this.simulator.handle({
      method,
      url: new URL(path, 'http://127.0.0.1'),
      headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return String(answer.status);
  }

  /** Names of the resource groups that stand. */
  async groups(): Promise<string[]> {
    return (await this.resources()).filter(({ type }) => /resourceGroups$/i.test(type)).map(({ name }) => name);
  }

  /** Waits until a resource group is gone. */
  async gone(group: string): Promise<void> {
    for (const end = Date.now() + PATIENCE; (await this.groups()).includes(group); ) {
      if (Date.now() > end) throw new Error(`${group} still stands\n${this.#lastWords()}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    }
  }

  async resources(): Promise<{ id: string; type: string; name: string; location?: string }[]> {
    return ((await this.sim('GET', '/_sim/resources')) as { resources: { id: string; type: string; name: string }[] })
      .resources;
  }

  async stop(): Promise<void> {
    await Promise.all(this.hosts.map((host) => host.kill('all')));
    await this.simulator.stop();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}
