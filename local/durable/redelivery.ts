/**
 * What a dead host had taken. The engine takes it up again at once; the Azure Storage provider cannot, as a message that was taken
 * stays invisible to everybody for its queue's visibility timeout, or for two seconds when the host gave it back at its end
 * (TaskHubQueue.AbandonMessageAsync). Told to, the engine waits as long, message by message, so that others overtake them.
 */
import type { Clock } from '../clock.ts';
import { EventType, type HistoryEvent } from './history.ts';
import type { Activity, Store, StoredMessage } from './store/ports.ts';

export interface Redelivery {
  /** Times that win over host.json's, ms. For tests: no range is checked. */
  control?: number;
  workItem?: number;
  /** Remembers over starts. */
  kept?: { read(): Kept | undefined; write(kept: Kept): void };
}

export interface Kept {
  /** When the host ended in order, ms since epoch: what it had taken it gave back. Undefined when it was killed, or still runs. */
  ended?: number | undefined;
  /** By key, when the host took what had been taken before, ms since epoch. */
  taken: Record<string, number>;
}

export const messageKey = ({ seq }: StoredMessage): string => `message ${seq}`;
export const activityKey = ({ executionId, taskId }: Activity): string => `activity ${executionId} ${taskId}`;

/** A running activity's message is taken anew so often, ms (DTFx TaskActivityDispatcher.RenewUntil). */
const RENEWAL = 30_000;
/** The first time that a message is given back it stays invisible so long, ms. */
const GIVEN_BACK = 2_000;

export interface Times {
  control: number;
  workItem: number;
  /** Of the host before this one. */
  before: Kept;
}

/** Messages that nobody may see yet. */
export class Hidden {
  readonly #clock: Clock;
  readonly #seqs = new Map<string, Set<number>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }
  /** Of the instance's messages; undefined when there are none, which is nearly always. */
  of(instanceId: string): ReadonlySet<number> | undefined {
    return this.#seqs.get(instanceId);
  }
  hide({ instanceId, seq }: StoredMessage, until: number, shown: () => void): void {
    const mine = this.#seqs.get(instanceId) ?? new Set();
    this.#seqs.set(instanceId, mine.add(seq));
    this.#clock.at(until, () => {
      mine.delete(seq);
      if (mine.size === 0) this.#seqs.delete(instanceId);
      shown();
    });
  }
}

/**
 * When what is in the store becomes visible, ms since epoch. The time of death is not known: it is taken to be the last one that
 * anything in the store tells of.
 */
export function visibleFrom(
  store: Store,
  { control, workItem, before: { ended, taken } }: Times,
): { message(message: StoredMessage): number; activity(activity: Activity): number } {
  if (ended !== undefined) return { message: () => ended + GIVEN_BACK, activity: () => ended + GIVEN_BACK };
  const scheduled = new Map(store.activities().map((one) => [one, taken[activityKey(one)] ?? scheduledAt(store, one)]));
  const inboxes = store.waiting().flatMap((id) => store.inbox(id));
  const first = (message: StoredMessage) => taken[messageKey(message)] ?? takenAt(message);
  const told = [...inboxes.map(first), ...scheduled.values()];
  for (const { instanceId } of [...inboxes, ...scheduled.keys()]) told.push(store.instance(instanceId)?.updatedAt ?? 0);
  const death = told.reduce((a, b) => Math.max(a, b), 0);
  return {
    message: (message) => first(message) + control,
    activity(activity) {
      const since = scheduled.get(activity) ?? death;
      return since + Math.floor((death - since) / RENEWAL) * RENEWAL + workItem;
    },
  };
}

/** A message is taken at once when it comes; a timer's comes when it fires. */
function takenAt({ event }: StoredMessage): number {
  const one = JSON.parse(event) as HistoryEvent;
  return Date.parse(one.EventType === EventType.TimerFired ? one.FireAt : one.Timestamp);
}

function scheduledAt(store: Store, { instanceId, taskId }: Activity): number {
  for (const text of store.history(instanceId).toReversed()) {
    const one = JSON.parse(text) as HistoryEvent;
    if (one.EventType === EventType.TaskScheduled && one.EventId === taskId) return Date.parse(one.Timestamp);
  }
  return store.instance(instanceId)?.updatedAt ?? 0;
}
