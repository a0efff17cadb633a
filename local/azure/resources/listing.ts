import { page } from '../core/arm-read.ts';
import { groupNotFound } from '../core/errors.ts';
import { filterOf } from '../core/filter.ts';
import type { SimRequest, SimResponse } from '../core/http.ts';
import type { JsonObject } from '../core/json.ts';
import type { Resource, Route, Sim } from '../core/provider.ts';
import { RESOURCES } from './versions.ts';

const ENVELOPE = ['sku', 'kind', 'identity', 'zones', 'plan', 'managedBy'] as const;

/** A resource as `GET .../resources` shows it: the envelope, no properties, more on `$expand`. */
function generic(sim: Sim<'time'>, resource: Resource, expand: string): JsonObject {
  const shown: JsonObject = { id: resource.id, name: resource.name, type: resource.type, location: resource.location };
  for (const key of ENVELOPE) if (resource.extra[key] !== undefined) shown[key] = resource.extra[key];
  if (resource.tags) shown.tags = resource.tags;
  if (expand.includes('createdtime')) shown.createdTime = sim.time.iso(resource.createdAt);
  if (expand.includes('changedtime')) shown.changedTime = sim.time.iso(resource.changedAt);
  if (expand.includes('provisioningstate')) shown.provisioningState = resource.properties.provisioningState;
  return shown;
}

function listed(
  sim: Sim<'time' | 'types' | 'consistency'>,
  request: SimRequest,
  resources: Iterable<Resource>,
): SimResponse {
  const query = request.url.searchParams;
  const matches = filterOf(query.get('$filter'));
  const expand = (query.get('$expand') ?? '').toLowerCase();
  const found: Resource[] = [];
  for (const one of resources)
    if (sim.types.tracked(one) && sim.consistency.visible(one, 'list') && matches(one)) found.push(one);
  return page(request, found, (one) => generic(sim, one, expand));
}

export const listings: Route<'time' | 'resources' | 'types' | 'consistency'>[] = [
  {
    method: 'GET',
    path: '/subscriptions/{subscription}/resources',
    action: 'Microsoft.Resources/subscriptions/resources/read',
    apiVersions: RESOURCES,
    handle: ({ sim, request }) => listed(sim, request, sim.resources.all()),
  },
  {
    method: 'GET',
    path: '/subscriptions/{subscription}/resourceGroups/{group}/resources',
    action: 'Microsoft.Resources/subscriptions/resourceGroups/resources/read',
    apiVersions: RESOURCES,
    handle({ sim, request, params }) {
      const id = `/subscriptions/${params.subscription}/resourceGroups/${params.group}`;
      if (!sim.resources.get(id)) throw groupNotFound(params.group ?? '');
      return listed(sim, request, sim.resources.inGroup(id));
    },
  },
];
