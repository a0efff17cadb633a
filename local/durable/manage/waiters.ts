/** Requests that wait for an instance to end, woken by its last turn instead of by polling. */
import type { Clock } from '../../clock.ts';

export class Waiters {
  #clock: Clock;
  #waiting = new Map<string, Set<() => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }
  /** Resolves when the instance ends or after `ms` milliseconds. */
  wait(instanceId: string, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const mine = this.#waiting.get(instanceId) ?? new Set();
      this.#waiting.set(instanceId, mine);
      const done = () => {
        cancel();
        mine.delete(done);
        if (mine.size === 0) this.#waiting.delete(instanceId);
        resolve();
      };
      const cancel = this.#clock.at(this.#clock.now() + ms, done);
      mine.add(done);
    });
  }
  ended(instanceId: string): void {
    for (const done of [...(this.#waiting.get(instanceId) ?? [])]) done();
  }
  stop(): void {
    for (const id of [...this.#waiting.keys()]) this.ended(id);
  }
}
