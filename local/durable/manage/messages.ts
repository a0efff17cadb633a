/** Sending to instances: external events, terminate, suspend, resume. */
import { EventType, event, type HistoryEvent, isTerminal } from '../history.ts';
import type { ManagementRequest, ManagementResponse } from '../ports.ts';
import type { Instance } from '../store/ports.ts';
import { resuming, scheduled, suspending, terminated, warning } from '../trace/lines.ts';
import { empty, problem, serverProblem } from './answers.ts';
import type { ManageDeps } from './deps.ts';
import { parseJson } from './json.ts';

/** The instance, or 404 or 410 when it cannot take messages. */
function reachable({ store }: ManageDeps, instanceId: string): Instance | ManagementResponse {
  const instance = store.instance(instanceId);
  if (!instance) return empty(404);
  return isTerminal(instance.status) ? empty(410) : instance;
}
const subjectOf = ({ id, name }: Instance) => ({ instanceId: id, name, type: 'Orchestrator' as const });

async function post({ committer }: ManageDeps, instanceId: string, one: HistoryEvent): Promise<ManagementResponse> {
  const message = { instanceId, executionId: null, event: JSON.stringify(one) };
  const delivered = await committer.commit({ kind: 'post', message });
  return empty(delivered ? 202 : 404);
}

export async function raiseEvent(
  deps: ManageDeps,
  request: ManagementRequest,
  instanceId: string,
  name: string,
): Promise<ManagementResponse> {
  const instance = reachable(deps, instanceId);
  if ('body' in instance) return instance;
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return problem(400, 'Only application/json request content is supported');
  const body = parseJson(request.body);
  if (!body.ok) return body.answer;
  const fields = { Name: name, Input: body.text, ParentTraceContext: null };
  deps.trace.information?.(scheduled(subjectOf(instance), `RaiseEvent:${name}`));
  return post(deps, instanceId, event(EventType.EventRaised, fields, deps.clock.now()));
}

export async function changeState(
  deps: ManageDeps,
  request: ManagementRequest,
  instanceId: string,
  operation: 'terminate' | 'suspend' | 'resume',
): Promise<ManagementResponse> {
  const instance = reachable(deps, instanceId);
  if ('body' in instance) return instance;
  const { trace } = deps;
  const subject = subjectOf(instance);
  const reason = request.query.get('reason');
  const now = deps.clock.now();
  if (operation === 'terminate') {
    trace.warning?.(terminated(subject, trace.payload(reason)));
    return post(deps, instanceId, event(EventType.ExecutionTerminated, { Input: reason }, now));
  }
  const { status } = instance;
  const suspended = status === 'Suspended';
  if (suspended !== (operation === 'resume')) {
    trace.warning?.(warning(subject, `Cannot ${operation} orchestration instance in the ${status} state.`));
    return serverProblem(
      `Cannot ${operation} the orchestration instance ${instanceId} because instance is in the ${status} state.`,
      'System.InvalidOperationException',
    );
  }
  trace.information?.((suspended ? resuming : suspending)(subject, trace.payload(reason)));
  const type = operation === 'suspend' ? EventType.ExecutionSuspended : EventType.ExecutionResumed;
  return post(deps, instanceId, event(type, { Reason: reason }, now));
}
