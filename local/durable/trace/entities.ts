/** What the extension logs of an entity's batches (durable extension TaskEntityShim.cs, DurableTaskExtension.EntityMiddleware). */
import { type EntityRelease, RELEASE } from '../entity/messages.ts';
import type { Batch, BatchResult } from '../entity/scheduler.ts';
import type { EventRaised } from '../history.ts';
import { entityOf } from '../ids.ts';
import type { Trace } from '../trace.ts';
import {
  completed,
  failed,
  lockGranted,
  lockReleased,
  operationCompleted,
  operationFailed,
  started,
  stateChanged,
} from './lines.ts';

const subjectOf = (instanceId: string) => ({ instanceId, name: entityOf(instanceId).name, type: 'Entity' as const });
/** What .NET prints for a result, because it has no text of its own. */
const RESULT = 'Microsoft.Azure.WebJobs.Extensions.DurableTask.TaskEntityShim+OutOfProcResult+OperationResult';

/** Before the entity function is called. @param input the scheduler's state, JSON text */
export function traceEntityStart(trace: Trace, instanceId: string, input: string | null): void {
  trace.information?.(started(subjectOf(instanceId), trace.payload(input)));
}

/** Messages that give back the lock. @param holder instance id of who holds it */
export function traceReleases(
  trace: Trace,
  instanceId: string,
  holder: string | undefined,
  arrived: readonly EventRaised[],
): void {
  const { information } = trace;
  if (!information || holder === undefined) return;
  for (const { Name, Input } of arrived) {
    if (Name !== RELEASE || Input === null) continue;
    const { parent, id } = JSON.parse(Input) as EntityRelease;
    if (parent === holder) information(lockReleased(subjectOf(instanceId), id, parent));
  }
}

/** @param result undefined when the batch held no operation */
export function traceBatch(trace: Trace, instanceId: string, batch: Batch, result: BatchResult | undefined): void {
  if (result) traceOperations(trace, instanceId, batch, result);
  if (!batch.lock) return;
  const { id, parent = '', parentExecution = '' } = batch.lock;
  trace.information?.(lockGranted(subjectOf(instanceId), id, parent, parentExecution));
}

function traceOperations(trace: Trace, instanceId: string, { operations, state }: Batch, result: BatchResult): void {
  const { information, error, payload } = trace;
  if (!information && !error) return;
  const subject = subjectOf(instanceId);
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
  const errors = operations.filter((_, index) => result.results[index]?.isError);
  if (errors.length === 0) information?.(completed(subject, payload(result.entityState), true));
  else {
    const told = errors.map(({ op }) => `(Error in operation '${op}': ${RESULT})`).join('');
    error?.(failed(subject, `One or more operations failed: ${told}`));
  }
}
