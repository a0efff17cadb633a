/** The local start with real media, as a user has it: what it prints, and requests to it. Needs a build. */
import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { end, endAll, start, until } from './support.ts';

export class Served {
  /** Everything that was printed since the start. */
  text = '';
  readonly #data: string;
  #url = '';
  #server: ChildProcess | undefined;

  /** @param data folder, removed at the end */
  constructor(data: string) {
    this.#data = data;
  }
  get url(): string {
    return this.#url;
  }
  start(): void {
    this.text = '';
    const flags = ['--media', '--port', '0', '--simulator-port', '0', '--data', this.#data, '--time-scale', '12'];
    const server = start(process.execPath, ['dist/local/main.js', ...flags]);
    this.#server = server;
    for (const stream of [server.stdout, server.stderr])
      stream?.on('data', (chunk) => {
        this.text += chunk;
      });
  }
  async ready(): Promise<void> {
    this.#url = await until('ready', () => /ready on (\S+)/.exec(this.text)?.[1]);
  }
  async kill(): Promise<void> {
    if (this.#server) await end(this.#server, 'SIGKILL');
  }
  async stop(): Promise<void> {
    if (this.#server) await end(this.#server, 'SIGTERM');
    await endAll();
    rmSync(this.#data, { recursive: true, force: true });
  }

  async get(path: string): Promise<Record<string, unknown>> {
    return (await (await fetch(`${this.#url}${path}`)).json()) as Record<string, unknown>;
  }
  async post(path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown>; text: string }> {
    const answer = await fetch(`${this.#url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: JSON.parse(text) as Record<string, unknown>, text };
  }
}
