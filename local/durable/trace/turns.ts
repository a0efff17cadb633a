/** What the extension logs of one orchestrator turn (durable extension TaskOrchestrationShim.cs, DurableOrchestrationContext.cs). */
import { type EntityRequest, OPERATION } from '../entity/messages.ts';
import { entityOf } from '../ids.ts';
import type { Instance } from '../store/ports.ts';
import type { Trace } from '../trace.ts';
import type { TurnResult } from '../turn.ts';
import { awaited, completed, type FunctionType, failed, scheduled, started, warning } from './lines.ts';

const FAILURE = 'DurableTask.Core.Exceptions.OrchestrationFailureException';
const subjectOf = ({ id, name }: Instance) => ({ instanceId: id, name, type: 'Orchestrator' as const });

/** Before a generation's first call of its function. @param missing why there is no such function */
export function traceStart(trace: Trace, instance: Instance, missing: string | undefined): void {
  if (missing) trace.warning?.(warning(subjectOf(instance), missing));
  trace.information?.(started(subjectOf(instance), trace.payload(instance.input)));
}

export function traceTurn(trace: Trace, instance: Instance, result: TurnResult): void {
  const subject = subjectOf(instance);
  if (trace.information) for (const line of calls(instance, result)) trace.information(line);
  if (result.next) trace.information?.(completed(subject, trace.payload(result.next.input), true));
  else if (result.status === 'Completed') trace.information?.(completed(subject, trace.payload(result.output)));
  else if (result.status === 'Failed') {
    trace.error?.(failed(subject, trace.exception(FAILURE, result.details ?? result.output ?? '')));
  } else if (result.status === 'Running') trace.information?.(awaited(subject));
}

/** Calls are told of under the caller's instance id, with the caller's name as the reason. */
function calls({ id, name: caller }: Instance, { messages }: TurnResult) {
  const call = (name: string, type: FunctionType) => scheduled({ instanceId: id, name, type }, caller);
  return [
    ...messages.activities.map(({ name }) => call(name, 'Activity')),
    ...messages.starts.map(({ name }) => call(name, 'Orchestrator')),
    ...messages.events.filter(isOperation).map(({ target }) => call(entityOf(target).name, 'Entity')),
  ];
}

/** Asking for and releasing locks are no calls. */
function isOperation({ name, input }: { name: string; input: string | null }): boolean {
  if (name !== OPERATION && !name.startsWith(`${OPERATION}@`)) return false;
  return (JSON.parse(input ?? '{}') as EntityRequest).lockset === undefined;
}
