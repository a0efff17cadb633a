/**
 * The built product as a user has it: the local start in a process group of its own over a temporary data folder,
 * and the command line as child processes. Needs `npm run build` first (npm test does it).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LOCAL = join(ROOT, 'dist/local/main.js');
const CLI = join(ROOT, 'dist/cli/main.js');
const READY = /^stream-control ready on (\S+)/;

export interface StackOptions {
  timeScale?: number;
  seed?: string;
  /** A fault plan, as in the contract. */
  faults?: unknown[];
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
  url = '';
  /** Everything the local start has printed, over all its lives. */
  log = '';
  readonly #options: StackOptions;
  #child: ChildProcess | undefined;

  constructor(options: StackOptions = {}) {
    this.#options = options;
  }

  /** Starts, and resolves when it says that it is ready. Free ports the first time, the same ones after. */
  async start(): Promise<this> {
    const { timeScale = 600, seed = 'e2e' } = this.#options;
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
    ];
    // Detached: a process group of its own, so that a kill reaches all of it and nothing else.
    const child = spawn(process.execPath, [LOCAL, ...flags], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const exit = once(child, 'exit');
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.log += text;
    });
    const ready = new Promise<string>((resolve) => {
      createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
        this.log += `${line}\n`;
        const url = READY.exec(line)?.[1];
        if (url) resolve(url);
      });
    });
    const url = await Promise.race([ready, exit.then(() => undefined)]);
    if (url === undefined) throw new Error(`The local start ended with ${child.exitCode}:\n${this.log}`);
    this.url = url;
    if (this.#options.faults) await this.sim('PUT', '/_sim/faults', this.#options.faults);
    return this;
  }

  /** Ends the whole process group at once, as a crash or a power cut would. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    process.kill(-child.pid, 'SIGKILL');
    await exit;
  }

  /** Ends it and removes its data. */
  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** A request to the control plane; its answer's JSON. */
  async api<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; json: T }> {
    return request(this.url + path, method, body, headers);
  }

  /** A request to the simulator's own pages. */
  async sim<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { simulatorPort } = JSON.parse(readFileSync(join(this.data, 'serve.json'), 'utf8')) as {
      simulatorPort: number;
    };
    return (await request<T>(`http://127.0.0.1:${simulatorPort}${path}`, method, body, {})).json;
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

async function request<T>(url: string, method: string, body: unknown, headers: Record<string, string>) {
  const response = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: (text ? JSON.parse(text) : undefined) as T };
}
