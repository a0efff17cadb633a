/** What the extension logs of one entity batch (durable extension TaskEntityShim.cs, ExecuteOutOfProcBatch). */
import type { Batch, BatchResult } from '../entity/scheduler.ts';
import { entityOf } from '../ids.ts';
import type { Trace } from '../trace.ts';
import { operationCompleted, operationFailed, stateChanged } from './lines.ts';

export function traceBatch(trace: Trace, instanceId: string, { operations, state }: Batch, result: BatchResult): void {
  const { information, error, payload } = trace;
  if (!information && !error) return;
  const subject = { instanceId, name: entityOf(instanceId).name, type: 'Entity' as const };
  const existed = state.exists ?? false;
  if (!existed && result.entityExists) information?.(stateChanged(subject, 'created'));
  operations.forEach(({ op, id, input }, index) => {
    const answer = result.results[index];
    if (!answer) return;
    const operation = { name: op ?? '', id, duration: answer.duration ?? 0 };
    if (answer.isError) error?.(operationFailed(subject, operation, payload(input), payload(answer.result)));
    else information?.(operationCompleted(subject, operation, payload(input), payload(answer.result)));
  });
  if (existed && !result.entityExists) information?.(stateChanged(subject, 'deleted'));
}
