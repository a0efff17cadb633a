import type { OrchestrationContext } from 'durable-functions';
import { instanceId } from '../domain/names.ts';
import type { LifecycleInput } from '../domain/seam/lifecycle-input.ts';
import type { DeploymentRecord, OperationRecord } from '../domain/seam/records.ts';
import type { Steps } from './retry.ts';

const notIts = (what: string): Error =>
  new Error(`Cannot keep an output under the id of another ${what.replace(/^an? /, '')}`);

/** One turn whose output is the outcome of an operation: readable as long as history is kept. */
// biome-ignore lint/correctness/useYield: a generator is what the SDK runs; a result needs no task
export function* operation(context: OrchestrationContext): Steps<OperationRecord> {
  const given = context.df.getInput() as OperationRecord;
  // Readers trust it: nothing else may be kept under an operation's id.
  if (instanceId.operation(String(given?.operationId)) !== context.df.instanceId) throw notIts('an operation');
  return given;
}

/** One turn whose output is all that is left of a deployment. */
// biome-ignore lint/correctness/useYield: a generator is what the SDK runs; a result needs no task
export function* record(context: OrchestrationContext): Steps<DeploymentRecord> {
  const given = context.df.getInput() as DeploymentRecord | LifecycleInput;
  const deploymentId = 'input' in Object(given) ? (given as DeploymentRecord).input?.deploymentId : undefined;
  const origin = (given as Partial<LifecycleInput> | null)?.deploymentId;
  const ids = [instanceId.record(String(deploymentId)), instanceId.origin(String(origin))];
  if (!ids.includes(context.df.instanceId)) throw notIts('a deployment');
  return given as DeploymentRecord;
}
