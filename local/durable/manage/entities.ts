/** Entities over HTTP: read, list, signal, delete. */

import { newEntity } from '../entity/instance.ts';
import { OPERATION, requestText } from '../entity/messages.ts';
import type { SchedulerState } from '../entity/scheduler.ts';
import { EventType, event } from '../history.ts';
import { entityKeyProblem, entityOf, guidD, guidN, schedulerId } from '../ids.ts';
import { readJson } from '../newtonsoft.ts';
import type { ManagementRequest, ManagementResponse } from '../ports.ts';
import { missingFunction } from '../replay/calls.ts';
import type { Instance } from '../store/ports.ts';
import { scheduled } from '../trace/lines.ts';
import { empty, json, problem, raw } from './answers.ts';
import type { ManageDeps } from './deps.ts';
import { page } from './queries.ts';
import { count, flag, time } from './query-values.ts';
import { parsed } from './status.ts';

/** In a path, the key '$' means the empty key. */
const EMPTY_KEY = '$';

export async function entityRoute(
  deps: ManageDeps,
  request: ManagementRequest,
  name: string | undefined,
  key: string | undefined,
): Promise<ManagementResponse> {
  const { method } = request;
  if (method === 'GET') {
    return name !== undefined && key !== undefined ? read(deps, name, key) : list(deps, request, name);
  }
  if (method !== 'POST' && method !== 'DELETE') return empty(404);
  if (name === undefined) return problem(400, 'Invalid entity name');
  return signal(deps, request, name, key === EMPTY_KEY ? '' : (key ?? ''));
}

const stateOf = (instance: Instance | undefined): SchedulerState =>
  JSON.parse(instance?.input ?? '{}') as SchedulerState;

function read({ store }: ManageDeps, name: string, key: string): ManagementResponse {
  const state = stateOf(store.instance(schedulerId(name, key === EMPTY_KEY ? '' : key)));
  return state.exists ? raw(200, state.state ?? 'null') : empty(404);
}

function list(
  { store }: ManageDeps,
  { query, headers }: ManagementRequest,
  name: string | undefined,
): ManagementResponse {
  const [from, to] = [time(query, 'lastOperationTimeFrom'), time(query, 'lastOperationTimeTo')];
  const withState = flag(query, 'fetchState', false);
  const prefix = name === undefined ? '@' : `@${name.toLowerCase()}@`;
  const { instances, token } = page(store.query.bind(store), headers, count(query, 'top'), { prefix });
  const body = instances
    .filter((one) => (from === undefined || one.updatedAt >= from) && (to === undefined || one.updatedAt <= to))
    .filter((one) => stateOf(one).exists)
    .map((one) => ({
      entityId: entityOf(one.id),
      lastOperationTime: new Date(one.updatedAt).toISOString(),
      state: withState ? parsed(stateOf(one).state ?? null) : null,
    }));
  return json(200, body, token);
}

async function signal(
  { committer, clock, random, runner, trace }: ManageDeps,
  { method, query, headers, body }: ManagementRequest,
  name: string,
  key: string,
): Promise<ManagementResponse> {
  // Names are lower-cased before anyone asks for them.
  const missing = missingFunction(name.toLowerCase(), 'entity', runner.names('entity'));
  if (missing) return problem(400, missing);
  const invalid = entityKeyProblem(key);
  if (invalid) return problem(400, invalid);
  // The extension deletes with an empty text as input.
  let input = method === 'DELETE' ? '""' : undefined;
  if (method === 'POST' && body !== '') {
    const isJson = headers['content-type']?.toLowerCase().startsWith('application/json');
    if (isJson) {
      const parsedBody = readJson(body);
      if (!parsedBody.ok) return problem(400, `Could not parse JSON content: ${parsedBody.message}`);
      input = parsedBody.text;
    } else input = JSON.stringify(body);
  }
  const now = clock.now();
  const op = method === 'DELETE' ? 'delete' : (query.get('op') ?? '');
  const request = { op, signal: true, ...(input !== undefined && { input }), id: guidD(random) };
  const raised = event(
    EventType.EventRaised,
    { Name: OPERATION, Input: requestText(request), ParentTraceContext: null },
    now,
  );
  const instanceId = schedulerId(name, key);
  trace.information?.(scheduled({ instanceId, name: name.toLowerCase(), type: 'Entity' }, `EntitySignal:${op}`));
  await committer.commit({
    kind: 'post',
    message: {
      instanceId,
      executionId: null,
      event: JSON.stringify(raised),
      creates: newEntity(instanceId, guidN(random), now),
    },
  });
  return empty(202);
}
