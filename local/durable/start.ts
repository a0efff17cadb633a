/** Makes a new execution: its Pending row and its ExecutionStarted message. */
import { EventType, type ExecutionStarted, event, type ParentInstance } from './history.ts';
import type { Start } from './store/ports.ts';

export interface StartRequest {
  instanceId: string;
  name: string;
  /** Null for none, which is not the same as an empty one. */
  version: string | null;
  /** JSON text. */
  input: string | null;
  parent: ParentInstance | null;
  /** How often the id was used before; null for sub-orchestrations and later generations. */
  generation: number | null;
  /** As compat.oldHistoryFields. */
  oldFields: boolean;
}

/** @param executionId 32 hex digits @param now ms since epoch */
export function startOf(request: StartRequest, executionId: string, now: number): Start {
  const { instanceId, name, version, input, parent, generation, oldFields } = request;
  const started = event<ExecutionStarted>(
    EventType.ExecutionStarted,
    {
      OrchestrationInstance: { InstanceId: instanceId, ExecutionId: executionId },
      ParentInstance: parent,
      Name: name,
      Version: oldFields ? (version ?? '') : version,
      Input: input,
      Tags: null,
      Correlation: null,
      ParentTraceContext: null,
      ScheduledStartTime: null,
      Generation: generation,
      ...(!oldFields && { GenerateNewTrace: false }),
    },
    now,
  );
  return {
    instance: {
      id: instanceId,
      executionId,
      name,
      version: version ?? '',
      status: 'Pending',
      input,
      customStatus: null,
      output: null,
      createdAt: now,
      updatedAt: now,
      generation,
      parent: parent && JSON.stringify(parent),
    },
    message: { instanceId, executionId, event: JSON.stringify(started) },
  };
}
