import { keyOf } from './ids.ts';
import type { Operation } from './model.ts';
import type { Collection, Store } from './store.ts';

/** Azure keeps operation URLs for a day at least. */
const KEPT_MS = 86_400_000;

/** Long-running operations by id, and the running ones by resource. */
export class OperationStore {
  readonly #all: Collection<Operation>;
  readonly #running = new Map<string, Set<string>>();

  constructor(store: Store) {
    this.#all = store.collection('operations');
    for (const operation of this.#all.values()) if (operation.status === 'InProgress') this.#index(operation);
  }
  get(id: string): Operation | undefined {
    return this.#all.get(id.toLowerCase());
  }
  /** Keeps a changed operation; one that is not running any more leaves the index. */
  save(operation: Operation): void {
    this.#all.set(operation.id, operation);
    if (operation.status !== 'InProgress') this.#unindex(operation);
  }
  /** Keeps a new one, and drops those that ended more than a day ago (in order of their start, so one look is enough). */
  add(operation: Operation, now: number): void {
    this.#all.set(operation.id, operation);
    this.#index(operation);
    for (const old of this.#all.values()) {
      if (old.endedAt === undefined || now - old.endedAt < KEPT_MS) break;
      this.#all.delete(old.id);
    }
  }
  running(resourceId: string): Operation[] {
    const found: Operation[] = [];
    for (const id of this.#running.get(keyOf(resourceId)) ?? []) {
      const operation = this.#all.get(id);
      if (operation) found.push(operation);
    }
    return found;
  }
  #index(operation: Operation): void {
    const key = keyOf(operation.resourceId);
    const running = this.#running.get(key) ?? new Set<string>();
    running.add(operation.id);
    this.#running.set(key, running);
  }
  #unindex(operation: Operation): void {
    const key = keyOf(operation.resourceId);
    const running = this.#running.get(key);
    running?.delete(operation.id);
    if (running?.size === 0) this.#running.delete(key);
  }
}
