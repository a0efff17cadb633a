/** Runs scheduled activities, at least once each, a limited number at a time; the first result that is written counts. */
import type { Clock } from '../clock.ts';
import type { Committer } from './commit.ts';
import type { Compat } from './compat.ts';
import { activityFailure, exitFailure, httpFailure } from './failure.ts';
import { EventType, event, type TaskCompleted, type TaskFailed } from './history.ts';
import { callHttp } from './http-activity.ts';
import type { FunctionRunner, InvocationResult, LogSink } from './ports.ts';
import { missingFunction } from './replay/calls.ts';
import { HTTP_ACTIVITY } from './replay/http.ts';
import type { Activity } from './store/ports.ts';
import { completed, failed, started } from './trace/lines.ts';
import type { Trace } from './trace.ts';
import { activityTrigger, resultText } from './typed-data.ts';

interface Deps {
  clock: Clock;
  committer: Committer;
  runner: FunctionRunner;
  compat: Compat;
  log: LogSink;
  trace: Trace;
  limit: number;
  /** True while no more should begin; `pump` must be called when that ends. */
  full: () => boolean;
  http: typeof fetch;
}

export class Activities {
  #deps: Deps;
  #queue: { activity: Activity; release: () => void }[] = [];
  #next = 0;
  #running = 0;
  #started = false;
  #idle: (() => void)[] = [];

  constructor(deps: Deps) {
    this.#deps = deps;
  }
  add(activity: Activity): void {
    this.#queue.push({ activity, release: this.#deps.clock.hold() });
    this.pump();
  }
  start(): void {
    this.#started = true;
    this.pump();
  }
  /** Starts no more; resolves when those running have written their result. */
  async stop(): Promise<void> {
    this.#started = false;
    if (this.#running > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
    for (const { release } of this.#queue.splice(this.#next)) release();
  }
  /** Begins activities as far as limits allow. */
  pump(): void {
    while (this.#started && this.#running < this.#deps.limit && this.#next < this.#queue.length) {
      if (this.#deps.full()) return;
      const entry = this.#queue[this.#next++];
      // The consumed head is cut off now and then, so that a long queue costs neither memory nor shifting.
      if (this.#next > 1024) {
        this.#queue.splice(0, this.#next);
        this.#next = 0;
      }
      if (!entry) return;
      this.#running++;
      void this.#run(entry.activity).finally(() => {
        entry.release();
        this.#running--;
        this.pump();
        if (!this.#started && this.#running === 0) for (const resolve of this.#idle.splice(0)) resolve();
      });
    }
  }
  async #run(activity: Activity): Promise<void> {
    const { clock, committer, log } = this.#deps;
    const { instanceId, executionId, taskId, name } = activity;
    try {
      const result = await this.#told(activity);
      const now = clock.now();
      const outcome = result.ok
        ? event<TaskCompleted>(
            EventType.TaskCompleted,
            { TaskScheduledId: taskId, Result: resultText(result.returnValue) },
            now,
          )
        : event<TaskFailed>(EventType.TaskFailed, { TaskScheduledId: taskId, ...this.#failure(name, result) }, now);
      const message = { instanceId, executionId, event: JSON.stringify(outcome) };
      committer.apply({ kind: 'result', key: activity, message });
    } catch (error) {
      // The row stays, so the activity runs again at the next start.
      log('error', 'Host.Triggers.DurableTask', `${instanceId}: activity '${name}' was given back: ${String(error)}`);
    }
  }
  /** The built-in activity of callHttp is told of by its caller only. */
  #told(activity: Activity): Promise<InvocationResult> {
    const { information, error } = this.#deps.trace;
    return activity.name === HTTP_ACTIVITY || (!information && !error)
      ? this.#invoke(activity)
      : this.#traced(activity);
  }
  async #traced(activity: Activity): Promise<InvocationResult> {
    const { information, error, payload, exception } = this.#deps.trace;
    const { instanceId, name, taskId, input } = activity;
    const subject = { instanceId, name, type: 'Activity' as const };
    information?.(started(subject, payload(input), taskId));
    const result = await this.#invoke(activity);
    if (result.ok) information?.(completed(subject, payload(resultText(result.returnValue)), false, taskId));
    else error?.(failed(subject, exception('System.Exception', `System.Exception: ${result.message}`), taskId));
    return result;
  }
  async #invoke({ instanceId, name, input }: Activity): Promise<InvocationResult> {
    const { runner, compat, http } = this.#deps;
    if (name === HTTP_ACTIVITY) return callHttp(input, http);
    const problem = missingFunction(name, 'activity', runner.names('activity'));
    if (problem) return { ok: false, message: problem, stack: '' };
    return runner.invoke('activity', name, activityTrigger(input, compat.booleanInputAsText), instanceId);
  }
  #failure(name: string, { message, stack, exited }: Extract<InvocationResult, { ok: false }>) {
    if (name === HTTP_ACTIVITY) return httpFailure(message);
    if (exited) return exitFailure(name, message);
    return activityFailure(name, message, stack, this.#deps.compat.doubleSpaceInFailures ? ' ' : '');
  }
}
