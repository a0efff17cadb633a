/**
 * The built product as a user has it: the local start in a process group of its own over a temporary data folder,
 * and the command line as child processes. Needs `npm run build` first (npm test does it).
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childrenOf, request, Server } from './process.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LOCAL = join(ROOT, 'dist/local/main.js');
const CLI = join(ROOT, 'dist/cli/main.js');

export interface StackOptions {
  timeScale?: number;
  seed?: string;
  /** A fault plan, as in the contract. */
  faults?: unknown[];
  /** Processes of its own that the app runs in; none by default. */
  workers?: number;
  /** App settings beyond the local start's. */
  settings?: Record<string, string>;
}
export interface Outcome {
  code: number | null;
  out: string;
  err: string;
}
export interface SimResource {
  id: string;
  type: string;
  name: string;
}

export class Stack {
  readonly data = mkdtempSync(join(tmpdir(), 'stream-control-e2e-'));
  readonly #options: StackOptions;
  readonly #server = new Server();

  constructor(options: StackOptions = {}) {
    this.#options = options;
  }
  get url(): string {
    return this.#server.url;
  }
  get log(): string {
    return this.#server.log;
  }

  /** Starts, and resolves when it says that it is ready. Free ports the first time, the same ones after. */
  async start(): Promise<this> {
    const { timeScale = 600, seed = 'e2e', workers, settings = {} } = this.#options;
    const flags = [
      '--port',
      '0',
      '--simulator-port',
      '0',
      '--data',
      this.data,
      '--time-scale',
      `${timeScale}`,
      '--seed',
      seed,
      ...(workers === undefined ? [] : ['--workers', `${workers}`]),
    ];
    await this.#server.start(LOCAL, flags, /^stream-control ready on (\S+)/, { ...process.env, ...settings });
    if (this.#options.faults) await this.sim('PUT', '/_sim/faults', this.#options.faults);
    return this;
  }
  /** Process ids of the app's own processes (Linux). */
  workers(): number[] {
    const { pid } = JSON.parse(readFileSync(join(this.data, 'serve.json'), 'utf8')) as { pid: number };
    return childrenOf(pid, 'worker-child');
  }
  kill(): Promise<void> {
    return this.#server.kill();
  }

  /** Ends it and removes its data. */
  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** A request to the control plane. */
  api<T>(method: string, path: string, body?: unknown): Promise<{ status: number; json: T }> {
    return request<T>(method, this.url + path, body);
  }

  /** A request to the simulator's own pages. */
  async sim<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { simulatorPort } = JSON.parse(readFileSync(join(this.data, 'serve.json'), 'utf8')) as {
      simulatorPort: number;
    };
    return (await request<T>(method, `http://127.0.0.1:${simulatorPort}${path}`, body)).json;
  }

  /** What exists in the simulated Azure because of events. */
  async resources(): Promise<SimResource[]> {
    return (await this.sim<{ resources: SimResource[] }>('GET', '/_sim/resources')).resources;
  }

  /** Runs the built command line against this stack. */
  cli(line: string | string[], stdin = ''): Promise<Outcome> {
    return runCli(Array.isArray(line) ? line : line.split(' '), { STREAM_CONTROL_URL: this.url }, stdin);
  }
}

/** Runs the built command line as a real process. */
export async function runCli(argv: string[], env: Record<string, string> = {}, stdin = ''): Promise<Outcome> {
  const child = spawn(process.execPath, [CLI, ...argv], { env: { PATH: process.env.PATH, ...env } });
  const result = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    result.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    result.err += text;
  });
  child.stdin.end(stdin);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...result };
}
