/** The built app on a local host with an engine of one's choice, the simulator beside it; real time, divided by a scale. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulator, DEFAULT_SUBSCRIPTION, type Simulator } from '../../../local/azure/simulator.ts';
import { RealClock } from '../../../local/clock.ts';
import { createHost, type Host, type HostOptions } from '../../../local/host/host.ts';
import { simulatorSettings } from '../../../local/serve/app-settings.ts';

const APP_DIR = join(import.meta.dirname, '../../..');
const TIME_SCALE = 300;
const SECRET = 'alert-secret-of-the-tests';
/** Milliseconds between looks at what is waited for, and after which it will not come. */
const LOOK = 200;
const PATIENCE = 180_000;

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

export class Stack {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'stream-control-extension-'));
  readonly log: string[] = [];
  simulator!: Simulator;
  host!: Host;
  #engine: HostOptions['engine'];
  #clock = new RealClock();

  private constructor(engine: HostOptions['engine']) {
    this.#engine = engine;
  }

  /** @param engine the local engine when undefined */
  static async start(seed: string, engine?: HostOptions['engine']): Promise<Stack> {
    const stack = new Stack(engine);
    let simulatorUrl = '';
    stack.host = stack.#newHost(() => simulatorUrl);
    await stack.host.listen(0);
    stack.simulator = createSimulator({
      clock: stack.#clock,
      seed,
      timeScale: TIME_SCALE,
      controlPlane: { url: stack.host.origin, alertSecret: SECRET },
    });
    simulatorUrl = (await stack.simulator.listen(0)).url;
    await stack.host.start();
    return stack;
  }

  #newHost(simulatorUrl: () => string): Host {
    return createHost({
      appDir: APP_DIR,
      dataDir: join(this.dataDir, 'host'),
      clock: this.#clock,
      ...(this.#engine && { engine: this.#engine }),
      log: (level, category, message) => {
        if (level === 'warning' || level === 'error') this.log.push(`${level} ${category} ${message}`);
      },
      settings: (publicUrl) =>
        simulatorSettings(APP_DIR, process.env, {
          subscriptionId: DEFAULT_SUBSCRIPTION,
          publicUrl,
          simulatorUrl: simulatorUrl(),
          timeScale: TIME_SCALE,
          alertSecret: SECRET,
        }),
    });
  }

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await fetch(new URL(path, this.host.origin), {
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

  state(event: string, ...states: string[]): Promise<Record<string, unknown>> {
    return this.until(`/api/status/${event}`, ({ state }) => states.includes(String(state)));
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
    await this.host.stop();
    await this.simulator.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
