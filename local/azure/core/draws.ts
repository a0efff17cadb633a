import { type Duration, draw, type SeededChance } from './random.ts';
import type { Collection, Store } from './store.ts';

/** Counted draws: the same seed and the same calls give the same ids and durations, whatever else goes on between them. */
export class Draws {
  readonly #chance: SeededChance;
  readonly #guids: Collection<number>;
  /** How often things were drawn, by the resource they belong to: forgotten with it. */
  readonly #counts: Collection<Record<string, number>>;

  constructor(store: Store, chance: SeededChance) {
    this.#chance = chance;
    this.#guids = store.collection('counters');
    this.#counts = store.collection('nth');
  }
  /** 1, 2, 3... per key; a key with a resource id among its words is forgotten with that resource. */
  nth(key: string): number {
    const owner = /(?:^| )(\/\S+)/.exec(key)?.[1] ?? key;
    const rest = key.replace(owner, '');
    const counted = this.#counts.get(owner) ?? {};
    const next = (counted[rest] ?? 0) + 1;
    counted[rest] = next;
    this.#counts.set(owner, counted);
    return next;
  }
  seconds(duration: Duration | number, key: string): number {
    return typeof duration === 'number' ? duration : draw(this.#chance, duration, key, this.nth(key));
  }
  guid(key: string): string {
    const n = (this.#guids.get('guid') ?? 0) + 1;
    this.#guids.set('guid', n);
    return this.#chance.guid(key, n);
  }
  /** @param owner lower-case resource id */
  forget(owner: string): void {
    this.#counts.delete(owner);
  }
}
