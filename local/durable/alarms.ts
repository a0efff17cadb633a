/** Delivers alarms (durable timers, scheduled signals) when they are due: one wake-up for the earliest row, never early. */
import type { Clock } from '../clock.ts';
import type { Committer } from './commit.ts';
import { newEntity } from './entity/instance.ts';
import type { Store } from './store/ports.ts';

/** Alarms delivered in one go. */
const BATCH = 1000;

export class Alarms {
  #store: Store;
  #clock: Clock;
  #committer: Committer;
  #cancel: (() => void) | undefined;
  #armed = Number.POSITIVE_INFINITY;
  #running = false;
  #firing: Promise<void> | undefined;

  constructor(store: Store, clock: Clock, committer: Committer) {
    this.#store = store;
    this.#clock = clock;
    this.#committer = committer;
  }
  start(): void {
    this.#running = true;
    this.#arm(this.#store.nextAlarm());
  }
  /** A new alarm was written. @param fireAt ms since epoch */
  added(fireAt: number): void {
    if (this.#running && fireAt < this.#armed) this.#arm(fireAt);
  }
  async stop(): Promise<void> {
    this.#running = false;
    this.#cancel?.();
    await this.#firing;
  }
  #arm(fireAt: number | undefined): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#armed = fireAt ?? Number.POSITIVE_INFINITY;
    if (fireAt === undefined || !this.#running || this.#firing) return;
    this.#cancel = this.#clock.at(fireAt, () => {
      this.#firing = this.#fire()
        // What could not be written is due still, for the engine that comes after this one.
        .catch(() => {})
        .finally(() => {
          this.#firing = undefined;
          if (this.#running) this.#arm(this.#store.nextAlarm());
        });
    });
  }
  async #fire(): Promise<void> {
    const release = this.#clock.hold();
    try {
      for (;;) {
        const now = this.#clock.now();
        const due = this.#store.dueAlarms(now, BATCH);
        if (due.length === 0 || !this.#running) return;
        const alarms = due.map((alarm) => {
          const { message } = alarm;
          if (!message.instanceId.startsWith('@')) return alarm;
          return {
            ...alarm,
            message: { ...message, creates: newEntity(message.instanceId, message.executionId ?? '', now) },
          };
        });
        // The next ones are looked for in what memory says, so there is no need to wait for the disk in between.
        this.#committer.apply({ kind: 'fire', alarms });
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      release();
    }
  }
}
