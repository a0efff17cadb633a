/** The built app on a local host with an engine of one's choice, the simulator beside it; real time, divided by a scale. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Simulator } from '../../../local/azure/simulator.ts';
import { createSimulator, DEFAULT_SUBSCRIPTION } from '../../../local/fleet/simulator.ts';
import { RealClock } from '../../../local/clock.ts';
import { Server } from '../../e2e/process.ts';
import type { LogLine } from './engine.ts';
import type { HostChoice } from './host-main.ts';

const APP_DIR = join(import.meta.dirname, '../../..');
const HOST = join(import.meta.dirname, 'host-main.ts');
/** Deadlines of steps are divided by it as well: a machine that is busy must still keep them. */
const TIME_SCALE = 120;
const SECRET = 'alert-secret-of-the-tests';
/** Milliseconds between looks at what is waited for, and after which it will not come. */
const LOOK = 200;
const PATIENCE = 180_000;

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

export class Stack {
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'stream-control-extension-'));
  readonly #server = new Server();
  readonly #choice: HostChoice;
  readonly simulator: Simulator;

  private constructor(simulator: Simulator, simulatorUrl: string, extension: HostChoice['extension']) {
    this.simulator = simulator;
    this.#choice = {
      appDir: APP_DIR,
      dataDir: join(this.#dataDir, 'host'),
      port: 0,
      subscriptionId: DEFAULT_SUBSCRIPTION,
      simulatorUrl,
      timeScale: TIME_SCALE,
      alertSecret: SECRET,
      ...(extension && { extension }),
    };
  }

  /** @param extension the local engine when undefined */
  static async start(seed: string, extension?: HostChoice['extension']): Promise<Stack> {
    const simulator = createSimulator({ clock: new RealClock(), seed, timeScale: TIME_SCALE });
    const stack = new Stack(simulator, (await simulator.listen(0)).url, extension);
    try {
      await stack.startHost();
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return stack;
  }

  /** Starts the host, on the port it had when it was there before. */
  async startHost(): Promise<void> {
    const env = { ...process.env, HOST: JSON.stringify(this.#choice) };
    await this.#server.start(HOST, [], /^host ready on (\S+)/, env);
    this.#choice.port = Number(new URL(this.#server.url).port);
  }

  /** kill -9 of the host and everything it has started. */
  killHost(): Promise<void> {
    return this.#server.kill();
  }

  /** Warnings and errors of app and extension. */
  get trouble(): (LogLine & { by: string })[] {
    return this.#server.log.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
  }

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await fetch(new URL(path, this.#server.url), {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
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

  /** Reads a path until it says what is wanted. @throws with the last answer when it never does */
  async until(path: string, wanted: (body: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    for (const end = Date.now() + PATIENCE; ; ) {
      const { body } = await this.call('GET', path);
      if (wanted(body)) return body;
      if (Date.now() > end) throw new Error(`${path} did not come to what was waited for: ${JSON.stringify(body)}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    }
  }

  /** Waits for a state. @throws at once when the event ends in another */
  async state(event: string, wanted: string): Promise<Record<string, unknown>> {
    const ended = (state: unknown) => state === 'failed' || state === 'gone';
    const body = await this.until(`/api/status/${event}`, ({ state }) => state === wanted || ended(state));
    if (body.state === wanted) return body;
    const { body: journal } = await this.call('GET', `/api/events/${event}/journal`);
    throw new Error(
      `${event} is ${body.state}, not ${wanted}: ${JSON.stringify(journal)}\n${this.#server.log.slice(-3000)}`,
    );
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

  async stop(): Promise<void> {
    await this.#server.kill();
    await this.simulator.stop();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}
