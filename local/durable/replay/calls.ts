/** The calls an action can make, with the extension's validation and loops (DurableOrchestrationContext.cs). Each hands out sequence ids at the moment the real one does. */
import type { Compat } from '../compat.ts';
import { jsonText } from '../newtonsoft.ts';
import type { FunctionKind } from '../ports.ts';
import type { EntityKey, HttpRequest, RetryOptions } from './actions.ts';
import type { ReplayContext } from './context.ts';
import { EntityCalls } from './entity-calls.ts';
import { ExternalEvents } from './external-events.ts';
import { Fatal } from './fatal.ts';
import { HTTP_ACTIVITY, pollHttp } from './http.ts';
import type { Observer } from './observer.ts';
import { withRetry } from './retry.ts';
import { run, type Task } from './task.ts';

/** Function names of a kind, as the app spells them. */
export type KnownFunctions = (kind: FunctionKind) => readonly string[];

export interface CallOptions {
  instanceId: string;
  parentInstanceId: string | null;
  compat: Compat;
  functions: KnownFunctions;
  maxOrchestrationActions: number;
  /** Version of sub-orchestrations that name none. */
  defaultVersion: string;
  /** Wait between polls of callHttp when the answer names none, ms. */
  httpSleep: number;
  warn: (message: string) => void;
  observer?: Observer | undefined;
}

const DAY = 86_400_000;
/** Longest single timer and the piece a longer one is split into (AzureStorageDurabilityProvider.cs), ms. */
export const MAX_TIMER = 6 * DAY;
export const TIMER_INTERVAL = 3 * DAY;

/** What the extension says about a function that is missing, disabled or of another kind (DurableTaskExtension.ThrowIfFunctionDoesNotExist). */
export function missingFunction(name: string, kind: FunctionKind, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  if (known.some((one) => one.toLowerCase() === wanted)) return undefined;
  const article = kind === 'activity' || kind === 'entity' || kind === 'orchestrator' ? 'an' : 'a';
  const info =
    known.length > 0
      ? `The following are the known ${kind} functions: '${known.join("', '")}'.`
      : `No ${kind} functions are currently registered!`;
  return `The function '${name}' doesn't exist, is disabled, or is not ${article} ${kind} function. Additional info: ${info}`;
}

export class Calls {
  readonly events: ExternalEvents;
  readonly #context: ReplayContext;
  readonly #options: CallOptions;
  readonly #entities: EntityCalls;
  #actions = 0;

  constructor(context: ReplayContext, options: CallOptions) {
    this.#context = context;
    this.#options = options;
    const { observer } = options;
    this.events = new ExternalEvents(observer);
    this.#entities = new EntityCalls(context, this.events, options.instanceId, () => this.#count(), observer);
    context.onEvent = (name, input) => this.events.raise(name, input);
  }

  activity(name: string, input: unknown): Task {
    this.#require(name, 'activity');
    this.#count();
    return this.#called(name, 'Activity', this.#context.activity(name, asArray(input)));
  }
  activityWithRetry(name: string, input: unknown, options: RetryOptions): Task {
    this.#validateDelays(options);
    this.#require(name, 'activity');
    this.#count();
    const text = asArray(input);
    return this.#called(
      name,
      'Activity',
      this.#retry(options, () => this.#context.activity(name, text)),
    );
  }
  sub(name: string, input: unknown, instanceId: string | undefined, version: string | undefined): Task {
    this.#requireSub(name, instanceId);
    this.#count();
    const called = version ?? this.#options.defaultVersion;
    const task = this.#context.subOrchestration(name, called, instanceId, inputText(input));
    return this.#called(name, 'Orchestrator', task);
  }
  subWithRetry(
    name: string,
    input: unknown,
    instanceId: string | undefined,
    version: string | undefined,
    options: RetryOptions,
  ): Task {
    this.#validateDelays(options);
    this.#requireSub(name, instanceId);
    this.#count();
    const text = inputText(input);
    const task = this.#retry(options, () =>
      this.#context.subOrchestration(name, version ?? this.#options.defaultVersion, instanceId, text),
    );
    return this.#called(name, 'Orchestrator', task);
  }
  /** A timer longer than the provider's maximum is made of several. @param fireAt ms since epoch */
  timer(fireAt: number, cancelled: boolean): Task {
    if (Number.isNaN(fireAt)) throw new Fatal('Cannot create a timer as its fireAt must be a date');
    if (fireAt - this.#context.now <= MAX_TIMER) {
      this.#count();
      return this.#timed(fireAt, this.#context.timer(fireAt, cancelled));
    }
    return this.#timed(fireAt, run(this.#longTimer(fireAt, cancelled)));
  }
  #timed(fireAt: number, task: Task): Task {
    const { observer } = this.#options;
    if (observer) {
      observer.timer(fireAt);
      task.whenSettled(() => task.failed || observer.expired(fireAt));
    }
    return task;
  }
  #called(name: string, type: 'Activity' | 'Orchestrator', task: Task): Task {
    this.#options.observer?.called(name, type);
    return task;
  }
  *#longTimer(fireAt: number, cancelled: boolean): Generator<Task, void, unknown> {
    const context = this.#context;
    let next = context.now + TIMER_INTERVAL;
    while (context.now < fireAt) {
      this.#count();
      yield context.timer(next, cancelled);
      const left = fireAt - context.now;
      if (left <= 0) break;
      next = context.now + Math.min(left, TIMER_INTERVAL);
    }
  }
  http(request: HttpRequest): Task {
    return run(
      pollHttp(request, {
        send: (one) => {
          this.#count();
          return this.#called(HTTP_ACTIVITY, 'Activity', this.#context.activity(HTTP_ACTIVITY, JSON.stringify([one])));
        },
        wait: (ms) => {
          this.#count();
          const fireAt = this.#context.now + ms;
          return this.#timed(fireAt, this.#context.timer(fireAt));
        },
        sleep: this.#options.httpSleep,
      }),
    );
  }
  entity(instanceId: string, operation: string, input: unknown): Task {
    this.#requireEntity(instanceId);
    return this.#entities.call(instanceId, operation, input);
  }
  /** @param due ms since epoch; undefined sends it now */
  signal(instanceId: string, operation: string, input: unknown, due?: number): void {
    this.#requireEntity(instanceId);
    this.#entities.signal(instanceId, operation, input, due);
  }
  lock(lockSet: EntityKey[], requestId: string): Task {
    for (const { name } of lockSet) this.#require(name, 'entity');
    return this.#entities.lock(lockSet, requestId);
  }
  releaseLocks(): void {
    this.#entities.release();
  }

  #retry(options: RetryOptions, attempt: () => Task): Task {
    return run(
      withRetry(options, attempt, {
        now: () => this.#context.now,
        timer: (fireAt) => this.#context.timer(fireAt),
        timedOut: (name) => this.#options.warn(name),
        hangOnTimeout: this.#options.compat.retryTimeoutHangs,
      }),
    );
  }
  #require(name: string, kind: FunctionKind): void {
    const problem = missingFunction(name, kind, this.#options.functions(kind));
    if (problem) throw new Fatal(problem);
  }
  #requireEntity(instanceId: string): void {
    this.#require(instanceId.slice(1, instanceId.indexOf('@', 1)), 'entity');
  }
  #requireSub(name: string, instanceId: string | undefined): void {
    this.#require(name, 'orchestrator');
    const id = instanceId?.toLowerCase();
    if (id && (id === this.#options.instanceId.toLowerCase() || id === this.#options.parentInstanceId?.toLowerCase())) {
      throw new Fatal(
        'The instance ID of a sub-orchestration must be different than the instance ID of a parent orchestration.',
      );
    }
    if (instanceId?.startsWith('@')) throw new Fatal('Orchestration instance ids must not start with @');
    if (this.#entities.locked) throw new Fatal('While holding locks, cannot call suborchestrators.');
  }
  #validateDelays(options: RetryOptions): void {
    for (const delay of [options.maxRetryIntervalInMilliseconds, options.firstRetryIntervalInMilliseconds]) {
      if (delay !== undefined && delay > MAX_TIMER) {
        throw new Fatal('The Azure Storage provider supports a maximum of 6 days for time-based delays');
      }
    }
  }
  #count(): void {
    const limit = this.#options.maxOrchestrationActions;
    if (this.#actions >= limit) {
      throw new Fatal(
        `Maximum amount of orchestration actions (${limit}) has been reached. This value can be configured in host.json file as MaxOrchestrationActions.`,
      );
    }
    this.#actions++;
  }
}

/** Activities are stored with an array of one input (DTFx TaskOrchestrationContext.ScheduleTask). */
const asArray = (input: unknown): string => JSON.stringify([input ?? null]);
/** No input is null, not the text "null". */
const inputText = (input: unknown): string | null => (input === undefined || input === null ? null : jsonText(input));
