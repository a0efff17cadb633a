/** Runs invocations the way the host does around its worker: log lines, time limit, clock, count for draining. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { FunctionKind, FunctionRunner, InvocationResult, LogSink, TypedData } from '../durable/ports.ts';
import { formatTimeSpan } from '../timespan.ts';
import type { InvocationResponse } from './core-types.ts';
import { ensureError } from './errors.ts';
import type { AppWorker, Invocation } from './functions.ts';
import { held, type SharedClock } from './holds.ts';
import { settled } from './worker.ts';

export interface ExecutorOptions {
  worker: AppWorker;
  clock: Clock;
  /** The clock the durable engine holds while it waits for an invocation. */
  engineClock: SharedClock;
  log: LogSink;
  /** Milliseconds one invocation may take; undefined means unbounded. */
  timeout: number | undefined;
}

export class Executor implements FunctionRunner {
  #options: ExecutorOptions;
  /** Invocations that are not the engine's. */
  #running = new Set<Promise<unknown>>();

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  names(kind: FunctionKind): readonly string[] {
    return this.#options.worker.names(kind);
  }

  invoke(kind: FunctionKind, name: string, trigger: TypedData, instanceId: string): Promise<InvocationResult> {
    const invocation = this.#options.worker.durableInvocation(kind, name, trigger, instanceId);
    return settled(this.#options.engineClock.lent(() => this.#execute(name, invocation, '(null)')));
  }

  /**
   * @param reason for the log line, in the real host's words
   * @param forwarded of an answer that streams, for minutes perhaps, so that it does not hold the clock: throws when that failed
   * @throws what the function threw, or that it took too long
   */
  execute(name: string, invocation: Invocation, reason: string, forwarded?: () => void): Promise<InvocationResponse> {
    const once = () => this.#execute(name, invocation, reason, forwarded);
    const run = forwarded ? once() : held(this.#options.clock, once);
    this.#running.add(run);
    const done = () => this.#running.delete(run);
    run.then(done, done);
    return run;
  }

  /** Resolves when nothing runs any more but durable functions, which are the engine's to wait for. */
  async drained(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled([...this.#running]);
  }

  async #execute(
    name: string,
    invocation: Invocation,
    reason: string,
    forwarded?: () => void,
  ): Promise<InvocationResponse> {
    const { worker, clock, log } = this.#options;
    const id = invocation.invocationId ?? randomUUID();
    const category = `Function.${name}`;
    const started = clock.now();
    log('information', category, `Executing 'Functions.${name}' (Reason='${reason}', Id=${id})`);
    const ended = (outcome: string) =>
      `Executed 'Functions.${name}' (${outcome}, Id=${id}, Duration=${Math.round(clock.now() - started)}ms)`;
    try {
      const response = await this.#limited(name, id, worker.run(name, { ...invocation, invocationId: id }));
      forwarded?.();
      log('information', category, ended('Succeeded'));
      return response;
    } catch (thrown) {
      const error = ensureError(thrown);
      log(
        'error',
        category,
        `${ended('Failed')}\nResult: Failure\nException: ${error.message}\nStack: ${error.stack ?? ''}`,
      );
      throw thrown;
    }
  }

  #limited<T>(name: string, id: string, run: Promise<T>): Promise<T> {
    const { timeout, clock, worker } = this.#options;
    if (timeout === undefined) return run;
    return new Promise<T>((resolve, reject) => {
      const cancel = clock.at(clock.now() + timeout, () => {
        const error = new Error(
          `Timeout value of ${formatTimeSpan(timeout)} was exceeded by function: Functions.${name}`,
        );
        // Where the host noticed says nothing to the app, and histories are to repeat.
        error.stack = error.message;
        reject(error);
        worker.giveUp(id);
      });
      run.then(resolve, reject).finally(cancel);
    });
  }
}
