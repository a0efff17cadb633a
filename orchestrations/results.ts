import type { OrchestrationContext } from 'durable-functions';
import type { DeploymentRecord, OperationRecord } from '../domain/workflow.ts';
import type { Steps } from './retry.ts';

/** One turn whose output is the outcome of an operation: readable as long as history is kept. */
// biome-ignore lint/correctness/useYield: a generator is what the SDK runs; a result needs no task
export function* operation(context: OrchestrationContext): Steps<OperationRecord> {
  return context.df.getInput() as OperationRecord;
}

/** One turn whose output is all that is left of a deployment. */
// biome-ignore lint/correctness/useYield: a generator is what the SDK runs; a result needs no task
export function* record(context: OrchestrationContext): Steps<DeploymentRecord> {
  return context.df.getInput() as DeploymentRecord;
}
