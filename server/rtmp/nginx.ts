/** Keeps nginx running with its RTMP module. It ends with this program, however that ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;
const LONG_LIFE_MS = 10_000;

export class Nginx {
  readonly #program: string;
  readonly #folder: string;
  readonly #ended: () => void;
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #wait = FIRST_WAIT_MS;
  #stopped = false;
  /** Starts after the first. */
  restarts = -1;
  #words = '';

  /**
   * @param folder where it keeps its configuration, which holds a proof
   * @param ended called each time that it ended
   */
  constructor(program: string, folder: string, config: string, ended: () => void) {
    this.#ended = ended;
    this.#program = program;
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#write(config);
    this.#start();
  }
  get running(): boolean {
    return this.#child !== undefined;
  }
  /** What it said last before it ended. */
  get words(): string {
    return this.#words;
  }
  /** With another configuration: everybody is disconnected and comes again. */
  change(config: string): void {
    this.#write(config);
    this.#child?.kill('SIGTERM');
  }
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (!child) return;
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    child.kill('SIGTERM');
    await closed;
  }
  #write(config: string): void {
    writeFileSync(join(this.#folder, 'nginx.conf'), config, { mode: 0o600 });
  }
  #start(): void {
    const began = performance.now();
    this.restarts++;
    // `setpriv --pdeathsig` (util-linux): nginx clears its environment, by which it would be found otherwise.
    const args = ['--pdeathsig', 'TERM', this.#program, '-e', 'stderr', '-p', this.#folder, '-c', 'nginx.conf'];
    const child = spawn('setpriv', args, { cwd: this.#folder, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    let words = '';
    child.stderr?.on('data', (part) => {
      words = `${words}${part}`.slice(-500);
    });
    child.once('error', (error) => {
      words = error.message;
    });
    child.once('close', () => {
      this.#child = undefined;
      this.#words = words.trim();
      this.#ended();
      if (this.#stopped) return;
      this.#wait = performance.now() - began > LONG_LIFE_MS ? FIRST_WAIT_MS : Math.min(this.#wait * 2, LONGEST_WAIT_MS);
      this.#timer = setTimeout(() => this.#start(), this.#wait);
    });
  }
}
