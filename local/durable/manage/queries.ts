/** Reading: one instance's status, and lists of them by page. */
import type { HistoryEvent, Status } from '../history.ts';
import { isTerminal } from '../history.ts';
import type { ManagementRequest, ManagementResponse } from '../ports.ts';
import type { Query } from '../store/ports.ts';
import { argumentProblem, empty, json } from './answers.ts';
import type { ManageDeps } from './deps.ts';
import { count, flag, statuses, time } from './query-values.ts';
import { DuplicateKey, entityHistory, statusBody } from './status.ts';

const PAGE = 100;
const CONTINUATION = 'x-ms-continuation-token';

export function getStatus(
  { store, compat }: ManageDeps,
  request: ManagementRequest,
  instanceId: string,
): ManagementResponse {
  const instance = store.instance(instanceId);
  if (!instance) return empty(404);
  const { query } = request;
  const show = {
    history: flag(query, 'showHistory', false),
    output: flag(query, 'showHistoryOutput', false),
    input: flag(query, 'showInput', true),
    historyKey: compat.statusHistoryKey,
    childIds: !compat.oldHistoryFields,
  };
  const events = () =>
    instanceId.startsWith('@')
      ? entityHistory(instance, compat.oldHistoryFields)
      : store.history(instanceId).map((text) => JSON.parse(text) as HistoryEvent);
  let body: Record<string, unknown>;
  try {
    body = statusBody(instance, show, events);
  } catch (error) {
    if (error instanceof DuplicateKey) return argumentProblem(error.message);
    throw error;
  }
  if (isTerminal(instance.status)) {
    const failed = instance.status === 'Failed' && flag(query, 'returnInternalServerErrorOnFailure', false);
    return json(failed ? 500 : 200, body);
  }
  // Keys end in '=', which need not be escaped in a query.
  const text = query.toString().replaceAll('%3D', '=');
  const location = `${request.baseUrl}${pathText(request.path)}${text ? `?${text}` : ''}`;
  return json(202, body, { location, 'retry-after': '5' });
}

/** Escapes as ASP.NET's PathString does: what may stand in a path stays as it is. */
function pathText(path: string): string {
  try {
    return encodeURI(decodeURIComponent(path)).replace(/[?#]/g, encodeURIComponent);
  } catch {
    return path;
  }
}

export function list({ store, compat }: ManageDeps, { query, headers }: ManagementRequest): ManagementResponse {
  const wanted: Status[] | undefined = statuses(query, 'runtimeStatus');
  const prefix = query.get('instanceIdPrefix');
  const [createdFrom, createdTo] = [time(query, 'createdTimeFrom'), time(query, 'createdTimeTo')];
  const { instances, token } = page(store.query.bind(store), headers, count(query, 'top'), {
    ...(wanted && { statuses: wanted }),
    ...(prefix !== null && { prefix }),
    ...(createdFrom !== undefined && { createdFrom }),
    ...(createdTo !== undefined && { createdTo }),
  });
  const show = {
    history: false,
    output: false,
    input: flag(query, 'showInput', true),
    historyKey: compat.statusHistoryKey,
    childIds: !compat.oldHistoryFields,
  };
  const body = instances.map((instance) => statusBody(instance, show, () => []));
  return json(200, body, token);
}

/** One page and the header that leads to the next: the first id that was left out, in base64. */
export function page<I extends { id: string }>(
  read: (query: Query) => I[],
  headers: Record<string, string>,
  top: number | undefined,
  query: Omit<Query, 'limit' | 'from'>,
): { instances: I[]; token: Record<string, string> } {
  const size = top !== undefined && top > 0 ? top : PAGE;
  const given = headers[CONTINUATION];
  const from = given && given !== 'null' ? { from: Buffer.from(given, 'base64').toString() } : {};
  const found = read({ ...query, ...from, limit: size + 1 });
  const next = found[size];
  return {
    instances: found.slice(0, size),
    token: next ? { [CONTINUATION]: Buffer.from(next.id).toString('base64') } : {},
  };
}
