import type { Clock } from '../../clock.ts';
import type { JsonObject } from './json.ts';
import type { Jobs } from './sim.ts';
import type { Collection, Store } from './store.ts';
import type { Time } from './time.ts';

interface Job {
  at: number;
  kind: string;
  data: JsonObject;
}

/** Work at a time, kept in the store: what was due while the process was down runs at the next start. */
export class Scheduler implements Jobs {
  readonly #jobs: Collection<Job>;
  readonly #counter: Collection<number>;
  readonly #clock: Clock;
  readonly #run: (kind: string, data: JsonObject) => void;
  readonly #time: Time;
  readonly #armed = new Map<string, () => void>();

  constructor(store: Store, clock: Clock, time: Time, run: (kind: string, data: JsonObject) => void) {
    this.#jobs = store.collection('jobs');
    this.#counter = store.collection('counters');
    this.#clock = clock;
    this.#time = time;
    this.#run = run;
  }
  start(): void {
    for (const [id, job] of this.#jobs.entries()) this.#arm(id, job);
  }
  stop(): void {
    for (const cancel of this.#armed.values()) cancel();
    this.#armed.clear();
  }
  schedule(kind: string, seconds: number, data: JsonObject): string {
    return this.at(this.#time.in(seconds), kind, data);
  }
  /** @param at ms since the epoch; Infinity is never */
  at(at: number, kind: string, data: JsonObject): string {
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
      this.#clock.at(job.at - this.#time.ahead, () => {
        this.#armed.delete(id);
        if (!this.#jobs.delete(id)) return;
        this.#run(job.kind, job.data);
      }),
    );
  }
}
