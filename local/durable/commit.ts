/**
 * Group commit. A change is visible to the engine as soon as it is applied, so that one turn can follow another at once; what
 * others see or cause by it (answers, activities) waits until the transaction that holds it, and all its neighbours, is on disk.
 */
import type { Clock } from '../clock.ts';
import type { Change, Store } from './store/ports.ts';

interface Group {
  changes: Change[];
  durable: Promise<void>;
  done: () => void;
  failed: (error: unknown) => void;
}

export class Committer {
  #store: Store;
  #clock: Clock;
  #group: Group | undefined;
  /** Called with each change that took effect, at once. */
  onApplied: (change: Change) => void = () => {};
  /** Called with each change that took effect, once it is on disk, in order. */
  onDurable: (change: Change) => void = () => {};
  /** Called after a group is on disk. */
  onFlushed: () => void = () => {};
  /** Called when a group could not be written: everything since the last one is undone. */
  onFailed: (error: unknown) => void = () => {};

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }
  /** How many changes are not on disk yet. */
  get pending(): number {
    return this.#group?.changes.length ?? 0;
  }
  /** Applies a change; says whether it took effect. */
  apply(change: Change): boolean {
    if (!this.#store.apply(change)) return false;
    this.#open().changes.push(change);
    this.onApplied(change);
    return true;
  }
  /** Applies a change and resolves, with whether it took effect, when it is on disk. */
  async commit(change: Change): Promise<boolean> {
    const effective = this.apply(change);
    await this.durable();
    return effective;
  }
  /** Resolves when everything applied so far is on disk. */
  durable(): Promise<void> {
    return this.#group?.durable ?? Promise.resolve();
  }
  #open(): Group {
    if (this.#group) return this.#group;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Nobody need be waiting for the group.
    promise.catch(() => {});
    this.#group = { changes: [], durable: promise, done: resolve, failed: reject };
    const release = this.#clock.hold();
    // One round of the event loop later, so that the turns which these changes set off share the transaction.
    setImmediate(() =>
      setImmediate(() => {
        this.#flush();
        // Those who waited go on in microtasks and take their own hold before time may move.
        setImmediate(release);
      }),
    );
    return this.#group;
  }
  #flush(): void {
    const group = this.#group;
    this.#group = undefined;
    if (!group) return;
    try {
      this.#store.flush();
    } catch (error) {
      group.failed(error);
      this.onFailed(error);
      return;
    }
    for (const change of group.changes) this.onDurable(change);
    group.done();
    this.onFlushed();
  }
}
