/** Runs one orchestrator turn: takes the inbox, calls the function with the history, replays its actions, writes everything at once. */
import type { Clock } from '../clock.ts';
import type { Committer } from './commit.ts';
import type { Compat } from './compat.ts';
import { newEntity } from './entity/instance.ts';
import type { Histories, History } from './histories.ts';
import {
  EventType,
  type ExecutionStarted,
  event,
  type HistoryEvent,
  isTerminal,
  type Marker,
  type SubOrchestrationCompleted,
  type SubOrchestrationFailed,
  type TimerFired,
} from './history.ts';
import { guidN, type Random } from './ids.ts';
import { orchestratorTrigger } from './payload.ts';
import type { FunctionRunner, LogSink } from './ports.ts';
import type { Hidden } from './redelivery.ts';
import { type Outcome, outcomeOf } from './replay/actions.ts';
import { missingFunction } from './replay/calls.ts';
import type { Settings } from './settings.ts';
import { startOf } from './start.ts';
import type { Instance, Message, Store, StoredMessage, TurnChange } from './store/ports.ts';
import { observer, traceEnd, traceStart } from './trace/turns.ts';
import type { Trace } from './trace.ts';
import { type TurnResult, turn } from './turn.ts';
import { versionProblem } from './versioning.ts';

export interface OrchestrationDeps {
  store: Store;
  clock: Clock;
  committer: Committer;
  histories: Histories;
  runner: FunctionRunner;
  settings: Settings;
  compat: Compat;
  random: Random;
  log: LogSink;
  trace: Trace;
  hidden: Hidden;
  /** True when the engine is stopping: an unfinished turn is then given back. */
  stopping: () => boolean;
}

export class Orchestrations {
  #deps: OrchestrationDeps;

  constructor(deps: OrchestrationDeps) {
    this.#deps = deps;
  }

  /** One turn of the instance, if anything has arrived for it. */
  async run(instanceId: string): Promise<void> {
    const { store, committer, histories, hidden } = this.#deps;
    const spared = hidden.of(instanceId);
    const inbox = spared ? store.inbox(instanceId).filter(({ seq }) => !spared.has(seq)) : store.inbox(instanceId);
    const last = inbox.at(-1);
    if (!last) return;
    const instance = store.instance(instanceId);
    const history: History =
      instance && !isTerminal(instance.status)
        ? histories.get(instanceId, instance.executionId)
        : { events: [], size: 0 };
    const accepted = instance && !isTerminal(instance.status) ? accept(instance, history, inbox) : undefined;
    // What comes before the start that is still hidden waits for that.
    if (spared && !accepted && instance?.status === 'Pending') return;
    if (!instance || !accepted) {
      committer.apply({ kind: 'discard', instanceId, consumed: last.seq, spared });
      return;
    }
    const rejected = versionProblem(instance.version, this.#deps.settings);
    if (rejected === 'Reject') {
      this.#warn(
        instanceId,
        `the version '${instance.version}' is not one this app runs; the instance waits for one that does`,
      );
      return;
    }
    // What the hidden are is decided now: one that shows up during the turn was not given to it.
    const left = spared && new Set(spared);
    await this.#turns(instance, history, accepted, { consumed: last.seq, spared: left });
  }

  /** Turns of this and of following generations, until one does not continue as new. */
  async #turns(instance: Instance, history: History, accepted: HistoryEvent[], taken: Taken): Promise<void> {
    const { clock, committer, histories, stopping } = this.#deps;
    // The SDK tells its status at every turn: what this turn does not tell is gone (DTFx OrchestrationRuntimeState.Status).
    const change = newChange({ ...instance, customStatus: null }, taken);
    let generation = instance;
    let past = history;
    let written: HistoryEvent[];
    let inbox: HistoryEvent[] = [event<Marker>(EventType.OrchestratorStarted, {}, clock.now()), ...accepted];
    for (;;) {
      const outcome = await this.#invoke(generation, past, inbox);
      if (outcome === undefined || stopping()) return;
      const result = this.#turn(generation, past, inbox, outcome);
      // A version that is not run never reaches the function, nor the extension that tells of it.
      if (outcome !== VERSION_MISMATCH) traceEnd(this.#deps.trace, generation, outcome, result);
      this.#collect(change, generation, result);
      if (!result.next) {
        written = finish(change, generation, past, inbox, result);
        break;
      }
      const now = clock.now();
      generation = nextGeneration(generation, result, guidN(this.#deps.random), now);
      past = { events: [], size: 0 };
      inbox = [
        event<Marker>(EventType.OrchestratorStarted, {}, now),
        startedEvent(generation, now, this.#deps.compat.oldHistoryFields),
        ...result.next.carryOver,
        event<Marker>(EventType.OrchestratorCompleted, {}, now),
      ];
    }
    const applied = committer.apply(change);
    if (!applied || change.ended) {
      histories.drop(instance.id);
      return;
    }
    histories.put(instance.id, generation.executionId, past, written, change.history.events);
  }

  async #invoke(instance: Instance, past: History, inbox: HistoryEvent[]): Promise<Outcome | undefined> {
    const { runner, compat, settings, trace } = this.#deps;
    const stack = '';
    if (versionProblem(instance.version, settings) === 'Fail') return VERSION_MISMATCH;
    const problem = missingFunction(instance.name, 'orchestrator', runner.names('orchestrator'));
    if (past.events.length === 0) traceStart(trace, instance, problem);
    if (problem) return { kind: 'error', message: problem, stack };
    const trigger = orchestratorTrigger(instance, past, inbox, compat.upperSchemaVersion, settings);
    const result = await runner.invoke('orchestrator', instance.name, trigger, instance.id);
    // .NET reads the result of a task that failed (durable extension TaskOrchestrationShim.cs), so the text is that of the whole.
    if (!result.ok && result.exited)
      return { kind: 'error', message: `One or more errors occurred. (${result.message})`, stack };
    if (!result.ok) return outcomeOf(result);
    return outcomeOf({ ok: true, text: result.returnValue?.json ?? result.returnValue?.string });
  }

  #turn(instance: Instance, past: History, inbox: HistoryEvent[], outcome: Outcome): TurnResult {
    const { clock, compat, runner, settings, random, trace } = this.#deps;
    return turn({
      history: past.events,
      inbox,
      outcome,
      now: clock.now(),
      options: {
        compat,
        functions: (kind) => runner.names(kind),
        maxOrchestrationActions: settings.maxOrchestrationActions,
        defaultVersion: settings.defaultVersion,
        httpSleep: settings.defaultAsyncRequestSleepTimeMilliseconds,
        warn: (message) => this.#warn(instance.id, message),
        storeInputs: settings.storeInputsInOrchestrationHistory,
        spanId: () => guidN(random).slice(0, 16),
        observe: observer(trace, instance),
      },
    });
  }

  #collect(change: TurnChange, { id, executionId }: Instance, { messages, customStatus }: TurnResult): void {
    const { clock, compat, random } = this.#deps;
    const now = clock.now();
    if (customStatus !== undefined) change.instance = { ...change.instance, customStatus };
    for (const { taskId, name, input } of messages.activities) {
      change.activities.push({ instanceId: id, executionId, taskId, name, input });
    }
    for (const { timerId, fireAt, createdAt } of messages.timers) {
      const fields = { TimerId: timerId, FireAt: new Date(fireAt).toISOString() };
      const fired = event<TimerFired>(EventType.TimerFired, fields, Date.parse(createdAt));
      const message = { instanceId: id, executionId, event: JSON.stringify(fired) };
      const due = compat.timersEarly ? now + Math.floor((fireAt - now) / SECOND) * SECOND : fireAt;
      change.alarms.push({ instanceId: id, executionId, taskId: timerId, fireAt: due, message });
    }
    for (const { parent, ...start } of messages.starts) {
      change.starts.push(
        startOf(
          {
            ...start,
            version: start.version || null,
            parent,
            generation: null,
            oldFields: compat.oldHistoryFields,
          },
          guidN(random),
          now,
        ),
      );
    }
    for (const sent of messages.events) {
      const message: Message = toMessage(sent.target, sent.name, sent.input, now, random);
      if (sent.due === undefined || sent.due <= now) change.messages.push(message);
      else {
        // Belongs to the target, so that it outlives the sender; the sender's execution and sequence id make it unique.
        change.alarms.push({
          instanceId: sent.target,
          executionId,
          taskId: sent.id,
          fireAt: sent.due,
          message: { ...message, executionId: null },
        });
      }
    }
  }
  #warn(instanceId: string, message: string): void {
    this.#deps.log('warning', 'Host.Triggers.DurableTask', `${instanceId}: ${message}`);
  }
}

/** What queues of Azure Storage count in, ms. */
const SECOND = 1000;

const VERSION_MISMATCH: Outcome = {
  kind: 'error',
  message: 'Orchestration version did not comply with Worker Versioning',
  stack: '',
};

/** Which messages belong to this execution, as events; the first turn begins with ExecutionStarted, later ones have none (DTFx ReconcileMessagesWithState). Undefined when there is no turn to run. */
function accept(instance: Instance, history: History, inbox: readonly StoredMessage[]): HistoryEvent[] | undefined {
  const accepted: HistoryEvent[] = [];
  let rerun = false;
  let started = history.events.length > 0;
  for (const message of inbox) {
    if (message.executionId !== null && message.executionId !== instance.executionId) continue;
    const one = JSON.parse(message.event) as HistoryEvent;
    if (one.EventType === EventType.ExecutionStarted) {
      if (started) continue;
      started = true;
      accepted.unshift(one);
    } else if (one.EventType === EventType.ExecutionRewound) {
      // Only the trigger: the rewound history already tells of it.
      rerun = true;
    } else accepted.push(one);
  }
  return started && (accepted.length > 0 || rerun) ? accepted : undefined;
}

type Taken = Pick<TurnChange, 'consumed' | 'spared'>;

function newChange(instance: Instance, taken: Taken): TurnChange {
  return {
    kind: 'turn',
    instance,
    expectedExecutionId: instance.executionId,
    ...taken,
    history: { from: 0, events: [] },
    starts: [],
    messages: [],
    activities: [],
    alarms: [],
    ended: false,
  };
}

function startedEvent(instance: Instance, now: number, oldFields: boolean): ExecutionStarted {
  return JSON.parse(
    startOf(
      {
        ...instance,
        version: instance.version || null,
        instanceId: instance.id,
        parent: instance.parent === null ? null : JSON.parse(instance.parent),
        oldFields,
      },
      instance.executionId,
      now,
    ).message.event,
  ) as ExecutionStarted;
}

function nextGeneration(instance: Instance, result: TurnResult, executionId: string, now: number): Instance {
  return { ...instance, executionId, input: result.next?.input ?? null, createdAt: now, generation: null };
}

/** Writes the final state of the turn into the change; returns the events it adds to history. */
function finish(
  change: TurnChange,
  generation: Instance,
  past: History,
  inbox: HistoryEvent[],
  result: TurnResult,
): HistoryEvent[] {
  const fed = inbox.map((one) => ({ ...one, IsPlayed: one.EventType !== EventType.OrchestratorStarted }));
  const written = [...fed, ...result.events];
  change.history = { from: past.events.length, events: written.map((one) => JSON.stringify(one)) };
  const lastEvent = result.events.at(-1);
  const updatedAt = lastEvent ? Date.parse(lastEvent.Timestamp) : generation.updatedAt;
  const { customStatus } = change.instance;
  const output = result.output ?? reasonIn(inbox) ?? generation.output;
  change.instance = { ...generation, customStatus, status: result.status, output, updatedAt };
  change.ended = isTerminal(result.status);
  if (change.ended && generation.parent !== null) change.messages.push(toParent(generation.parent, result, updatedAt));
  return written;
}

/** Suspending and resuming leave their reason in the output until something else is written there (DTFx AzureTableTrackingStore.UpdateStateAsync). */
function reasonIn(inbox: readonly HistoryEvent[]): string | null {
  let reason: string | null = null;
  for (const one of inbox) {
    if (one.EventType === EventType.ExecutionSuspended || one.EventType === EventType.ExecutionResumed) {
      reason = one.Reason ?? reason;
    }
  }
  return reason;
}

function toParent(parentText: string, result: TurnResult, now: number): Message {
  const parent = JSON.parse(parentText) as {
    OrchestrationInstance: { InstanceId: string; ExecutionId: string };
    TaskScheduleId: number;
  };
  const TaskScheduledId = parent.TaskScheduleId;
  const ended =
    result.status === 'Completed'
      ? event<SubOrchestrationCompleted>(
          EventType.SubOrchestrationInstanceCompleted,
          { TaskScheduledId, Result: result.output },
          now,
        )
      : event<SubOrchestrationFailed>(
          EventType.SubOrchestrationInstanceFailed,
          {
            TaskScheduledId,
            Reason: result.output,
            // None for a terminated child: the SDK cannot read such a failure, and the parent fails (DTFx ProcessWorkflowCompletedTaskDecision).
            Details: result.details,
            FailureDetails: result.failureDetails,
          },
          now,
        );
  const { InstanceId, ExecutionId } = parent.OrchestrationInstance;
  return { instanceId: InstanceId, executionId: ExecutionId, event: JSON.stringify(ended) };
}

function toMessage(target: string, name: string, input: string | null, now: number, random: Random): Message {
  const raised = event(EventType.EventRaised, { Name: name, Input: input, ParentTraceContext: null }, now);
  return {
    instanceId: target,
    executionId: null,
    event: JSON.stringify(raised),
    ...(target.startsWith('@') && { creates: newEntity(target, guidN(random), now) }),
  };
}
