/** Histories of live instances as values, so that a turn does not read and parse what the last one wrote. Bounded; the store is the truth. */
import type { HistoryEvent } from './history.ts';
import type { Store } from './store/ports.ts';

export interface History {
  /** As later turns see them. */
  events: HistoryEvent[];
  /** The first of them as the SDK was given them before: its own copies, whose timestamps it makes dates once and not at every turn. */
  shown?: HistoryEvent[];
  /** Characters of the JSON texts. */
  size: number;
}
interface Entry extends History {
  executionId: string;
}

/** Characters of history text whose events are kept in memory at most; what slept longest is dropped first. */
const LIMIT = 32 * 1024 * 1024;

export class Histories {
  #store: Store;
  #entries = new Map<string, Entry>();
  #size = 0;

  constructor(store: Store) {
    this.#store = store;
  }
  /** The caller may add to it only by {@link put}. */
  get(instanceId: string, executionId: string): History {
    const entry = this.#entries.get(instanceId);
    if (entry?.executionId === executionId) return entry;
    const texts = this.#store.history(instanceId);
    return { events: texts.map((text) => JSON.parse(text) as HistoryEvent), size: length(texts) };
  }
  /** Adds events, and their texts, to a history that is now this execution's. */
  put(
    instanceId: string,
    executionId: string,
    history: History,
    added: readonly HistoryEvent[],
    texts: readonly string[],
  ): void {
    this.drop(instanceId);
    for (const one of added) history.events.push(one);
    const entry: Entry = { ...history, executionId, size: history.size + length(texts) };
    this.#entries.set(instanceId, entry);
    this.#size += entry.size;
    for (const [id] of this.#entries) {
      if (this.#size <= LIMIT) break;
      this.drop(id);
    }
  }
  drop(instanceId: string): void {
    const entry = this.#entries.get(instanceId);
    if (!entry) return;
    this.#entries.delete(instanceId);
    this.#size -= entry.size;
  }
}

const length = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + text.length, 0);
