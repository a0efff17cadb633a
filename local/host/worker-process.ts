/** One process of an app, as its host sees it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { InvocationResponse } from './core-types.ts';
import { HostError, WorkerExit } from './errors.ts';
import type { Exchange } from './exchanges.ts';
import type { AppFunction, Invocation } from './functions.ts';
import type { WorkerOptions } from './worker.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

const CHILD = join(import.meta.dirname, `worker-child${import.meta.filename.endsWith('.ts') ? '.ts' : '.js'}`);

export interface ProcessOptions {
  appDir: string;
  clientInput: string;
  /** Proves to the app's proxy that the host forwards a request. */
  pass: string;
  log: WorkerOptions['log'];
}

interface Pending {
  resolve: (response: InvocationResponse) => void;
  reject: (error: Error) => void;
}

export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #options: ProcessOptions;
  readonly #pending = new Map<string, Pending>();
  /** Of forwarded invocations that ended, until somebody asks. */
  readonly #exchanges = new Map<string, Exchange>();
  readonly #loaded = Promise.withResolvers<readonly AppFunction[]>();
  readonly #started = Promise.withResolvers<string | undefined>();
  /** Resolves, with what the real host says of it, when the process has ended. */
  readonly ended: Promise<WorkerExit>;

  constructor(options: ProcessOptions) {
    this.#options = options;
    // Its output is the app's, which goes where the host's log goes.
    const stdio = ['ignore', 2, 2, 'ipc'] as const;
    this.#child = fork(CHILD, [], { stdio: [...stdio], serialization: 'advanced', execArgv: [] });
    this.#child.on('message', (message: FromWorker) => this.#heard(message));
    this.#child.on('error', () => {});
    for (const { promise } of [this.#loaded, this.#started]) promise.catch(() => {});
    this.ended = once(this.#child, 'exit').then(([code, signal]) =>
      this.#gone(code as number, signal as string | null),
    );
    const { appDir, clientInput, pass } = options;
    this.#tell({ kind: 'load', appDir, clientInput, pass });
  }
  get pid(): number | undefined {
    return this.#child.pid;
  }
  /** @throws HostError when the app does not load, WorkerExit when the process ends before it has */
  get functions(): Promise<readonly AppFunction[]> {
    return this.#loaded.promise;
  }
  /** Runs the appStart hooks. @returns the base address of the app's HTTP proxy, in streaming mode */
  start(): Promise<string | undefined> {
    this.#tell({ kind: 'start' });
    return this.#started.promise;
  }
  run(id: string, name: string, invocation: Invocation): Promise<InvocationResponse> {
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#tell({ kind: 'run', id, name, invocation });
    });
  }
  runs(id: string): boolean {
    return this.#pending.has(id);
  }
  /** Undefined when the process ended before the function did. Ask once. */
  exchange(id: string): Exchange | undefined {
    const exchange = this.#exchanges.get(id);
    this.#exchanges.delete(id);
    return exchange;
  }
  async terminate(): Promise<void> {
    this.#tell({ kind: 'terminate' });
    await this.ended;
  }
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #tell(message: ToWorker): void {
    // Whether it was heard shows by an answer or by the end of the process.
    if (this.#child.connected) this.#child.send(message, () => {});
  }
  #heard(message: FromWorker): void {
    switch (message.kind) {
      case 'loaded':
        this.#loaded.resolve(message.functions);
        return;
      case 'started':
        this.#started.resolve(message.httpUri);
        return;
      case 'refused': {
        const error = new HostError(message.message);
        this.#loaded.reject(error);
        this.#started.reject(error);
        return;
      }
      case 'log':
        this.#options.log(message.level, message.category, message.message, message.name);
        return;
      case 'done':
        this.#exchanges.set(message.id, message.exchange);
        this.#take(message.id)?.resolve(message.response);
        return;
      case 'threw': {
        this.#exchanges.set(message.id, message.exchange);
        const error = new Error(message.message);
        error.stack = message.stack;
        this.#take(message.id)?.reject(error);
        return;
      }
    }
  }
  #take(id: string): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }
  #gone(code: number | null, signal: string | null): WorkerExit {
    const number = signal === null ? undefined : constants.signals[signal as NodeJS.Signals];
    const error = new WorkerExit(code ?? 128 + (number ?? 0));
    this.#loaded.reject(error);
    this.#started.reject(error);
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    return error;
  }
}
