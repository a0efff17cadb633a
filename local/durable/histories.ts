/** Parsed histories of live instances, so that a turn does not read and parse what the last one wrote. Bounded; the store is the truth. */
import type { HistoryEvent } from './history.ts';
import type { Store } from './store/ports.ts';

export interface History {
  events: HistoryEvent[];
  /** JSON text of each event as later turns see it. */
  texts: string[];
}
interface Entry extends History {
  executionId: string;
  size: number;
}

/** Characters of history text kept in memory at most; what slept longest is dropped first. */
const LIMIT = 32 * 1024 * 1024;

export class Histories {
  #store: Store;
  #entries = new Map<string, Entry>();
  #size = 0;

  constructor(store: Store) {
    this.#store = store;
  }
  get(instanceId: string, executionId: string): History {
    const entry = this.#entries.get(instanceId);
    if (entry?.executionId === executionId) return entry;
    const texts = this.#store.history(instanceId);
    return { texts, events: texts.map((text) => JSON.parse(text) as HistoryEvent) };
  }
  put(instanceId: string, executionId: string, history: History, added: readonly string[]): void {
    const old = this.#entries.get(instanceId);
    const same = old?.executionId === executionId && old.texts === history.texts;
    const size = same ? old.size + length(added) : length(history.texts);
    this.drop(instanceId);
    this.#entries.set(instanceId, { executionId, events: history.events, texts: history.texts, size });
    this.#size += size;
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
