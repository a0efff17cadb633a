/**
 * An entity's scheduler as pure functions (durable extension DurableTaskExtension.EntityMiddleware, TaskEntityShim.cs,
 * SchedulerState.cs): which messages make the next batch, and what its results change and send.
 */
import type { EventRaised } from '../history.ts';
import { schedulerId } from '../ids.ts';
import { type EntityRelease, type EntityRequest, OPERATION, RELEASE, requestText, responseText } from './messages.ts';
import { received, type Sorter, sent } from './sorter.ts';

/** Stored as the instance's input; absent fields are empty, as the extension writes it. */
export interface SchedulerState {
  exists?: boolean;
  /** The entity's state, JSON text. */
  state?: string;
  queue?: EntityRequest[];
  /** Instance id of the orchestration that holds the lock. */
  lockedBy?: string;
  sorter?: Sorter;
}
export interface Batch {
  state: SchedulerState;
  operations: EntityRequest[];
  lock: EntityRequest | undefined;
  /** True when the size limit left work in the queue. */
  more: boolean;
}

/** What the entity function returned (durable-functions EntityState). */
export interface BatchResult {
  entityExists: boolean;
  entityState?: string | null;
  /** `duration`: ms. */
  results: { isError: boolean; result?: string | null; duration?: number }[];
  signals?: { target: { name: string; key: string }; name: string; input?: string | null }[];
}

export interface Outgoing {
  target: string;
  /** Only for answers to orchestrations. */
  executionId: string | null;
  name: string;
  input: string;
}

/** Takes new messages into the queue and cuts off the next batch: up to `limit` operations, ending at a lock request. */
export function nextBatch(before: SchedulerState, arrived: readonly EventRaised[], limit: number): Batch {
  const queue = [...(before.queue ?? [])];
  const first: EntityRequest[] = [];
  let { lockedBy, sorter = {} } = before;
  for (const { Name, Input } of arrived) {
    if (Input === null) continue;
    if (Name === RELEASE) {
      if (lockedBy === (JSON.parse(Input) as EntityRelease).parent) lockedBy = undefined;
    } else if (Name === OPERATION || Name.startsWith(`${OPERATION}@`)) {
      const request = JSON.parse(Input) as EntityRequest;
      sorter = received(sorter, request);
      // Who holds the lock goes first.
      if (lockedBy !== undefined && request.parent === lockedBy) first.push(request);
      else queue.push(request);
    }
  }
  queue.unshift(...first);
  const operations: EntityRequest[] = [];
  let lock: EntityRequest | undefined;
  while (queue[0] && (lockedBy === undefined || queue[0].parent === lockedBy) && operations.length < limit) {
    const request = queue.shift() as EntityRequest;
    if (request.lockset) {
      lock = request;
      break;
    }
    operations.push(request);
  }
  const state = stateOf({ ...before, queue, lockedBy, sorter });
  const waiting = queue[0] !== undefined && (lockedBy === undefined || queue[0].parent === lockedBy);
  return { state, operations, lock, more: lock === undefined && waiting };
}

/**
 * Applies what the function returned and grants the lock, if one was asked for.
 * @param self instance id of the entity
 * @param signals how those it sends are made: their ids, the time in the "o" format, and whether the target's name is taken as spelled
 */
export function applyBatch(
  batch: Batch,
  result: BatchResult | undefined,
  self: string,
  signals: { newId: () => string; now: string; keepCase: boolean },
): { state: SchedulerState; outgoing: Outgoing[] } {
  let { state } = batch;
  const outgoing: Outgoing[] = [];
  if (result) {
    batch.operations.forEach((request, index) => {
      const answer = result.results[index];
      if (!answer)
        throw new Error(
          `The entity returned ${result.results.length} results for ${batch.operations.length} operations`,
        );
      if (request.signal || request.parent === undefined) return;
      const response = responseText({
        result: answer.result ?? null,
        ...(answer.isError && { exceptionType: 'Error' }),
      });
      outgoing.push({
        target: request.parent,
        executionId: request.parentExecution ?? null,
        name: request.id,
        input: response,
      });
    });
    for (const { target, name, input } of result.signals ?? []) {
      const to = signals.keepCase ? `@${target.name}@${target.key}` : schedulerId(target.name, target.key);
      const { sorter, ...label } = sent(state.sorter ?? {}, to, signals.now);
      state = { ...state, sorter };
      const request = { op: name, signal: true, ...(input && { input }), id: signals.newId(), parent: self, ...label };
      outgoing.push({
        target: to,
        executionId: null,
        name: OPERATION,
        input: requestText(request),
      });
    }
    const { entityExists: exists, entityState } = result;
    state = stateOf({
      ...state,
      exists,
      ...(entityState !== undefined && entityState !== null ? { state: entityState } : { state: undefined }),
    });
  }
  if (batch.lock) {
    state = stateOf({ ...state, lockedBy: batch.lock.parent });
    outgoing.push(granted(batch.lock));
  }
  return { state, outgoing };
}

/** The next entity of the lock set, or the orchestration when it was the last. */
function granted(request: EntityRequest): Outgoing {
  const position = (request.pos ?? 0) + 1;
  const next = request.lockset?.[position];
  if (next) {
    return {
      target: schedulerId(next.name, next.key),
      executionId: null,
      name: OPERATION,
      input: requestText({ ...request, pos: position }),
    };
  }
  return {
    target: request.parent ?? '',
    executionId: request.parentExecution ?? null,
    name: request.id,
    input: responseText({ result: 'Lock Acquisition Completed' }),
  };
}

/** Drops what is empty, so that the stored state reads as the extension's. */
function stateOf(full: { [K in keyof SchedulerState]: SchedulerState[K] | undefined }): SchedulerState {
  const { exists, state, queue, lockedBy, sorter = {} } = full;
  return {
    ...(exists && { exists }),
    ...(state !== undefined && { state }),
    ...(queue && queue.length > 0 && { queue }),
    ...(lockedBy !== undefined && { lockedBy }),
    sorter,
  };
}

/** customStatus of an entity's instance (durable extension EntityStatus.cs). */
export function statusOf(state: SchedulerState): string {
  const { exists, queue, lockedBy } = state;
  return JSON.stringify({
    ...(exists && { entityExists: true }),
    ...(queue && { queueSize: queue.length }),
    ...(lockedBy !== undefined && { lockedBy }),
  });
}
