import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** A pipeline that lived shorter than this counts as failing, and the next start waits longer. */
const SHORT_LIFE_MS = 10_000;
const LONGEST_WAIT_MS = 5_000;
/** A pipeline told to end gets this long before it is killed. */
const GRACE_MS = 1_500;

export interface PipelineOptions {
  /** Path of the srt-pipe program. */
  program: string;
  /** Lines of settings; they are passed through a pipe, so that secrets in them do not show in `ps`. */
  settings: string;
  /** How long to wait before it is started again when it has ended by itself, in ms; doubled while it keeps failing. */
  restartAfterMs: number;
  /** Each line of text: an event of srt-pipe. */
  onLine: (line: string) => void;
  onStart: (pid: number | undefined) => void;
  /** It has ended; `asked` when {@link Pipeline.stop} did it. */
  onEnd: (asked: boolean) => void;
}

/** One srt-pipe process that is always there: started again whenever it ends. */
export class Pipeline {
  #options: PipelineOptions;
  #child: ChildProcess | undefined;
  #startedAt = 0;
  #wait: number;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#wait = options.restartAfterMs;
  }
  get input(): Socket | undefined {
    return (this.#child?.stdin as Socket | null) ?? undefined;
  }
  get output(): Socket | undefined {
    return (this.#child?.stdout as Socket | null) ?? undefined;
  }
  /** What comes from a listener's second publisher. */
  get second(): Socket | undefined {
    return (this.#child?.stdio[4] as Socket | null | undefined) ?? undefined;
  }

  start(): void {
    const { program, settings, onLine, onStart } = this.#options;
    this.#startedAt = performance.now();
    const child = spawn(program, [], {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
      env: withoutSecrets(process.env),
    });
    this.#child = child;
    // Writing to a process that has just died is no fault of its own: its end is reported once, below.
    for (const stream of child.stdio) stream?.on('error', () => {});
    (child.stdio[3] as Socket).end(settings);
    if (child.stderr) createInterface({ input: child.stderr }).on('line', onLine);
    child.once('error', (error) => onLine(`error ${program}: ${error.message}`));
    child.once('close', () => this.#ended(child));
    onStart(child.pid);
  }
  /** Ends it for good; resolves when the process is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (!child) return;
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    await closed;
    clearTimeout(kill);
  }

  #ended(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    const { restartAfterMs, onEnd } = this.#options;
    onEnd(this.#stopping);
    if (this.#stopping) return;
    const wait = this.#wait;
    const short = performance.now() - this.#startedAt < SHORT_LIFE_MS;
    this.#wait = short ? Math.min(wait * 2, LONGEST_WAIT_MS) : restartAfterMs;
    this.#timer = setTimeout(() => this.start(), wait);
  }
}

/** The environment for programs that need none of our secrets. */
export const withoutSecrets = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.includes('PASSPHRASE')));
