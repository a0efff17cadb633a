/** Calls, signals and locks of entities from an orchestration (DurableOrchestrationContext.CallDurableTaskFunctionAsync, LockAsync, ReleaseLocks). */
import {
  type EntityRequest,
  type EntityResponse,
  Labels,
  OPERATION,
  RELEASE,
  releaseText,
  requestText,
  scheduledOperation,
} from '../entity/messages.ts';
import { deterministicGuid, entityOf, schedulerId } from '../ids.ts';
import type { EntityKey } from './actions.ts';
import type { ReplayContext } from './context.ts';
import type { ExternalEvents } from './external-events.ts';
import { Fatal } from './fatal.ts';
import type { Observer } from './observer.ts';
import { run, type Task } from './task.ts';

export class EntityCalls {
  readonly #context: ReplayContext;
  readonly #events: ExternalEvents;
  readonly #instanceId: string;
  readonly #count: () => void;
  readonly #observer: Observer | undefined;
  readonly #labels = new Labels();
  #guids = 0;
  /** Scheduler ids whose lock is held and not in use by a call. */
  #free: string[] | undefined;
  #lockRequest = '';

  constructor(
    context: ReplayContext,
    events: ExternalEvents,
    instanceId: string,
    count: () => void,
    observer?: Observer,
  ) {
    this.#context = context;
    this.#events = events;
    this.#instanceId = instanceId;
    this.#count = count;
    this.#observer = observer;
  }
  get locked(): boolean {
    return this.#free !== undefined;
  }

  call(target: string, operation: string, input: unknown): Task {
    const held = this.#free;
    if (held) {
      const at = held.indexOf(target);
      if (at < 0) throw new Fatal('While holding locks, cannot call entities whose lock is not held.');
      held.splice(at, 1);
    }
    const id = this.#guid();
    this.#request(target, id, operation, input, {});
    const answer = run(this.#answer(id, held ? target : undefined));
    this.#observer?.called(entityOf(target).name, 'Entity');
    return answer;
  }
  *#answer(id: string, held: string | undefined): Generator<Task, unknown, unknown> {
    const text = yield this.#events.wait(id, 'EntityResponse');
    if (held) this.#free?.push(held);
    const response = typeof text === 'string' ? (JSON.parse(text) as EntityResponse) : undefined;
    if (response?.exceptionType) throw new Error(response.result ?? '');
    return response?.result ?? null;
  }
  signal(target: string, operation: string, input: unknown, due: number | undefined): void {
    if (this.#free?.includes(target)) {
      throw new Fatal('While holding locks, cannot signal entities whose lock is held.');
    }
    const at = due === undefined ? undefined : new Date(due).toISOString();
    this.#request(target, this.#guid(), operation, input, { signal: true, ...(at && { due: at }) });
    this.#observer?.called(entityOf(target).name, 'Entity');
  }
  lock(lockSet: EntityKey[], id: string): Task {
    if (this.#free) throw new Fatal('Cannot acquire more locks when already holding some locks.');
    const [first] = lockSet;
    if (!first) throw new Fatal('The list of entities to lock must not be null or empty.');
    const target = schedulerId(first.name, first.key);
    this.#lockRequest = id;
    this.#count();
    const request: EntityRequest = {
      op: null,
      id,
      parent: this.#instanceId,
      parentExecution: this.#context.executionId,
      ...this.#labels.next(target, this.#context.nowText),
      lockset: lockSet.map(({ name, key }) => ({ name: name.toLowerCase(), key })),
    };
    this.#context.send(target, OPERATION, requestText(request));
    return run(this.#locked(lockSet, id));
  }
  *#locked(lockSet: EntityKey[], id: string): Generator<Task, void, unknown> {
    yield this.#events.wait(id, 'LockAcquisitionCompleted');
    this.#free = lockSet.map(({ name, key }) => schedulerId(name, key));
  }
  release(): void {
    const held = this.#free;
    this.#free = undefined;
    for (const target of held ?? []) {
      this.#count();
      this.#context.send(target, RELEASE, releaseText({ parent: this.#instanceId, id: this.#lockRequest }));
    }
  }
  #request(target: string, id: string, operation: string, input: unknown, extra: Partial<EntityRequest>): void {
    const { signal, due } = extra;
    const request: EntityRequest = {
      op: operation,
      ...(signal && { signal }),
      ...(input !== undefined && input !== null && { input: JSON.stringify(input) }),
      id,
      parent: this.#instanceId,
      parentExecution: this.#context.executionId,
      ...(due ? { due } : this.#labels.next(target, this.#context.nowText)),
    };
    this.#count();
    this.#context.send(target, due ? scheduledOperation(due) : OPERATION, requestText(request));
  }
  #guid(): string {
    return deterministicGuid(this.#instanceId, this.#context.nowText, this.#guids++);
  }
}
