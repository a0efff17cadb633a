/** The history of an instance: what a lifecycle was told, what activities came to. */
import type { DurableClient, OrchestrationFilter } from 'durable-functions';
import { ACTIVITY, INBOX } from '../domain/seam/functions.ts';
import type { EffectOutcome } from '../domain/seam/outcome.ts';
import type { Past, Told } from '../domain/seam/past.ts';

/** One of `historyEvents`; the scheduling of what has ended is merged into its end. */
interface HistoryEvent {
  EventType: string;
  Timestamp: string;
  Name?: string;
  FunctionName?: string;
  Input?: unknown;
  Result?: unknown;
}

/** The extension gives some values as JSON and others as its text. */
function jsonOf(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given);
  } catch {
    return given;
  }
}

function toldBy(event: HistoryEvent): Told[] {
  const at = Date.parse(event.Timestamp);
  switch (event.EventType) {
    case 'EventRaised':
      return event.Name === INBOX ? [{ at, message: jsonOf(event.Input) }] : [];
    case 'TaskCompleted':
      if (event.FunctionName !== ACTIVITY.perform) return [];
      return [{ at, performed: { outcomes: jsonOf(event.Result) as EffectOutcome[] } }];
    case 'TaskFailed':
      return event.FunctionName === ACTIVITY.perform ? [{ at, performed: {} }] : [];
    default:
      return [];
  }
}

/** The client's `getStatus` drops the history (it reads `history`, the extension writes `historyEvents`); `getStatusBy` hands on what came. */
async function historyOf(durable: DurableClient, instanceId: string): Promise<HistoryEvent[]> {
  const filter = { instanceId, showHistory: true, showHistoryOutput: true, showInput: true };
  const answer: unknown = await durable.getStatusBy(filter as OrchestrationFilter);
  return (answer as { historyEvents?: HistoryEvent[] }).historyEvents ?? [];
}

/** What the calls of activities came to in the life of an instance, as far as they came to something; `at` in ms since the Unix epoch. */
export async function resultsOf<T>(
  durable: DurableClient,
  instanceId: string,
  activities: readonly string[],
): Promise<{ at: number; result: T }[]> {
  const events = await historyOf(durable, instanceId);
  return events.flatMap(({ EventType, FunctionName, Timestamp, Result }) =>
    EventType === 'TaskCompleted' && activities.includes(FunctionName ?? '')
      ? [{ at: Date.parse(Timestamp), result: jsonOf(Result) as T }]
      : [],
  );
}

/**
 * What a lifecycle was told in the life of its instance.
 * @throws when the instance has no history
 */
export async function pastOf(durable: DurableClient, instanceId: string): Promise<Past> {
  const historyEvents = await historyOf(durable, instanceId);
  const began = historyEvents.find(({ EventType }) => EventType === 'ExecutionStarted');
  if (!began) throw new Error(`Cannot take up ${instanceId} as it has no history`);
  return { startedAt: Date.parse(began.Timestamp), told: historyEvents.flatMap(toldBy) };
}
