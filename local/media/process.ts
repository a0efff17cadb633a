import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';

/** A program that should run. */
export interface ProgramSpec {
  /** What it stands for; one program per id. */
  id: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  logFile: string;
}

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 10_000;
const LONG_LIFE_MS = 20_000;
/** A program told to end gets this long; an agent ends its stream and OBS meanwhile. */
const GRACE_MS = 4_000;

/** Keeps one program running, as a container with restart policy Always or a service would be. */
export class Program {
  readonly spec: ProgramSpec;
  readonly #more: Record<string, string>;
  restarts = -1;
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #wait = FIRST_WAIT_MS;
  #stopped = false;
  #log: WriteStream;

  /** @param more of its environment, beside the spec's */
  constructor(spec: ProgramSpec, more: Record<string, string> = {}) {
    this.spec = spec;
    this.#more = more;
    mkdirSync(dirname(spec.logFile), { recursive: true, mode: 0o700 });
    this.#log = createWriteStream(spec.logFile, { flags: 'a', mode: 0o600 });
    this.#start();
  }
  get pid(): number | undefined {
    return this.#child?.pid;
  }
  /** Ends it for good; resolves when it is gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child) {
      const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      await closed;
      clearTimeout(kill);
    }
    await new Promise<void>((resolve) => this.#log.end(resolve));
  }
  #start(): void {
    const { command, args, env } = this.spec;
    const began = performance.now();
    this.restarts++;
    const child = spawn(command, args, {
      env: { ...process.env, ...env, ...this.#more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdout?.pipe(this.#log, { end: false });
    child.stderr?.pipe(this.#log, { end: false });
    child.once('error', (error) => this.#log.write(`${command}: ${error.message}\n`));
    child.once('close', () => {
      this.#child = undefined;
      if (this.#stopped) return;
      this.#wait = performance.now() - began > LONG_LIFE_MS ? FIRST_WAIT_MS : Math.min(this.#wait * 2, LONGEST_WAIT_MS);
      this.#timer = setTimeout(() => this.#start(), this.#wait);
    });
  }
}
