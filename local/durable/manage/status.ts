/** Status bodies and the history they can carry (durable extension DurableClient.GetDurableOrchestrationStatusAsync). */
import { EVENT_NAMES, EventType, type HistoryEvent, type ParentInstance, STATUSES } from '../history.ts';
import { startOf } from '../start.ts';
import type { Instance } from '../store/ports.ts';

export interface ShowOptions {
  history: boolean;
  output: boolean;
  input: boolean;
  /** Also under `history`, the key that the SDK reads. */
  historyKey: boolean;
  /** Ends of sub-orchestrations name the child, and children their parent; 3.0.0 did not. */
  childIds?: boolean;
}

const seconds = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

/** Text that is JSON becomes its value, other text stays text, null stays null. */
export function parsed(text: string | null): unknown {
  if (text === null) return null;
  const trimmed = text.trim();
  if (trimmed === '') return '';
  try {
    return JSON.parse(trimmed);
  } catch {
    return text;
  }
}

export function statusBody(
  instance: Instance,
  show: ShowOptions,
  events: () => HistoryEvent[],
): Record<string, unknown> {
  const wanted = show.history && instance.status !== 'Pending';
  const historyEvents = wanted ? shownHistory(events(), show) : undefined;
  return {
    name: instance.name,
    instanceId: instance.id,
    runtimeStatus: instance.status,
    input: show.input ? parsed(instance.input) : null,
    customStatus: parsed(instance.customStatus),
    output: parsed(instance.output),
    createdTime: seconds(instance.createdAt),
    lastUpdatedTime: seconds(instance.updatedAt),
    ...(historyEvents && { historyEvents }),
    ...(show.childIds && instance.parent !== null && { parentInstanceId: parentOf(instance.parent) }),
    ...(historyEvents && show.historyKey && { history: historyEvents }),
  };
}

/** An entity continues as new after every batch: its history is a start with the scheduler's state. */
export const entityHistory = (entity: Instance, oldFields: boolean): HistoryEvent[] => {
  const { name, input, updatedAt } = entity;
  const request = { instanceId: entity.id, name, version: null, input, parent: null, generation: null, oldFields };
  return [JSON.parse(startOf(request, entity.executionId, updatedAt).message.event) as HistoryEvent];
};

/** A history that schedules one id twice, as a non-deterministic orchestrator leaves it: the extension cannot show it (DurableClient.TrackNameAndScheduledTime). */
export class DuplicateKey extends Error {
  constructor(key: string) {
    super(`An item with the same key has already been added. Key: ${key}`);
  }
}

const parentOf = (text: string): string => (JSON.parse(text) as ParentInstance).OrchestrationInstance.InstanceId;

type Shown = Record<string, unknown>;
/** Scheduling events that a later completion absorbs. */
const ABSORBED: Record<number, number> = {
  [EventType.TaskCompleted]: EventType.TaskScheduled,
  [EventType.TaskFailed]: EventType.TaskScheduled,
  [EventType.SubOrchestrationInstanceCompleted]: EventType.SubOrchestrationInstanceCreated,
  [EventType.SubOrchestrationInstanceFailed]: EventType.SubOrchestrationInstanceCreated,
};
const WITH_RESULT: ReadonlySet<number> = new Set([
  EventType.TaskCompleted,
  EventType.SubOrchestrationInstanceCompleted,
  EventType.ExecutionCompleted,
]);

export function shownHistory(events: readonly HistoryEvent[], show: ShowOptions): Shown[] {
  const scheduled = new Map<string, { index: number; event: Shown }>();
  const hidden = new Set<number>();
  const shown = events.map((event, index) => {
    const item: Shown = { ...event, EventType: EVENT_NAMES.get(event.EventType) };
    if (event.EventType === EventType.OrchestratorStarted || event.EventType === EventType.OrchestratorCompleted) {
      hidden.add(index);
    }
    if (event.EventType === EventType.TaskScheduled || event.EventType === EventType.SubOrchestrationInstanceCreated) {
      const key = `${item.EventType}_${event.EventId}`;
      if (scheduled.has(key)) throw new DuplicateKey(key);
      scheduled.set(key, { index, event: { ...event } });
      delete item.Version;
    }
    const by = ABSORBED[event.EventType];
    if (by !== undefined) {
      const source = scheduled.get(`${EVENT_NAMES.get(by)}_${item.TaskScheduledId}`);
      if (source) {
        hidden.add(source.index);
        item.ScheduledTime = String(source.event.Timestamp).replace(/Z$/, '+00:00');
        item.FunctionName = source.event.Name;
        if (show.childIds && 'InstanceId' in source.event) item.InstanceId = source.event.InstanceId;
        if (show.input) item.Input = source.event.Input;
      }
      delete item.TaskScheduledId;
    }
    if (WITH_RESULT.has(event.EventType)) {
      if (show.output) item.Result = parsed((item.Result ?? null) as string | null);
      else delete item.Result;
    }
    return trim(event, item, show);
  });
  return shown.filter((_, index) => !hidden.has(index));
}

function trim(event: HistoryEvent, item: Shown, show: ShowOptions): Shown {
  if (event.EventType === EventType.ExecutionStarted) {
    item.FunctionName = item.Name;
    for (const name of ['Name', 'OrchestrationInstance', 'ParentInstance', 'Version', 'Tags']) delete item[name];
  }
  if (event.EventType === EventType.ExecutionCompleted) item.OrchestrationStatus = STATUSES[event.OrchestrationStatus];
  if (event.EventType === EventType.TimerFired) delete item.TimerId;
  if (!show.input) delete item.Input;
  delete item.EventId;
  delete item.IsPlayed;
  return item;
}
