import type { Clock } from '../../clock.ts';
import type { JsonObject } from './json.ts';
import type { Collection, Store } from './store.ts';

interface Job {
  at: number;
  kind: string;
  data: JsonObject;
}

/** Work at a time, kept in the store: what was due while the process was down runs at the next start. */
export class Scheduler {
  readonly #jobs: Collection<Job>;
  readonly #counter: Collection<number>;
  readonly #clock: Clock;
  readonly #run: (kind: string, data: JsonObject) => void;
  /** ms by which the simulated clock is ahead of the one that drives it. */
  readonly #ahead: () => number;
  readonly #armed = new Map<string, () => void>();

  constructor(store: Store, clock: Clock, ahead: () => number, run: (kind: string, data: JsonObject) => void) {
    this.#jobs = store.collection('jobs');
    this.#counter = store.collection('counters');
    this.#clock = clock;
    this.#ahead = ahead;
    this.#run = run;
  }
  start(): void {
    for (const [id, job] of this.#jobs.entries()) this.#arm(id, job);
  }
  stop(): void {
    for (const cancel of this.#armed.values()) cancel();
    this.#armed.clear();
  }
  /** @param at ms since the epoch; Infinity is never */
  schedule(at: number, kind: string, data: JsonObject): string {
    const id = String((this.#counter.get('jobs') ?? 0) + 1);
    this.#counter.set('jobs', Number(id));
    if (!Number.isFinite(at)) return id;
    const job = { at, kind, data };
    this.#jobs.set(id, job);
    this.#arm(id, job);
    return id;
  }
  cancel(id: string): void {
    this.#armed.get(id)?.();
    this.#armed.delete(id);
    this.#jobs.delete(id);
  }
  #arm(id: string, job: Job): void {
    this.#armed.set(
      id,
      this.#clock.at(job.at - this.#ahead(), () => {
        this.#armed.delete(id);
        if (!this.#jobs.delete(id)) return;
        this.#run(job.kind, job.data);
      }),
    );
  }
}
