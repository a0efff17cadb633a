/**
 * Group commit. A change is visible to the engine as soon as it is applied, so that one turn can follow another at once; what
 * others see or cause by it (answers, activities) waits until the transaction that holds it, and all its neighbours, is on disk.
 */
import type { Clock } from '../clock.ts';
import type { Change, Store } from './store/ports.ts';

interface Group {
  changes: Change[];
  /** It was given the moment in which others join it. */
  ripe: boolean;
  durable: Promise<void>;
  done: () => void;
  failed: (error: unknown) => void;
}

export class Committer {
  #store: Store;
  #clock: Clock;
  /** Takes up changes. */
  #group: Group | undefined;
  /** Being written; the next one follows when it is done, so that the slower the disk, the larger the groups. */
  #writing: Promise<void> | undefined;
  /** Rejects, once something could not be written: what memory has is not what a start would find. */
  #failed: Promise<never> | undefined;
  /** Called with each change that took effect, at once. */
  onApplied: (change: Change) => void = () => {};
  /** Called with each change that took effect, once it is on disk, in order. */
  onDurable: (change: Change) => void = () => {};
  /** Called after a group is on disk. */
  onFlushed: () => void = () => {};
  /** Called when a group could not be written, once: everything since the last one is undone, and nothing is taken any more. */
  onFailed: (error: unknown) => void = () => {};

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }
  /** How many changes wait for a transaction. */
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
  /** Resolves when everything applied so far is on disk, rejects when that cannot be. */
  durable(): Promise<void> {
    if (this.#failed) return this.#failed;
    return this.#group?.durable ?? this.#writing ?? Promise.resolve();
  }
  #open(): Group {
    if (this.#group) return this.#group;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Nobody need be waiting for the group.
    promise.catch(() => {});
    this.#group = { changes: [], ripe: false, durable: promise, done: resolve, failed: reject };
    const release = this.#clock.hold();
    // Those who waited go on in microtasks and take their own hold before time may move.
    const done = () => setImmediate(release);
    promise.then(done, done);
    // One round of the event loop later, so that the turns which these changes set off share the transaction.
    const group = this.#group;
    setImmediate(() =>
      setImmediate(() => {
        group.ripe = true;
        this.#flush();
      }),
    );
    return group;
  }
  #flush(): void {
    const group = this.#group;
    // The one being written calls again when it is done.
    if (!group || this.#writing) return;
    this.#group = undefined;
    try {
      const written = this.#store.flush();
      if (!written) {
        this.#done(group);
        return;
      }
      this.#writing = group.durable;
      written.then(
        () => this.#done(group),
        (error: unknown) => this.#fail(group, error),
      );
    } catch (error) {
      this.#fail(group, error);
    }
  }
  #done(group: Group): void {
    this.#writing = undefined;
    for (const change of group.changes) this.onDurable(change);
    group.done();
    this.onFlushed();
    if (this.#group?.ripe) this.#flush();
  }
  #fail(group: Group, error: unknown): void {
    this.#writing = undefined;
    const first = this.#failed === undefined;
    if (first) {
      this.#failed = Promise.reject(error);
      this.#failed.catch(() => {});
    }
    group.failed(error);
    if (first) this.onFailed(error);
    // Built upon what was lost, so it fails as well.
    if (this.#group?.ripe) this.#flush();
  }
}
