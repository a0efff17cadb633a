/** Runs entity batches: one function call for all operations that are due, everything it changed and sent written at once. */
import type { Clock } from '../../clock.ts';
import type { Committer } from '../commit.ts';
import type { Compat } from '../compat.ts';
import { type EventRaised, EventType, event, type HistoryEvent } from '../history.ts';
import { entityOf, guidD, guidN, type Random } from '../ids.ts';
import type { FunctionRunner, LogSink } from '../ports.ts';
import type { Hidden } from '../redelivery.ts';
import { missingFunction } from '../replay/calls.ts';
import type { Settings } from '../settings.ts';
import type { Instance, Message, Store, TurnChange } from '../store/ports.ts';
import { traceBatch, traceEntityStart, traceReleases } from '../trace/entities.ts';
import type { Trace } from '../trace.ts';
import { newEntity } from './instance.ts';
import { applyBatch, type Batch, type BatchResult, nextBatch, type SchedulerState, statusOf } from './scheduler.ts';

interface Deps {
  store: Store;
  clock: Clock;
  committer: Committer;
  compat: Compat;
  runner: FunctionRunner;
  settings: Settings;
  random: Random;
  log: LogSink;
  trace: Trace;
  hidden: Hidden;
  stopping: () => boolean;
  /** Wakes an entity later. */
  retry: (instanceId: string) => void;
}

/** Wait before a batch whose function failed as a whole is tried again, ms. */
const RETRY_DELAY = 10_000;

export class Entities {
  #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }
  async run(instanceId: string): Promise<void> {
    const { store, settings, committer, stopping, trace } = this.#deps;
    const instance = store.instance(instanceId);
    const hidden = this.#deps.hidden.of(instanceId);
    const spared = hidden && new Set(hidden);
    const inbox = spared ? store.inbox(instanceId).filter(({ seq }) => !spared.has(seq)) : store.inbox(instanceId);
    if (spared && inbox.length === 0) return;
    if (!instance) {
      committer.apply({ kind: 'discard', instanceId, consumed: inbox.at(-1)?.seq ?? 0, spared });
      return;
    }
    const arrived = inbox
      .map((message) => JSON.parse(message.event) as HistoryEvent)
      .filter((one): one is EventRaised => one.EventType === EventType.EventRaised);
    let state = JSON.parse(instance.input ?? '{}') as SchedulerState;
    traceReleases(trace, instanceId, state.lockedBy, arrived);
    let batch = nextBatch(state, arrived, settings.maxEntityOperationBatchSize);
    let consumed = inbox.at(-1)?.seq ?? 0;
    let current = instance;
    for (;;) {
      const result = await this.#invoke(current, batch);
      if (result === 'failed' || stopping()) return;
      traceBatch(trace, instanceId, batch, result);
      const done = applyBatch(batch, result, instanceId, {
        newId: () => guidD(this.#deps.random),
        now: new Date(this.#deps.clock.now()).toISOString().replace('Z', '0000Z'),
        keepCase: this.#deps.compat.entitySignalsKeepCase,
      });
      state = done.state;
      const written = this.#commit(current, state, { consumed, spared }, done.outgoing);
      if (!written || !batch.more) return;
      current = written;
      consumed = 0;
      batch = nextBatch(state, [], settings.maxEntityOperationBatchSize);
    }
  }
  #commit(
    instance: Instance,
    state: SchedulerState,
    taken: Pick<TurnChange, 'consumed' | 'spared'>,
    outgoing: ReturnType<typeof applyBatch>['outgoing'],
  ): Instance | undefined {
    const { clock, committer, random } = this.#deps;
    const now = clock.now();
    const updated: Instance = {
      ...instance,
      status: 'Running',
      input: JSON.stringify(state),
      customStatus: statusOf(state),
      createdAt: now,
      updatedAt: now,
    };
    const messages = outgoing.map(({ target, executionId, name, input }): Message => {
      const raised = event(EventType.EventRaised, { Name: name, Input: input, ParentTraceContext: null }, now);
      const creates = target.startsWith('@') && { creates: newEntity(target, guidN(random), now) };
      return { instanceId: target, executionId, event: JSON.stringify(raised), ...creates };
    });
    const applied = committer.apply({
      kind: 'turn',
      instance: updated,
      expectedExecutionId: instance.executionId,
      ...taken,
      history: { from: 0, events: [] },
      starts: [],
      messages,
      activities: [],
      alarms: [],
      ended: false,
    });
    return applied ? updated : undefined;
  }
  /** Undefined when the batch holds no operation; 'failed' when the function failed as a whole, which leaves the messages for later. */
  async #invoke(instance: Instance, { operations, state }: Batch): Promise<BatchResult | undefined | 'failed'> {
    if (operations.length === 0) return undefined;
    const { runner, clock, compat } = this.#deps;
    const { id: instanceId } = instance;
    const { name, key } = entityOf(instanceId);
    const missing = missingFunction(name, 'entity', runner.names('entity'));
    if (missing) return this.#failed(instanceId, missing);
    const trigger = JSON.stringify({
      self: { name: name.toLowerCase(), key },
      exists: state.exists ?? false,
      state: state.state ?? null,
      batch: operations.map(({ op, input, signal, id }) => ({
        name: op,
        input: input ?? null,
        isSignal: signal ?? false,
        ...(!compat.entityOperationsWithoutId && { id }),
      })),
    });
    const started = clock.now();
    traceEntityStart(this.#deps.trace, instanceId, instance.input);
    const result = await runner.invoke('entity', name, { string: trigger }, instanceId);
    if (!result.ok) return this.#failed(instanceId, result.message);
    try {
      return JSON.parse(result.returnValue?.json ?? result.returnValue?.string ?? '') as BatchResult;
    } catch {
      return this.#failed(
        instanceId,
        `Out of proc orchestrators must return a valid JSON schema (after ${clock.now() - started} ms)`,
      );
    }
  }
  #failed(instanceId: string, message: string): 'failed' {
    const { log, clock, retry, stopping } = this.#deps;
    log(
      'error',
      'Host.Triggers.DurableTask',
      `${instanceId}: the entity batch failed and is tried again in ${RETRY_DELAY / 1000} s: ${message}`,
    );
    clock.at(clock.now() + RETRY_DELAY, () => {
      if (!stopping()) retry(instanceId);
    });
    return 'failed';
  }
}
