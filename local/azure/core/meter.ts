import { keyOf } from './ids.ts';
import type { JsonObject } from './json.ts';
import type { Resource } from './model.ts';
import type { Meter } from './provider.ts';
import type { Collection, Store } from './store.ts';

interface Interval {
  resourceId: string;
  type: string;
  meter: string;
  quantity: number;
  /** USD per hour of one unit of quantity. */
  price: number;
  from: number;
  to?: number;
}

/** Bills per second from the moment a resource's meters say so until they change or it goes. */
export class Metering {
  readonly #intervals: Collection<Interval>;
  readonly #open = new Map<string, Map<string, string>>();
  readonly #counters: Collection<number>;

  constructor(store: Store) {
    this.#intervals = store.collection('meter');
    this.#counters = store.collection('counters');
    for (const [key, interval] of this.#intervals.entries())
      if (interval.to === undefined) this.#opened(interval.resourceId).set(signature(interval), key);
  }
  /** What `resource` costs from now on. */
  set(resource: Resource, meters: Meter[], price: (meter: string) => number, now: number): void {
    const wanted = new Map(meters.map((meter) => [signature(meter), meter]));
    const open = this.#opened(resource.id);
    for (const [sign, key] of [...open]) {
      if (wanted.has(sign)) wanted.delete(sign);
      else this.#close(open, sign, key, now);
    }
    for (const [sign, meter] of wanted) {
      const key = String((this.#counters.get('meter') ?? 0) + 1);
      this.#counters.set('meter', Number(key));
      this.#intervals.set(key, {
        resourceId: resource.id,
        type: resource.type,
        ...meter,
        price: price(meter.meter),
        from: now,
      });
      open.set(sign, key);
    }
  }
  end(resourceId: string, now: number): void {
    const open = this.#opened(resourceId);
    for (const [sign, key] of [...open]) this.#close(open, sign, key, now);
    this.#open.delete(keyOf(resourceId));
  }
  /** Everything ever billed, by resource, group and subscription, in USD; `perHour` is what runs now. */
  report(now: number, shown: (ms: number) => number = (ms) => ms): JsonObject {
    const date = (ms: number) => new Date(shown(ms)).toISOString();
    const resources = new Map<
      string,
      { id: string; type: string; cost: number; perHour: number; meters: JsonObject[] }
    >();
    for (const one of this.#intervals.values()) {
      const hours = ((one.to ?? now) - one.from) / 3_600_000;
      const rate = one.to === undefined ? one.quantity * one.price : 0;
      const entry = resources.get(keyOf(one.resourceId)) ?? {
        id: one.resourceId,
        type: one.type,
        cost: 0,
        perHour: 0,
        meters: [],
      };
      entry.cost += hours * one.quantity * one.price;
      entry.perHour += rate;
      entry.meters.push({
        meter: one.meter,
        quantity: one.quantity,
        hours,
        cost: hours * one.quantity * one.price,
        from: date(one.from),
        to: one.to === undefined ? null : date(one.to),
      });
      resources.set(keyOf(one.resourceId), entry);
    }
    const list = [...resources.values()];
    return {
      currency: 'USD',
      at: date(now),
      perHour: sum(list.map((one) => one.perHour)),
      cost: sum(list.map((one) => one.cost)),
      groups: totals(list, (id) => id.split('/').slice(0, 5).join('/')),
      subscriptions: totals(list, (id) => id.split('/').slice(0, 3).join('/')),
      resources: list,
    };
  }
  #opened(resourceId: string): Map<string, string> {
    const key = keyOf(resourceId);
    const open = this.#open.get(key) ?? new Map<string, string>();
    this.#open.set(key, open);
    return open;
  }
  #close(open: Map<string, string>, sign: string, key: string, now: number): void {
    const interval = this.#intervals.get(key);
    if (interval) {
      interval.to = now;
      this.#intervals.set(key, interval);
    }
    open.delete(sign);
  }
}

const signature = (meter: Meter): string => `${meter.meter}\0${meter.quantity}`;
const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

function totals(list: { id: string; cost: number; perHour: number }[], by: (id: string) => string): JsonObject[] {
  const found = new Map<string, { id: string; cost: number; perHour: number }>();
  for (const one of list) {
    const id = by(one.id);
    const total = found.get(keyOf(id)) ?? { id, cost: 0, perHour: 0 };
    total.cost += one.cost;
    total.perHour += one.perHour;
    found.set(keyOf(id), total);
  }
  return [...found.values()];
}
