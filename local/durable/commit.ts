/** Group commit: changes made in the same moment share one transaction, hence one flush to disk. */
import type { Clock } from '../clock.ts';
import type { Change, Store } from './store/ports.ts';

interface Waiting {
  change: Change;
  done: (applied: boolean) => void;
  failed: (error: unknown) => void;
}

export class Committer {
  #store: Store;
  #clock: Clock;
  #waiting: Waiting[] = [];
  #scheduled = false;
  /** Called for each change that took effect, in order, before its promise settles. */
  onApplied: (change: Change) => void = () => {};

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }
  /** Resolves once the change is durable, with whether it took effect. */
  commit(change: Change): Promise<boolean> {
    return new Promise((done, failed) => {
      this.#waiting.push({ change, done, failed });
      if (this.#scheduled) return;
      this.#scheduled = true;
      const release = this.#clock.hold();
      setImmediate(() => {
        this.#scheduled = false;
        this.#flush();
        // Those who waited go on in microtasks and take their own hold before time may move.
        setImmediate(release);
      });
    });
  }
  #flush(): void {
    const group = this.#waiting;
    this.#waiting = [];
    let applied: boolean[];
    try {
      applied = this.#store.apply(group.map(({ change }) => change));
    } catch (error) {
      for (const { failed } of group) failed(error);
      return;
    }
    group.forEach(({ change, done }, index) => {
      const effective = applied[index] === true;
      if (effective) this.onApplied(change);
      done(effective);
    });
  }
}
