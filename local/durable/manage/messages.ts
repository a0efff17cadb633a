/** Sending to instances: external events, terminate, suspend, resume. */
import { EventType, event, type HistoryEvent, isTerminal } from '../history.ts';
import type { ManagementRequest, ManagementResponse } from '../ports.ts';
import { empty, problem, serverProblem } from './answers.ts';
import type { ManageDeps } from './deps.ts';
import { parseJson } from './json.ts';

/** 404 or 410 when the instance cannot take messages. */
function unreachable({ store }: ManageDeps, instanceId: string): ManagementResponse | undefined {
  const instance = store.instance(instanceId);
  if (!instance) return empty(404);
  return isTerminal(instance.status) ? empty(410) : undefined;
}

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
  const refused = unreachable(deps, instanceId);
  if (refused) return refused;
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return problem(400, 'Only application/json request content is supported');
  const body = parseJson(request.body);
  if (!body.ok) return body.answer;
  const fields = { Name: name, Input: body.text, ParentTraceContext: null };
  return post(deps, instanceId, event(EventType.EventRaised, fields, deps.clock.now()));
}

export async function changeState(
  deps: ManageDeps,
  request: ManagementRequest,
  instanceId: string,
  operation: 'terminate' | 'suspend' | 'resume',
): Promise<ManagementResponse> {
  const refused = unreachable(deps, instanceId);
  if (refused) return refused;
  const reason = request.query.get('reason');
  const now = deps.clock.now();
  if (operation === 'terminate') {
    return post(deps, instanceId, event(EventType.ExecutionTerminated, { Input: reason }, now));
  }
  const status = deps.store.instance(instanceId)?.status;
  const suspended = status === 'Suspended';
  if (suspended !== (operation === 'resume')) {
    return serverProblem(
      `Cannot ${operation} the orchestration instance ${instanceId} because instance is in the ${status} state.`,
      'System.InvalidOperationException',
    );
  }
  const type = operation === 'suspend' ? EventType.ExecutionSuspended : EventType.ExecutionResumed;
  return post(deps, instanceId, event(type, { Reason: reason }, now));
}
