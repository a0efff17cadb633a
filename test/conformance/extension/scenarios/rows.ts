/**
 * What is kept of an instance: the extension's rows in Azurite's tables beside those that our engine's history would be. One
 * story of each kind is compared field by field.
 */
import { EventType, type HistoryEvent, STATUSES } from '../../../../local/durable/history.ts';
import type { Store } from '../../../../local/durable/store/ports.ts';
import type { Row, Storage } from '../storage.ts';

/** A story for each kind of history event, and for each way to an end. */
export const KINDS: readonly string[] = [
  ...['activityCase', 'activityFails-0', 'retries-0', 'http-get'],
  ...['timer-1', 'timerCancelled', 'event-two-names', 'event-value-9', 'events-over-generations'],
  ...['childNamed', 'childThrows', 'generations', 'entityCalls', 'locks', 'statusThenThrows'],
  ...['terminate', 'terminate-parent', 'suspend-resume', 'rewind', 'restart-same-id'],
];

/** Columns that hold JSON; null is written as such. Nothing else is written when it is null. */
const JSON_COLUMNS = new Set([
  'OrchestrationInstance',
  'ParentInstance',
  'ParentTraceContext',
  'Tags',
  'FailureDetails',
]);
/** What the table and the provider need for themselves. */
const OWN = new Set(['PartitionKey', 'RowKey', 'Timestamp']);

const NAMES = new Map<number, string>(Object.entries(EventType).map(([name, number]) => [number, name]));

export interface Kept {
  history: Record<string, unknown>[];
  instance: Record<string, unknown>;
  /** Whether the last turn is said to be whole. */
  whole: unknown;
}

const parsed = (name: string, value: unknown): unknown =>
  JSON_COLUMNS.has(name) && typeof value === 'string' ? JSON.parse(value) : value;

function columns(row: Row): Record<string, unknown> {
  const kept = Object.entries(row).filter(([name]) => !OWN.has(name));
  return Object.fromEntries(
    kept.map(([name, value]) => [name === '_Timestamp' ? 'Timestamp' : name, parsed(name, value)]),
  );
}

/** @param hub name of the task hub, which tables begin with */
export async function realRows(storage: Storage, hub: string, id: string): Promise<Kept> {
  const rows = await storage.rows(`${hub}History`, id);
  const sentinel = rows.find(({ RowKey }) => RowKey === 'sentinel');
  const history = rows.filter((row) => row !== sentinel).map(columns);
  const [instance = {}] = await storage.rows(`${hub}Instances`, id);
  const { Name, Input, Output, CustomStatus, RuntimeStatus, ExecutionId, Generation } = instance;
  return {
    history,
    instance: { Name, Input, Output, CustomStatus, RuntimeStatus, ExecutionId, Generation },
    whole: sentinel?.IsCheckpointComplete === true && sentinel.ExecutionId === history.at(-1)?.ExecutionId,
  };
}

function asRow(event: HistoryEvent, executionId: string): Record<string, unknown> {
  const kept = Object.entries(event).filter(
    ([name, value]) => JSON_COLUMNS.has(name) || (value ?? undefined) !== undefined,
  );
  return {
    ...Object.fromEntries(kept),
    EventType: NAMES.get(event.EventType),
    ...('OrchestrationStatus' in event && { OrchestrationStatus: STATUSES[event.OrchestrationStatus] }),
    ExecutionId: executionId,
  };
}

export function ourRows(store: Store, id: string): Kept {
  const instance = store.instance(id);
  if (!instance) throw new Error(`There is no ${id}`);
  const { name, input, output, customStatus, status, executionId, generation } = instance;
  const given = Object.entries({ Input: input, Output: output, Generation: generation });
  return {
    history: store.history(id).map((text) => asRow(JSON.parse(text) as HistoryEvent, executionId)),
    instance: {
      Name: name,
      RuntimeStatus: status,
      ExecutionId: executionId,
      // As JSON: written also when there is none.
      CustomStatus: customStatus ?? 'null',
      ...Object.fromEntries(given.filter(([, value]) => value !== null)),
    },
    whole: true,
  };
}
