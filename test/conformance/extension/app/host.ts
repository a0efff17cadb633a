/** One host of the app: a process with its worker processes and, when it has it, the extension's. Each can be killed by itself. */
import { join } from 'node:path';
import { Server, until } from '../../../e2e/process.ts';
import type { LogLine } from '../engine.ts';
import type { HostChoice } from './host-main.ts';

const MAIN = join(import.meta.dirname, 'host-main.ts');

/** What a kill hits: the app's processes, the host alone, the extension alone, or everything at once. */
export type Victim = 'worker' | 'host' | 'extension' | 'all';

const WORDS = { worker: 'worker-child', extension: 'extension-host' };

export class HostProcess {
  readonly #server = new Server();
  readonly #choice: HostChoice;
  /** Whether it can be asked. */
  up = false;

  constructor(choice: HostChoice) {
    this.#choice = choice;
  }
  get url(): string {
    return this.#server.url;
  }
  /** Everything it has printed, over all its lives. */
  get log(): string {
    return this.#server.log;
  }
  /** Warnings and errors of app and extension. */
  get trouble(): (LogLine & { by: string })[] {
    return this.log.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
  }

  /** Starts, on the port it had when it was there before. */
  async start(): Promise<void> {
    const env = { ...process.env, HOST: JSON.stringify(this.#choice) };
    await this.#server.start(MAIN, [], /^host ready on (\S+)/, env);
    this.#choice.port = Number(new URL(this.url).port);
    this.up = true;
  }

  /** kill -9. A host that has lost its extension ends; so does an extension, or a worker, that has lost its host. */
  async kill(victim: Victim): Promise<void> {
    if (victim === 'worker') return this.#killChildren(WORDS.worker);
    this.up = false;
    if (victim === 'all') return this.#server.kill();
    const children = Object.values(WORDS).flatMap((word) => this.#server.children(word));
    if (victim === 'host') await this.#server.killAlone();
    else this.#killChildren(WORDS.extension);
    await this.#server.ended();
    await until(async () => !children.some(alive) || undefined);
  }

  #killChildren(word: string): void {
    const found = this.#server.children(word);
    if (found.length === 0) throw new Error(`There is no process '${word}' to kill`);
    for (const pid of found) process.kill(pid, 'SIGKILL');
  }
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
