/**
 * Replays the action list that an out-of-process orchestrator returned, as the extension does (OutOfProcOrchestrationShim.cs):
 * one action after the other, each awaited, its failure swallowed. The list is that of the latest turn, also for old events.
 */
import type { FailureDetails } from '../history.ts';
import { jsonText } from '../newtonsoft.ts';
import { ACTION, type Action, type Outcome } from './actions.ts';
import { type CallOptions, Calls } from './calls.ts';
import type { ReplayContext } from './context.ts';
import { Fatal } from './fatal.ts';
import { ReuseWatch } from './reuse.ts';
import { completed, faulted, run, settled, Task, whenAll, whenAny } from './task.ts';

export interface ShimOptions extends CallOptions {
  name: string;
  /** True while past events are fed; mutes warnings. */
  replaying: () => boolean;
}

export class OrchestrationFailure extends Error {
  readonly details: string | null;
  readonly failureDetails: FailureDetails | null;
  constructor(message: string, details: string | null, failureDetails: FailureDetails | null) {
    super(message);
    this.details = details;
    this.failureDetails = failureDetails;
  }
}

/** Size limit of customStatus: KB of UTF-16, integer division (durable extension MessagePayloadDataConverter.cs). */
const STATUS_KB = 16;

export class Shim {
  /** JSON text once the turn has set one. */
  customStatus: string | undefined;
  readonly calls: Calls;
  #context: ReplayContext;
  #options: ShimOptions;
  #reuse: ReuseWatch;

  constructor(context: ReplayContext, options: ShimOptions) {
    this.#context = context;
    this.#options = options;
    this.calls = new Calls(context, options);
    this.#reuse = new ReuseWatch(options.warn, options.replaying);
  }

  /** Settles with the output (JSON text or null) when the orchestration is done, or fails with {@link OrchestrationFailure}. */
  execute(outcome: Outcome): Task {
    return run(this.#execute(outcome));
  }
  *#execute(outcome: Outcome): Generator<Task, string | null, unknown> {
    try {
      if (outcome.kind === 'error') throw new Fatal(outcome.message);
      return yield* this.#replay(outcome);
    } catch (error) {
      if (error instanceof OrchestrationFailure) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw new OrchestrationFailure(
        `Orchestrator function '${this.#options.name}' failed: ${message}`,
        JSON.stringify({
          $type: 'System.Exception, System.Private.CoreLib',
          Message: message,
          StackTrace: outcome.stack,
        }),
        null,
      );
    } finally {
      // Locks the code forgot are given back when it ends, by return or by error.
      this.calls.releaseLocks();
    }
  }
  *#replay(outcome: Extract<Outcome, { kind: 'state' }>): Generator<Task, string | null, unknown> {
    const { state, stack } = outcome;
    if (state.customStatus !== undefined && state.customStatus !== null) this.#setStatus(state.customStatus);
    yield* this.#actions(state.actions, state.schemaVersion ?? 0);
    if (state.error) {
      throw new OrchestrationFailure(
        `Orchestrator function '${this.#options.name}' failed: ${state.error}`,
        `Message: ${state.error}, StackTrace: ${stack}`,
        state.failureDetails ?? null,
      );
    }
    // More to come in a later turn: never settles in this replay.
    if (!state.isDone) yield new Task();
    return state.output === undefined || state.output === null ? null : jsonText(state.output);
  }
  #setStatus(value: unknown): void {
    const text = JSON.stringify(value);
    const kb = Math.floor((text.length * 2) / 1024);
    if (kb > STATUS_KB) {
      throw new Fatal(
        `The UTF-16 size of the JSON-serialized payload must not exceed ${STATUS_KB} KB. The current payload size is ${kb} KB.`,
      );
    }
    this.customStatus = text;
  }
  *#actions(actions: Action[][], schemaVersion: number): Generator<Task, void, unknown> {
    if (!Array.isArray(actions)) {
      throw new Fatal('Out-of-proc orchestrator schema must have a non-null actions property.');
    }
    if (schemaVersion > 3) {
      throw new Fatal(
        `The OOProc schema of of version "${schemaVersion}" is unsupported by this durable-extension version.`,
      );
    }
    if (schemaVersion === 0) {
      // The original schema: each inner list is what one yield scheduled; any of it lets the replay go on.
      for (const set of actions) {
        const tasks = set.map((action) => this.#invoke(action)).filter((task) => task !== FIRE_AND_FORGET);
        if (tasks.length > 0) yield settled(whenAny(tasks));
      }
      return;
    }
    const [list] = actions;
    if (actions.length !== 1 || !list) {
      throw new Fatal(
        `With OOProc schema ${schemaVersion === 1 ? 'V2' : schemaVersion === 2 ? 'V3' : 'V4'}, expected actions array to be of length 1 in outer layer but got size: ${actions.length}`,
      );
    }
    for (const action of list) yield settled(this.#invoke(action));
  }
  #invoke(action: Action): Task {
    const { calls } = this;
    switch (action.actionType) {
      case ACTION.callActivity:
        return this.#guard(() => calls.activity(action.functionName, action.input));
      case ACTION.callActivityWithRetry:
        return this.#guard(() => calls.activityWithRetry(action.functionName, action.input, action.retryOptions));
      case ACTION.callSubOrchestrator:
        return this.#guard(() => calls.sub(action.functionName, action.input, action.instanceId, action.version));
      case ACTION.callSubOrchestratorWithRetry:
        return this.#guard(() =>
          calls.subWithRetry(action.functionName, action.input, action.instanceId, action.version, action.retryOptions),
        );
      case ACTION.continueAsNew:
        this.#context.continueAsNew = { input: this.#nextInput(action.input) };
        return FIRE_AND_FORGET;
      case ACTION.createTimer:
        return calls.timer(Date.parse(action.fireAt), action.isCanceled === true);
      case ACTION.waitForExternalEvent:
        return calls.events.wait(action.externalEventName);
      case ACTION.callEntity:
        return this.#guard(() => calls.entity(action.instanceId, action.operation, action.input));
      case ACTION.signalEntity:
        calls.signal(action.instanceId, action.operation, action.input);
        return FIRE_AND_FORGET;
      case ACTION.scheduledSignalEntity:
        calls.signal(action.instanceId, action.operation, action.input, Date.parse(action.fireAt));
        return FIRE_AND_FORGET;
      case ACTION.callHttp:
        return calls.http(action.httpRequest);
      case ACTION.whenAll:
        return whenAll(this.#compound(action.compoundActions));
      case ACTION.whenAny:
        return whenAny(this.#compound(action.compoundActions));
      case ACTION.lockEntities:
        return this.#guard(() => calls.lock(action.lockSet, action.lockRequestId));
      case ACTION.releaseEntities:
        calls.releaseLocks();
        return FIRE_AND_FORGET;
      default:
        throw new Fatal(
          `Received an unexpected action type from the out-of-proc function: '$${(action as { actionType: unknown }).actionType}'.`,
        );
    }
  }
  #compound(actions: Action[]): Task[] {
    return actions.map((action) => {
      this.#reuse.before(action, this.calls.events);
      const task = this.#invoke(action);
      this.#reuse.after(action, task);
      return task;
    });
  }
  /** A call that is invalid: newer extensions fail the orchestration, 3.0.0 left a failed task that nobody looks at. */
  #guard(call: () => Task): Task {
    try {
      return call();
    } catch (error) {
      if (this.#options.compat.unknownFunctionHangs) return faulted(error);
      throw error;
    }
  }
  #nextInput(input: unknown): string | null {
    if (input === undefined || input === null) return null;
    if (typeof input === 'string' && !this.#options.compat.continueAsNewEncodesStringsTwice) return input;
    return jsonText(input);
  }
}

const FIRE_AND_FORGET = completed();
