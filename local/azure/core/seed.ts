import type { JsonObject } from './json.ts';
import type { Resource } from './model.ts';
import type { Sim } from './sim.ts';

const LOCATION = 'eastus';

/**
 * Puts a resource that pre-exists into a group (made when missing), unless it is there already. It is answered, but neither
 * listed nor billed.
 * @param group name of the resource group
 * @param type full type, `Microsoft.KeyVault/vaults`
 * @param name one per part of the type, `gallery/image`
 * @param tags that it has had from the beginning
 */
export function seed(
  sim: Sim<'account' | 'time' | 'chance' | 'resources'>,
  group: string,
  type: string,
  name: string,
  properties: JsonObject,
  tags?: Record<string, string>,
): Resource {
  const groupId = `/subscriptions/${sim.account.subscriptionId}/resourceGroups/${group}`;
  if (!sim.resources.get(groupId)) save(sim, groupId, 'Microsoft.Resources/resourceGroups', group, {});
  const names = name.split('/');
  const [namespace = '', ...types] = type.split('/');
  const id = `${groupId}/providers/${namespace}${types.map((one, index) => `/${one}/${names[index] ?? ''}`).join('')}`;
  return sim.resources.get(id) ?? save(sim, id, type, names[names.length - 1] ?? '', properties, tags);
}

function save(
  sim: Sim<'time' | 'chance' | 'resources'>,
  id: string,
  type: string,
  name: string,
  properties: JsonObject,
  tags?: Record<string, string>,
): Resource {
  const resource: Resource = {
    id,
    name,
    type,
    location: LOCATION,
    ...(tags ? { tags } : {}),
    extra: {},
    properties: { provisioningState: 'Succeeded', ...properties },
    hidden: {},
    etag: sim.chance.guid('etag', id),
    createdAt: sim.time.now(),
    changedAt: sim.time.now(),
    seeded: true,
  };
  sim.resources.save(resource);
  return resource;
}
