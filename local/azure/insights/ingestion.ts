/** Ingestion of Application Insights (`/v2.1/track`): who sends telemetry to which component, and whether it has its shape. Nothing is kept. */
import { z } from 'zod';
import { permittedData } from '../authorization/rbac.ts';
import { callerOf, hasToken } from '../core/caller.ts';
import { ArmError } from '../core/errors.ts';
import type { SimRequest, SimResponse } from '../core/http.ts';
import type { HostRoute, Sim } from '../core/provider.ts';

const COMPONENT = 'Microsoft.Insights/components';
const WRITE = 'Microsoft.Insights/Telemetry/Write';

const envelope = z.object({
  name: z.string().min(1),
  time: z.iso.datetime({ offset: true }),
  iKey: z.guid(),
  tags: z.record(z.string(), z.string()).optional(),
  data: z.object({ baseType: z.string().min(1), baseData: z.looseObject({ ver: z.literal(2) }) }),
});

function envelopesIn(request: SimRequest): unknown[] {
  try {
    const parsed: unknown = JSON.parse(request.body ?? '');
    if (Array.isArray(parsed)) return parsed;
  } catch {
    // Said below.
  }
  throw new ArmError(400, 'BadRequest', 'The body is not a JSON array of telemetry items.');
}

/** Why an item is not taken; undefined when it is. */
function refusal(sim: Sim<'time' | 'resources' | 'settings'>, caller: string, item: unknown) {
  const { data, error } = envelope.safeParse(item);
  if (error) return { statusCode: 400, message: `${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}` };
  const component = sim.resources
    .ofType(COMPONENT)
    .find(({ properties }) => properties.InstrumentationKey === data.iKey);
  if (!component) return { statusCode: 400, message: 'Invalid instrumentation key' };
  if (permittedData(sim, caller, WRITE, component.id)) return undefined;
  return { statusCode: 403, message: `The principal may not ${WRITE} at ${component.id}` };
}

/** `https://<region>-<n>.in.applicationinsights.azure.com/v2.1/track` */
export const ingestionHost: HostRoute<'time' | 'resources' | 'settings'> = {
  matches: (host) => host.endsWith('.in.applicationinsights.azure.com'),
  handle(sim: Sim<'time' | 'resources' | 'settings'>, request: SimRequest): SimResponse {
    if (request.method !== 'POST' || !/^\/+v2(?:\.1)?\/track$/.test(request.url.pathname))
      throw new ArmError(404, 'NotFound', 'Only POST /v2.1/track is answered here.');
    if (!hasToken(request))
      throw new ArmError(401, 'Unauthorized', 'Local authentication is off: a bearer token is required.');
    const items = envelopesIn(request);
    const { objectId } = callerOf(request);
    const errors = items.flatMap((item, index) => {
      const refused = refusal(sim, objectId, item);
      return refused ? [{ index, ...refused }] : [];
    });
    const itemsAccepted = items.length - errors.length;
    const status = errors.length === 0 ? 200 : itemsAccepted > 0 ? 206 : (errors[0]?.statusCode ?? 400);
    return { status, body: { itemsReceived: items.length, itemsAccepted, errors } };
  },
};
