/** Rows of the tables as the store's values. */
import type { Status } from '../history.ts';
import type { Activity, Instance, Query, StoredAlarm, StoredMessage } from './ports.ts';

export type Row = Record<string, string | number | null>;

export const toInstance = (row: Row): Instance => ({
  id: row.id as string,
  executionId: row.execution_id as string,
  name: row.name as string,
  version: row.version as string,
  status: row.status as Status,
  input: row.input as string | null,
  customStatus: row.custom_status as string | null,
  output: row.output as string | null,
  createdAt: row.created_at as number,
  updatedAt: row.updated_at as number,
  generation: row.generation as number | null,
  parent: row.parent as string | null,
});

export const toMessage = (row: Row): StoredMessage => ({
  seq: row.seq as number,
  instanceId: row.instance_id as string,
  executionId: row.execution_id as string | null,
  event: row.event as string,
});

export const toActivity = (row: Row): Activity => ({
  instanceId: row.instance_id as string,
  executionId: row.execution_id as string,
  taskId: row.task_id as number,
  name: row.name as string,
  input: row.input as string,
});

export const toAlarm = (row: Row): StoredAlarm => ({
  seq: row.seq as number,
  instanceId: row.instance_id as string,
  executionId: row.execution_id as string,
  taskId: row.task_id as number,
  fireAt: row.fire_at as number,
  message: {
    instanceId: row.target as string,
    executionId: row.target_execution_id as string | null,
    event: row.event as string,
  },
});

/** Parameters of the query statement. */
export const queryValues = ({ from, prefix, statuses, createdFrom, createdTo, limit }: Query) => ({
  from: from ?? '',
  prefix: prefix ?? '',
  statuses: JSON.stringify(statuses ?? null),
  createdFrom: createdFrom ?? Number.MIN_SAFE_INTEGER,
  createdTo: createdTo ?? Number.MAX_SAFE_INTEGER,
  limit,
});

export function matches(instance: Instance, query: Query): boolean {
  const { from, prefix, statuses, createdFrom, createdTo } = query;
  return (
    (from === undefined || instance.id >= from) &&
    (prefix === undefined || instance.id.startsWith(prefix)) &&
    (statuses === undefined || statuses.includes(instance.status)) &&
    (createdFrom === undefined || instance.createdAt >= createdFrom) &&
    (createdTo === undefined || instance.createdAt <= createdTo)
  );
}

/** Ordinal order of ids, as SQLite has it. */
export const byId = (a: Instance, b: Instance): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
