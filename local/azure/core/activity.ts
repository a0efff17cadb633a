import type { JsonObject } from './json.ts';
import type { Collection, Store } from './store.ts';
import type { Time } from './time.ts';

const KEPT = 2000;

export interface ActivityEntry {
  operationName: string;
  resourceId: string;
  status: 'Started' | 'Accepted' | 'Succeeded' | 'Failed';
  caller?: string;
  correlationId?: string;
  category?: 'Administrative' | 'ResourceHealth' | 'Policy';
  properties?: JsonObject;
}

/** The activity log: the latest entries. */
export class Activity {
  readonly #time: Time;
  readonly #entries: Collection<JsonObject>;
  readonly #counters: Collection<number>;

  constructor(store: Store, time: Time) {
    this.#time = time;
    this.#entries = store.collection('activity');
    this.#counters = store.collection('counters');
  }
  /** Adds a line. */
  log(entry: ActivityEntry): void {
    const n = (this.#counters.get('activity') ?? 0) + 1;
    this.#counters.set('activity', n);
    this.#entries.set(String(n), { eventTimestamp: this.#time.iso(), category: 'Administrative', ...entry });
    this.#entries.delete(String(n - KEPT));
  }
  /** Number -> line, the oldest first. */
  entries(): IterableIterator<[string, JsonObject]> {
    return this.#entries.entries();
  }
}
