import type { JsonObject } from './json.ts';
import type { Resource } from './model.ts';
import type { Sim } from './sim.ts';

/** Where everything stands that exists before the first event. */
const SEEDED_GROUP = 'stream-control';
const SEEDED_LOCATION = 'eastus';

/**
 * Puts a resource that pre-exists into group `stream-control` (made when missing), unless it is there already.
 * @param type full type, `Microsoft.KeyVault/vaults`
 */
export function seed(
  sim: Sim,
  type: string,
  name: string,
  parts: { properties: JsonObject; extra?: JsonObject; location?: string },
): Resource {
  const group = `/subscriptions/${sim.subscriptionId}/resourceGroups/${SEEDED_GROUP}`;
  if (!sim.resources.get(group))
    save(sim, group, 'Microsoft.Resources/resourceGroups', SEEDED_GROUP, { properties: {} });
  const names = name.split('/');
  const [namespace = '', ...types] = type.split('/');
  const id = `${group}/providers/${namespace}${types.map((one, index) => `/${one}/${names[index] ?? ''}`).join('')}`;
  return sim.resources.get(id) ?? save(sim, id, type, names[names.length - 1] ?? '', parts);
}

function save(
  sim: Sim,
  id: string,
  type: string,
  name: string,
  parts: { properties: JsonObject; extra?: JsonObject; location?: string },
): Resource {
  const resource: Resource = {
    id,
    name,
    type,
    location: parts.location ?? SEEDED_LOCATION,
    extra: parts.extra ?? {},
    properties: { provisioningState: 'Succeeded', ...parts.properties },
    hidden: {},
    etag: sim.chance.guid('etag', id),
    createdAt: sim.now(),
    changedAt: sim.now(),
    seeded: true,
  };
  sim.resources.save(resource);
  return resource;
}
