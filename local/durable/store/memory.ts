/** The store in memory: for tests, virtual time and benchmarks. Same behaviour as SQLite, shown by one conformance suite. */
import type {
  Activity,
  Change,
  Instance,
  Message,
  Query,
  Start,
  Store,
  StoredAlarm,
  StoredMessage,
  TaskKey,
  TurnChange,
} from './ports.ts';
import { matches } from './rows.ts';

interface Slot {
  instance: Instance;
  history: string[];
}
const keyOf = (key: TaskKey): string => `${key.instanceId}\n${key.executionId}\n${key.taskId}`;

export function createMemoryStore(): Store {
  return new MemoryStore();
}

class MemoryStore implements Store {
  #slots = new Map<string, Slot>();
  #inbox = new Map<string, StoredMessage[]>();
  #activities = new Map<string, Map<string, Activity>>();
  #alarms = new AlarmList();
  #seq = 0;

  apply(change: Change): boolean {
    switch (change.kind) {
      case 'turn':
        return this.#turn(change);
      case 'start': {
        const existing = this.#slots.get(change.start.instance.id);
        if (existing && change.unlessIn.includes(existing.instance.status)) return false;
        this.#start(change.start);
        return true;
      }
      case 'post':
        return this.#post(change.message);
      case 'result': {
        const mine = this.#activities.get(change.key.instanceId);
        if (!mine?.delete(keyOf(change.key))) return false;
        if (mine.size === 0) this.#activities.delete(change.key.instanceId);
        return this.#post(change.message);
      }
      case 'fire':
        for (const alarm of change.alarms) if (this.#alarms.remove(alarm)) this.#post(alarm.message);
        return true;
      case 'rewrite':
        this.#slots.set(change.instance.id, { instance: change.instance, history: [...change.history] });
        return change.message ? this.#post(change.message) : true;
      case 'discard':
        this.#consume(change.instanceId, change.consumed, change.spared);
        return true;
      case 'purge':
        this.#clear(change.instanceId);
        this.#inbox.delete(change.instanceId);
        return this.#slots.delete(change.instanceId);
    }
  }
  #turn(change: TurnChange): boolean {
    const slot = this.#slots.get(change.instance.id);
    if (slot?.instance.executionId !== change.expectedExecutionId) return false;
    this.#consume(change.instance.id, change.consumed, change.spared);
    slot.instance = change.instance;
    if (change.history.from === 0) slot.history = [];
    slot.history.push(...change.history.events);
    if (change.ended) this.#clear(change.instance.id);
    for (const activity of change.activities) {
      const mine = this.#activities.get(activity.instanceId);
      if (mine) mine.set(keyOf(activity), activity);
      else this.#activities.set(activity.instanceId, new Map([[keyOf(activity), activity]]));
    }
    for (const alarm of change.alarms) this.#alarms.add({ ...alarm, seq: ++this.#seq });
    for (const start of change.starts) this.#start(start);
    for (const message of change.messages) this.#post(message);
    return true;
  }
  #start({ instance, message }: Start): void {
    this.#clear(instance.id);
    // Events addressed to no execution in particular outlive the one they were sent to only if it had not ended.
    this.#inbox.delete(instance.id);
    this.#slots.set(instance.id, { instance, history: [] });
    this.#post(message);
  }
  #post({ creates, ...message }: Message): boolean {
    if (!this.#slots.has(message.instanceId)) {
      if (!creates) return false;
      this.#slots.set(creates.id, { instance: creates, history: [] });
    }
    const stored = { ...message, seq: ++this.#seq };
    const box = this.#inbox.get(message.instanceId);
    if (box) box.push(stored);
    else this.#inbox.set(message.instanceId, [stored]);
    return true;
  }
  #consume(id: string, upTo: number, spared?: ReadonlySet<number>): void {
    const left = (this.#inbox.get(id) ?? []).filter(({ seq }) => seq > upTo || spared?.has(seq));
    if (left.length > 0) this.#inbox.set(id, left);
    else this.#inbox.delete(id);
  }
  #clear(id: string): void {
    this.#activities.delete(id);
    this.#alarms.removeAll(id);
  }

  instance(id: string): Instance | undefined {
    return this.#slots.get(id)?.instance;
  }
  history(id: string): string[] {
    return [...(this.#slots.get(id)?.history ?? [])];
  }
  inbox(id: string): StoredMessage[] {
    return [...(this.#inbox.get(id) ?? [])];
  }
  query(query: Query): Instance[] {
    const ids = [...this.#slots.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const found: Instance[] = [];
    for (const id of ids) {
      const instance = this.#slots.get(id)?.instance;
      if (!instance || !matches(instance, query)) continue;
      found.push(instance);
      if (found.length === query.limit) break;
    }
    return found;
  }
  waiting(): string[] {
    return [...this.#inbox.keys()];
  }
  activities(): Activity[] {
    return [...this.#activities.values()].flatMap((mine) => [...mine.values()]);
  }
  nextAlarm(): number | undefined {
    return this.#alarms.first?.fireAt;
  }
  dueAlarms(now: number, limit: number): StoredAlarm[] {
    return this.#alarms.due(now, limit);
  }
  flush(): void {}
  close(): void {}
}

/** Alarms sorted by time, with lookup by owner. */
class AlarmList {
  #sorted: StoredAlarm[] = [];
  #byOwner = new Map<string, Set<StoredAlarm>>();

  get first(): StoredAlarm | undefined {
    return this.#sorted[0];
  }
  add(alarm: StoredAlarm): void {
    this.#sorted.splice(this.#position(alarm), 0, alarm);
    const mine = this.#byOwner.get(alarm.instanceId);
    if (mine) mine.add(alarm);
    else this.#byOwner.set(alarm.instanceId, new Set([alarm]));
  }
  due(now: number, limit: number): StoredAlarm[] {
    const found: StoredAlarm[] = [];
    for (const alarm of this.#sorted) {
      if (alarm.fireAt > now || found.length === limit) break;
      found.push(alarm);
    }
    return found;
  }
  remove(alarm: StoredAlarm): boolean {
    const at = this.#position(alarm);
    if (this.#sorted[at]?.seq !== alarm.seq) return false;
    const [gone] = this.#sorted.splice(at, 1);
    const mine = this.#byOwner.get(alarm.instanceId);
    if (gone) mine?.delete(gone);
    if (mine?.size === 0) this.#byOwner.delete(alarm.instanceId);
    return true;
  }
  removeAll(instanceId: string): void {
    for (const alarm of [...(this.#byOwner.get(instanceId) ?? [])]) this.remove(alarm);
  }
  /** Index of the first alarm not before this one in (time, seq) order. */
  #position(alarm: StoredAlarm): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#sorted[middle] as StoredAlarm;
      if (other.fireAt < alarm.fireAt || (other.fireAt === alarm.fireAt && other.seq < alarm.seq)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
