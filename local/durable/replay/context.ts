/**
 * The orchestration context of DTFx as a pure object (DTFx TaskOrchestrationContext.cs): hands out sequence ids, keeps the
 * open tasks, and turns history events into settled tasks. What is left in {@link ReplayContext.decisions} at the end of
 * a replay is what the turn has to write and send.
 */
import { type EventRaised, EventType, type FailureDetails, type HistoryEvent, type Status } from '../history.ts';
import type { Decision } from './decision.ts';
import { check } from './determinism.ts';
import { Task } from './task.ts';

/** A task or sub-orchestration that failed, with what its event said. */
export class ChildFailure extends Error {
  readonly details: string | null;
  readonly failureDetails: FailureDetails | null;
  constructor(reason: string | null, details: string | null, failureDetails: FailureDetails | null) {
    super(reason ?? '');
    this.details = details;
    this.failureDetails = failureDetails;
  }
}

export class ReplayContext {
  readonly executionId: string;
  suspended = false;
  /** New input of the next generation once continueAsNew was called. */
  continueAsNew: { input: string | null } | undefined;
  /** Events that arrived after continueAsNew: they belong to the next generation. */
  readonly carryOver: EventRaised[] = [];
  /** Called for external events and entity responses. */
  onEvent: (name: string, input: string | null) => void = () => {};
  #decisions = new Map<number, Decision>();
  #held = new Map<number, Decision>();
  #deferred: HistoryEvent[] = [];
  #open = new Map<number, Task>();
  #nextId = 0;
  #timestamp = '';
  #completed = false;

  constructor(executionId: string) {
    this.executionId = executionId;
  }
  /** Timestamp of the latest OrchestratorStarted, ms since epoch. */
  get now(): number {
    return Date.parse(this.#timestamp);
  }
  /** The same with the seven decimals that .NET writes. */
  get nowText(): string {
    return sevenDecimals(this.#timestamp);
  }
  get hasOpenTasks(): boolean {
    return this.#open.size > 0;
  }
  /** What this replay scheduled beyond its history, in id order. */
  get decisions(): Decision[] {
    return [...this.#decisions.values()].sort((a, b) => a.id - b.id);
  }

  activity(name: string, input: string): Task {
    const id = this.#nextId++;
    this.#decisions.set(id, { kind: 'activity', id, name, input });
    return this.#track(id);
  }
  /** @param instanceId empty: derived from this execution and the sequence id */
  subOrchestration(name: string, version: string, instanceId: string | undefined, input: string | null): Task {
    const id = this.#nextId++;
    const child = instanceId?.trim() ? instanceId : `${this.executionId}:${id}`;
    this.#decisions.set(id, { kind: 'sub', id, name, version, instanceId: child, input });
    return this.#track(id);
  }
  /** A cancelled timer still takes an id and a TimerCreated; only its task is gone. */
  timer(fireAt: number, cancelled = false): Task {
    const id = this.#nextId++;
    this.#decisions.set(id, { kind: 'timer', id, fireAt });
    const task = this.#track(id);
    if (cancelled) {
      this.#open.delete(id);
      task.reject(new Error('A task was canceled.'));
    }
    return task;
  }
  send(target: string, name: string, input: string | null): void {
    const id = this.#nextId++;
    this.#decisions.set(id, { kind: 'send', id, target, name, input });
  }
  complete(
    status: Status,
    result: string | null,
    details: string | null = null,
    failureDetails: FailureDetails | null = null,
  ): void {
    const id = this.#nextId++;
    if (status === 'Completed' && this.continueAsNew) {
      status = 'ContinuedAsNew';
      result = this.continueAsNew.input;
    } else {
      if (this.#completed) return;
      this.#completed = true;
    }
    this.#decisions.set(id, { kind: 'complete', id, status, result, details, failureDetails });
  }

  /** Feeds one history event. @param start runs the orchestrator; called for ExecutionStarted */
  handle(event: HistoryEvent, start: () => void): void {
    if (event.EventType === EventType.OrchestratorStarted) {
      this.#timestamp = event.Timestamp;
      return;
    }
    const passes = event.EventType === EventType.ExecutionResumed || event.EventType === EventType.ExecutionTerminated;
    if (this.suspended && !passes) {
      if (event.EventType !== EventType.ExecutionSuspended) this.#deferred.push(event);
      return;
    }
    switch (event.EventType) {
      case EventType.ExecutionStarted:
        start();
        break;
      case EventType.ExecutionTerminated:
        this.complete('Terminated', event.Input);
        break;
      case EventType.TaskScheduled:
      case EventType.TimerCreated:
      case EventType.SubOrchestrationInstanceCreated:
      case EventType.EventSent:
        check(event, this.#decisions.get(event.EventId));
        this.#decisions.delete(event.EventId);
        break;
      case EventType.TaskCompleted:
      case EventType.SubOrchestrationInstanceCompleted:
        this.#take(event.TaskScheduledId)?.resolve(event.Result);
        break;
      case EventType.TaskFailed:
      case EventType.SubOrchestrationInstanceFailed:
        this.#take(event.TaskScheduledId)?.reject(new ChildFailure(event.Reason, event.Details, event.FailureDetails));
        break;
      case EventType.TimerFired:
        this.#take(event.TimerId)?.resolve();
        break;
      case EventType.EventRaised:
        if (this.continueAsNew) this.carryOver.push(event);
        else this.onEvent(event.Name, event.Input);
        break;
      case EventType.ExecutionSuspended:
        this.suspended = true;
        for (const [id, decision] of this.#decisions) this.#held.set(id, decision);
        this.#decisions.clear();
        break;
      case EventType.ExecutionResumed:
        this.#resume(start);
        break;
      default:
    }
  }
  #resume(start: () => void): void {
    this.suspended = false;
    for (const [id, decision] of this.#held) this.#decisions.set(id, decision);
    this.#held.clear();
    // An event handled here may suspend again; the rest is then deferred anew, in order.
    for (const event of this.#deferred.splice(0)) this.handle(event, start);
  }
  #track(id: number): Task {
    const task = new Task();
    this.#open.set(id, task);
    return task;
  }
  /** The open task with this id; nothing for duplicates and for what was cancelled. */
  #take(id: number): Task | undefined {
    const task = this.#open.get(id);
    // Removed before its continuations run: they may complete the orchestration, which asks whether anything is open.
    this.#open.delete(id);
    return task;
  }
}

/** .NET's "o" format of a timestamp, whose trailing zeros may have been left out. */
function sevenDecimals(timestamp: string): string {
  const [seconds = '', fraction = ''] = timestamp.replace('Z', '').split('.');
  return `${seconds}.${fraction.padEnd(7, '0')}Z`;
}
