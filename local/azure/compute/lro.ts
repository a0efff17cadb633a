/** Compute's long-running operations on the wire (recorded with `az vm` 2019 and the SDKs of 2022). */
import type { JsonObject } from '../core/json.ts';
import type { Operation } from '../core/model.ts';
import type { LroStyle } from '../core/provider.ts';

const status = (operation: Operation, iso: (ms: number) => string): JsonObject => ({
  startTime: iso(operation.startedAt),
  ...(operation.endedAt === undefined ? {} : { endTime: iso(operation.endedAt) }),
  status: operation.status,
  name: operation.id,
  ...(operation.error ? { error: operation.error as unknown as JsonObject } : {}),
  ...(operation.output ? { properties: { output: operation.output } } : {}),
});

const style = (word: string, headers: LroStyle<'time'>['headers'], pollRetryAfter: number): LroStyle<'time'> => ({
  headers,
  retryAfter: 10,
  pollRetryAfter,
  path: (operation) =>
    `/subscriptions/${operation.subscription}/providers/Microsoft.Compute/locations/${operation.location}/${word}/${operation.id}`,
  query: (operation) => ({
    p: operation.jobId === '' ? operation.id : `${operation.id.slice(0, 8)}-${operation.startedAt}`,
  }),
  status: (operation, sim) => status(operation, (ms) => sim.time.iso(ms)),
});

/** Creates and updates of VMs: the first poll is asked to come back after 50 s. */
export const VM_LRO = style('operations', ['azure-async'], 50);
/** Actions and deletes carry both headers; the final GET on Location must be 200. */
export const ACTION_LRO = style('operations', ['azure-async', 'location'], 10);
export const DISK_LRO = style('DiskOperations', ['azure-async', 'location'], 2);
