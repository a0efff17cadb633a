/** The row of an entity: an instance whose input is its scheduler's state (durable extension SchedulerState.cs). */
import type { Instance } from '../store/ports.ts';

/** @param now ms since epoch */
export const newEntity = (instanceId: string, executionId: string, now: number): Instance => ({
  id: instanceId,
  executionId,
  name: instanceId,
  version: '',
  status: 'Pending',
  input: null,
  customStatus: null,
  output: null,
  createdAt: now,
  updatedAt: now,
  generation: null,
  parent: null,
});
