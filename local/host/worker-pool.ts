/**
 * An app in processes of its own, as the real host runs it (azure-functions-host RpcFunctionInvocationDispatcher.cs): invocations go
 * around among those that are ready and wait when none is; what runs in one that ends fails with it, and another one takes its place.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogSink } from '../durable/ports.ts';
import type { InvocationResponse } from './core-types.ts';
import { ensureError } from './errors.ts';
import { PASS } from './exchanges.ts';
import { type AppFunction, type AppWorker, FunctionTable, type Invocation } from './functions.ts';
import type { Stream } from './stream-proxy.ts';
import type { WorkerOptions } from './worker.ts';
import { type ProcessOptions, WorkerProcess } from './worker-process.ts';

export interface PoolOptions {
  count: number;
  appDir: string;
  clientInput: string;
  /** The app's own lines. */
  appLog: WorkerOptions['log'];
  log: LogSink;
}

/** Pauses before an app that ends right after its start is started again, ms; the real host's is 10 s, and the first start is at once. */
const PAUSES = [0, 100, 1_000, 10_000];
/** Who lived so long has not ended right after its start, ms. */
const STEADY = 60_000;

interface Ready {
  process: WorkerProcess;
  httpUri: string | undefined;
}

export class WorkerPool extends FunctionTable implements AppWorker {
  readonly #options: PoolOptions;
  readonly #parts: ProcessOptions;
  /** One per place; those not started yet wait for {@link start}. */
  readonly #fresh: WorkerProcess[];
  readonly #all = new Set<WorkerProcess>();
  #ready: Ready[] = [];
  #turn = 0;
  #waiting: (() => void)[] = [];
  #streams = false;
  #stopping = false;
  /** Forwarded invocations, whose process is chosen before they run. */
  readonly #chosen = new Map<string, WorkerProcess>();

  private constructor(
    options: PoolOptions,
    parts: ProcessOptions,
    fresh: WorkerProcess[],
    functions: readonly AppFunction[],
  ) {
    super(functions);
    this.#options = options;
    this.#parts = parts;
    this.#fresh = fresh;
    for (const one of fresh) this.#all.add(one);
  }

  /** @throws HostError when the app does not load */
  static async create(options: PoolOptions): Promise<WorkerPool> {
    const { appDir, clientInput, appLog } = options;
    const parts = { appDir, clientInput, pass: randomBytes(16).toString('hex'), log: appLog };
    const fresh = Array.from({ length: options.count }, () => new WorkerProcess(parts));
    try {
      const [functions = []] = await Promise.all(fresh.map((one) => one.functions));
      return new WorkerPool(options, parts, fresh, functions);
    } catch (error) {
      for (const one of fresh) one.kill();
      throw error;
    }
  }

  /** Process ids of those that are ready. */
  get pids(): number[] {
    return this.#ready.flatMap(({ process }) => process.pid ?? []);
  }

  async start(): Promise<void> {
    await Promise.all(this.#fresh.splice(0).map((process) => this.#open(process, 0)));
    this.#streams = this.#ready.some(({ httpUri }) => httpUri !== undefined);
  }

  async stream(invocationId: string): Promise<Stream | undefined> {
    if (!this.#streams) return undefined;
    const { process, httpUri: uri = '' } = await this.#next();
    this.#chosen.set(invocationId, process);
    return { uri, headers: { [PASS]: this.#parts.pass }, ended: () => process.exchange(invocationId) };
  }

  async run(name: string, invocation: Invocation): Promise<InvocationResponse> {
    const id = invocation.invocationId ?? randomUUID();
    const chosen = this.#chosen.get(id);
    this.#chosen.delete(id);
    const process = chosen ?? (await this.#next()).process;
    const over = this.#all.has(process) ? undefined : await process.ended;
    if (over) throw over;
    try {
      return await process.run(id, name, { ...invocation, invocationId: id });
    } finally {
      // Nobody asks for what was not forwarded.
      if (!chosen) process.exchange(id);
    }
  }

  /** A function that took too long cannot be stopped, but its process can; the real host does so. */
  giveUp(invocationId: string): void {
    for (const one of this.#all) if (one.runs(invocationId)) one.kill();
  }

  async terminate(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#all].map((one) => one.terminate()));
  }
  abandon(): void {
    this.#stopping = true;
    for (const one of this.#all) one.kill();
  }

  /** The next one in turn, as soon as there is any. */
  async #next(): Promise<Ready> {
    for (;;) {
      const next = this.#ready[this.#turn++ % Math.max(1, this.#ready.length)];
      if (next) return next;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async #open(process: WorkerProcess, failures: number): Promise<void> {
    const begun = Date.now();
    const watched = process.ended.then((exit) => {
      this.#all.delete(process);
      this.#ready = this.#ready.filter((one) => one.process !== process);
      if (this.#stopping) return;
      const { log } = this.#options;
      log('error', 'Worker.Process', `Language Worker Process exited. Pid=${process.pid}.\n${exit.message}`);
      void this.#replace(Date.now() - begun > STEADY ? 0 : failures + 1);
    });
    const httpUri = await process.start();
    this.#ready.push({ process, httpUri });
    for (const resolve of this.#waiting.splice(0)) resolve();
    void watched;
  }

  async #replace(failures: number): Promise<void> {
    await delay(PAUSES[Math.min(failures - 1, PAUSES.length - 1)] ?? 0, undefined, { ref: false });
    if (this.#stopping) return;
    const process = new WorkerProcess(this.#parts);
    this.#all.add(process);
    try {
      const known = new Set(this.functions.map(({ name }) => name));
      const functions = await process.functions;
      const changed = functions.length !== known.size || functions.some(({ name }) => !known.has(name));
      if (changed)
        this.#options.log(
          'warning',
          'Worker.Process',
          'The app has other functions than at the start: start the host again',
        );
      await this.#open(process, failures);
    } catch (error) {
      if (this.#stopping || !this.#all.delete(process)) return;
      process.kill();
      this.#options.log('error', 'Worker.Process', `The app did not start again: ${ensureError(error).message}`);
      void this.#replace(failures + 1);
    }
  }
}
