/** The activity log on the wire (`eventtypes/management/values`), from what the kernel noted. */
import { groupNameOf } from '../core/ids.ts';
import { type JsonObject, text } from '../core/json.ts';
import type { Route } from '../core/provider.ts';
import type { Sim } from '../core/sim.ts';

const both = (value: string): JsonObject => ({ value, localizedValue: value });

function entry(sim: Sim<'account' | 'chance'>, line: JsonObject, index: number): JsonObject {
  const resourceId = text(line, 'resourceId') ?? '';
  const operation = text(line, 'operationName') ?? '';
  const failed = line.status === 'Failed';
  const id = sim.chance.guid('activity', index, resourceId, operation);
  const at = text(line, 'eventTimestamp');
  return {
    authorization: { action: operation, scope: resourceId },
    caller: line.caller ?? 'platform',
    category: both(text(line, 'category') ?? 'Administrative'),
    channels: 'Operation',
    correlationId: line.correlationId ?? id,
    eventDataId: id,
    eventName: both(line.status === 'Accepted' ? 'BeginRequest' : 'EndRequest'),
    eventTimestamp: at,
    submissionTimestamp: at,
    id: `${resourceId}/events/${id}/ticks/${index}`,
    level: failed ? 'Error' : 'Informational',
    operationId: id,
    operationName: both(operation),
    resourceGroupName: groupNameOf(resourceId),
    resourceId,
    resourceProviderName: both(operation.split('/')[0] ?? ''),
    resourceType: both(operation.split('/').slice(0, 2).join('/')),
    status: both(text(line, 'status') ?? ''),
    subStatus: both(''),
    subscriptionId: sim.account.subscriptionId,
    tenantId: sim.account.tenantId,
    properties: line.properties ?? {},
  };
}

const value = (filter: string, name: string): string | undefined =>
  new RegExp(`${name}\\s+eq\\s+'([^']*)'`, 'i').exec(filter)?.[1]?.toLowerCase();
const time = (filter: string, operator: string): number | undefined => {
  const found = new RegExp(`eventTimestamp\\s+${operator}\\s+'?([0-9T:.Z+-]+)'?`, 'i').exec(filter)?.[1];
  return found ? Date.parse(found) : undefined;
};

/** Newest first. */
function values(sim: Sim<'account' | 'chance' | 'activity'>, filter: string): JsonObject[] {
  const group = value(filter, 'resourceGroupName');
  const uri = value(filter, 'resourceUri') ?? value(filter, 'resourceId');
  const from = time(filter, 'ge') ?? Number.NEGATIVE_INFINITY;
  const to = time(filter, 'le') ?? Number.POSITIVE_INFINITY;
  return [...sim.activity.entries()]
    .map(([key, line]) => entry(sim, line, Number(key)))
    .filter((one) => {
      const at = Date.parse(String(one.eventTimestamp));
      const inGroup = group === undefined || String(one.resourceGroupName).toLowerCase() === group;
      return inGroup && (uri === undefined || String(one.resourceId).toLowerCase() === uri) && at >= from && at <= to;
    })
    .reverse();
}

export const activityRoutes: Route<'account' | 'chance' | 'activity'>[] = [
  {
    method: 'GET',
    path: '/subscriptions/{subscription}/providers/Microsoft.Insights/eventtypes/management/values',
    apiVersions: 'any',
    handle: ({ sim, query }) => ({ status: 200, body: { value: values(sim, query.get('$filter') ?? '') } }),
  },
];
