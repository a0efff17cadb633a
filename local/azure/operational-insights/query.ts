/**
 * `https://api.loganalytics.io/v1/workspaces/{customerId}/query`, as far as the lines of containers are asked for: of Kusto's language
 * `where _ResourceId =~ "..."` and `top N by TimeGenerated desc`. Whatever else is asked is refused, as a word that Kusto does not know.
 */
import { permitted } from '../authorization/rbac.ts';
import { readBody } from '../core/body.ts';
import { callerOf, hasToken } from '../core/caller.ts';
import { ArmError } from '../core/errors.ts';
import type { SimRequest, SimResponse } from '../core/http.ts';
import { keyOf } from '../core/ids.ts';
import type { HostRoute, Sim } from '../core/provider.ts';
import { linesIn, type Row } from './container-lines.ts';

const WORKSPACE = 'Microsoft.OperationalInsights/workspaces';
const TABLE = 'ContainerInstanceLog';
/** Azure minutes until a line can be found; Microsoft Learn names up to ten for the first ones. */
const INGESTION = 3;
const NEEDED = [`${WORKSPACE}/query/read`, `${WORKSPACE}/query/${TABLE}/read`];

const badQuery = (message: string): ArmError =>
  new ArmError(400, 'BadArgumentError', 'The request had some invalid properties', {
    innererror: { code: 'SyntaxError', message },
  });

const IS = /^where _ResourceId =~ ("(?:[^"\\]|\\.)*")$/;
const TOP = /^top (\d+) by TimeGenerated desc$/;

function asked(query: string, rows: readonly Row[]): Row[] {
  const [table, ...steps] = query.split('|').map((step) => step.trim());
  if (table !== TABLE) throw badQuery(`Failed to resolve table or column expression named '${table}'`);
  let left = [...rows];
  for (const step of steps) {
    const id = IS.exec(step)?.[1];
    const most = TOP.exec(step)?.[1];
    if (id !== undefined) {
      const wanted = keyOf(JSON.parse(id) as string);
      left = left.filter(({ resource }) => resource === wanted);
    } else if (most !== undefined) left = left.toReversed().slice(0, Number(most));
    else throw badQuery(`A recognition error occurred in '${step}'`);
  }
  return left;
}

/** `2026-11-28T00:00:00Z/2026-11-28T01:00:00Z`; whatever is not that is no limit. */
function spanOf(value: unknown): [from: number, to: number] {
  const [from = '', to = ''] = String(value ?? '').split('/');
  const start = Date.parse(from);
  const end = Date.parse(to);
  return [Number.isNaN(start) ? Number.NEGATIVE_INFINITY : start, Number.isNaN(end) ? Number.POSITIVE_INFINITY : end];
}

export const queryHost: HostRoute<'time' | 'resources' | 'operations' | 'settings'> = {
  matches: (host) => /^api\.loganalytics\.(?:io|azure\.com)$/i.test(host),
  handle(sim: Sim<'time' | 'resources' | 'operations' | 'settings'>, request: SimRequest): SimResponse {
    const customerId = /^\/v1\/workspaces\/([^/]+)\/query$/i.exec(request.url.pathname)?.[1];
    if (request.method !== 'POST' || customerId === undefined)
      throw new ArmError(404, 'PathNotFoundError', 'Only POST /v1/workspaces/{id}/query is answered here.');
    if (!hasToken(request))
      throw new ArmError(401, 'AuthorizationRequiredError', 'Valid authentication was not provided');
    const workspace = sim.resources
      .ofType(WORKSPACE)
      .find(({ properties }) => keyOf(String(properties.customerId)) === keyOf(customerId));
    if (!workspace) throw new ArmError(404, 'WorkspaceNotFoundError', `The workspace ${customerId} could not be found`);
    const { objectId } = callerOf(request);
    if (!NEEDED.every((action) => permitted(sim, objectId, action, workspace.id)))
      throw new ArmError(
        403,
        'InsufficientAccessError',
        'The provided credentials have insufficient access to perform the requested operation',
      );
    const body = readBody(request, false);
    const [from, to] = spanOf(body.timespan);
    const until = Math.min(to, sim.time.now() - (INGESTION * 60_000) / sim.time.scale);
    const found = asked(String(body.query ?? ''), linesIn(sim, workspace)).filter(
      ({ at }) => at >= from && at <= until,
    );
    return {
      status: 200,
      body: {
        tables: [
          {
            name: 'PrimaryResult',
            columns: [
              { name: 'TimeGenerated', type: 'datetime' },
              { name: 'ContainerName', type: 'string' },
              { name: 'Message', type: 'string' },
              { name: '_ResourceId', type: 'string' },
            ],
            rows: found.map(({ at, container, message, resource }) => [sim.time.iso(at), container, message, resource]),
          },
        ],
      },
    };
  },
};
