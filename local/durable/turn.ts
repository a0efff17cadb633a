/**
 * One orchestrator turn as a pure function: what history says, what has arrived, and what the orchestrator function returned
 * give the events to append, the messages to send and the instance's state (DTFx TaskOrchestrationDispatcher, TaskOrchestrationExecutor).
 */
import {
  type EventRaised,
  type EventSent,
  EventType,
  type ExecutionCompleted,
  type ExecutionStarted,
  event,
  type FailureDetails,
  type HistoryEvent,
  type Marker,
  type ParentInstance,
  STATUSES,
  type Status,
  type SubOrchestrationCreated,
  type TaskScheduled,
  type TimerCreated,
} from './history.ts';
import type { Outcome } from './replay/actions.ts';
import type { CallOptions } from './replay/calls.ts';
import { ReplayContext } from './replay/context.ts';
import type { Decision } from './replay/decision.ts';
import { NonDeterminism } from './replay/determinism.ts';
import type { Observer } from './replay/observer.ts';
import { OrchestrationFailure, Shim } from './replay/shim.ts';
import type { Task } from './replay/task.ts';

export interface TurnInput {
  /** Events of earlier turns. */
  history: readonly HistoryEvent[];
  /** This turn's OrchestratorStarted and what has arrived, in order; a generation's first turn has ExecutionStarted second. */
  inbox: readonly HistoryEvent[];
  outcome: Outcome;
  /** ms since epoch. */
  now: number;
  options: Omit<CallOptions, 'instanceId' | 'parentInstanceId' | 'observer'> & {
    storeInputs: boolean;
    /** 16 hex digits for SubOrchestrationInstanceCreated.ClientSpanId. */
    spanId: () => string;
    /** Hears what the actions do. @param replaying whether that is repeated from an earlier turn */
    observe?: ((replaying: () => boolean) => Observer) | undefined;
  };
}

export interface TurnMessages {
  /** `input` is the JSON array of one. */
  activities: { taskId: number; name: string; input: string }[];
  timers: { timerId: number; fireAt: number; createdAt: string }[];
  starts: { instanceId: string; name: string; version: string; input: string | null; parent: ParentInstance }[];
  /** Entity messages, each with its sequence id. `due`: ms since epoch, for scheduled signals. */
  events: { id: number; target: string; name: string; input: string | null; due?: number }[];
}

export interface TurnResult {
  /** To append after history and inbox. */
  events: HistoryEvent[];
  messages: TurnMessages;
  status: Status;
  /** JSON text, or a raw reason of a terminated or failed instance; null while running. */
  output: string | null;
  details: string | null;
  failureDetails: FailureDetails | null;
  /** JSON text when this turn set one. */
  customStatus: string | undefined;
  /** Set when the instance continues as new: input of and events for the next generation. */
  next: { input: string | null; carryOver: EventRaised[] } | undefined;
}

export function turn(input: TurnInput): TurnResult {
  const started = findStart(input);
  const context = new ReplayContext(started.OrchestrationInstance.ExecutionId);
  let replaying = true;
  const shim = new Shim(context, {
    ...input.options,
    instanceId: started.OrchestrationInstance.InstanceId,
    parentInstanceId: started.ParentInstance?.OrchestrationInstance.InstanceId ?? null,
    name: started.Name,
    replaying: () => replaying,
    observer: input.options.observe?.(() => replaying),
  });
  let result: Task | undefined;
  const begin = () => {
    result = shim.execute(input.outcome);
  };
  try {
    for (const one of input.history) context.handle(one, begin);
    replaying = false;
    for (const one of input.inbox) context.handle(one, begin);
    if (!context.hasOpenTasks && result?.settled) finish(context, result);
  } catch (error) {
    if (!(error instanceof NonDeterminism)) throw error;
    context.complete('Failed', error.message, `Unhandled exception while executing orchestration: ${error.message}`);
  }
  return assemble(input, started, context, shim);
}

function findStart({ history, inbox }: TurnInput): ExecutionStarted {
  const isStart = (one: HistoryEvent) => one.EventType === EventType.ExecutionStarted;
  const found = history.find(isStart) ?? inbox.find(isStart);
  if (found?.EventType !== EventType.ExecutionStarted) throw new Error('A turn needs a history with ExecutionStarted');
  return found;
}

function finish(context: ReplayContext, result: Task): void {
  if (!result.failed) {
    context.complete('Completed', result.value as string | null);
    return;
  }
  const failure = result.value;
  if (!(failure instanceof OrchestrationFailure)) throw failure;
  context.complete('Failed', failure.message, failure.details, failure.failureDetails);
}

function assemble(input: TurnInput, started: ExecutionStarted, context: ReplayContext, shim: Shim): TurnResult {
  const { now } = input;
  const turnResult: TurnResult = {
    events: [],
    messages: { activities: [], timers: [], starts: [], events: [] },
    status: context.suspended ? 'Suspended' : 'Running',
    output: null,
    details: null,
    failureDetails: null,
    customStatus: shim.customStatus,
    next: undefined,
  };
  for (const decision of context.decisions) apply(decision, turnResult, input, started, context);
  // A generation begun by continueAsNew ends in one already, and keeps it where its first turn adds nothing (DTFx TaskOrchestrationDispatcher).
  const closed = (turnResult.events.at(-1) ?? input.inbox.at(-1))?.EventType === EventType.OrchestratorCompleted;
  if (!turnResult.next && !closed) turnResult.events.push(event<Marker>(EventType.OrchestratorCompleted, {}, now));
  if (turnResult.next && !input.options.compat.continueAsNewLosesBufferedEvents) {
    turnResult.next.carryOver.unshift(
      ...shim.calls.events.unread.map(({ name, input: data }) =>
        event<EventRaised>(EventType.EventRaised, { Name: name, Input: data, ParentTraceContext: null }, now),
      ),
    );
  }
  return turnResult;
}

function apply(
  decision: Decision,
  result: TurnResult,
  { now, options }: TurnInput,
  started: ExecutionStarted,
  context: ReplayContext,
): void {
  const { events, messages } = result;
  const oldFields = options.compat.oldHistoryFields;
  const { id } = decision;
  switch (decision.kind) {
    case 'activity': {
      const { name, input } = decision;
      const Input = options.storeInputs ? input : null;
      events.push(
        event<TaskScheduled>(
          EventType.TaskScheduled,
          { Name: name, Version: '', Input, ParentTraceContext: null, ...(!oldFields && { Tags: null }) },
          now,
          id,
        ),
      );
      messages.activities.push({ taskId: id, name, input });
      break;
    }
    case 'timer': {
      const created = event<TimerCreated>(
        EventType.TimerCreated,
        { FireAt: new Date(decision.fireAt).toISOString() },
        now,
        id,
      );
      events.push(created);
      messages.timers.push({ timerId: id, fireAt: decision.fireAt, createdAt: created.Timestamp });
      break;
    }
    case 'sub': {
      const { name, version, instanceId, input } = decision;
      const Input = options.storeInputs ? input : null;
      const fields = {
        Name: name,
        Version: version === '' && !oldFields ? null : version,
        InstanceId: instanceId,
        Input,
        ClientSpanId: oldFields ? options.spanId() : null,
        ...(!oldFields && { Tags: null }),
      };
      events.push(event<SubOrchestrationCreated>(EventType.SubOrchestrationInstanceCreated, fields, now, id));
      const parent = {
        Name: started.Name,
        OrchestrationInstance: started.OrchestrationInstance,
        TaskScheduleId: id,
        Version: started.Version,
      };
      messages.starts.push({ instanceId, name, version, input, parent });
      break;
    }
    case 'send': {
      const { target, name, input } = decision;
      events.push(event<EventSent>(EventType.EventSent, { InstanceId: target, Name: name, Input: input }, now, id));
      const due = name.startsWith('op@') ? { due: Date.parse(name.slice(3)) } : {};
      messages.events.push({ id, target, name, input, ...due });
      break;
    }
    case 'complete':
      if (decision.status === 'ContinuedAsNew') {
        result.next = { input: decision.result, carryOver: context.carryOver };
        result.status = 'Running';
        return;
      }
      result.status = decision.status;
      result.output = decision.result;
      result.details = decision.details;
      result.failureDetails = decision.failureDetails;
      events.push(
        event<ExecutionCompleted>(
          EventType.ExecutionCompleted,
          {
            OrchestrationStatus: STATUSES.indexOf(decision.status),
            Result: decision.result,
            FailureDetails: decision.failureDetails,
          },
          now,
          id,
        ),
      );
  }
}
