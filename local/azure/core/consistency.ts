import { keyOf } from './ids.ts';
import type { Resource } from './model.ts';
import type { SeededChance } from './random.ts';
import type { SettingsStore } from './settings.ts';
import type { Time } from './time.ts';

/** Eventual consistency: a fresh resource is not there yet for reads (lists, later still). */
export class Consistency {
  readonly #settings: SettingsStore;
  readonly #time: Time;
  readonly #chance: SeededChance;

  constructor(settings: SettingsStore, time: Time, chance: SeededChance) {
    this.#settings = settings;
    this.#time = time;
    this.#chance = chance;
  }
  visible(resource: Resource, by: 'read' | 'list'): boolean {
    const longest = this.#settings.get().consistency[by];
    if (longest === 0) return true;
    const lag = longest * (0.5 + this.#chance.uniform('lag', by, keyOf(resource.id)) / 2);
    return this.#time.now() >= resource.createdAt + (lag * 1000) / this.#time.scale;
  }
}
