import { refuse } from '../core/constraint.ts';
import { sameId } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import type { Resource, Sim } from '../core/provider.ts';
import { CONSTRAINTS as C } from './constraints.ts';

/** Ids of what uses a resource: IP configurations (subnets, public addresses), NICs and subnets (NSGs), subnets (NAT gateways). */
export const usersOf = (resource: Resource): string[] => {
  const { usedBy } = resource.hidden;
  return Array.isArray(usedBy) ? usedBy.map(String) : [];
};

export const usersView = (resource: Resource, pattern: RegExp): JsonObject[] | undefined => {
  const found = usersOf(resource).filter((id) => pattern.test(id));
  return found.length > 0 ? found.map((id) => ({ id })) : undefined;
};

export function link(sim: Sim<'resources'>, target: string | undefined, user: string): void {
  const resource = sim.resources.get(target);
  if (!resource || usersOf(resource).some((id) => sameId(id, user))) return;
  resource.hidden.usedBy = [...usersOf(resource), user];
  sim.resources.save(resource);
}

export function unlink(sim: Sim<'resources'>, target: string | undefined, user: string): void {
  const resource = sim.resources.get(target);
  if (!resource) return;
  resource.hidden.usedBy = usersOf(resource).filter((id) => !sameId(id, user));
  sim.resources.save(resource);
}

/**
 * The resource that `id` refers to by `target`.
 * @throws ArmError 400 when it is not there or elsewhere, 429 RetryableError while it is not provisioned
 */
export function referred(sim: Sim<'resources'>, target: string, id: string, location: string | undefined): Resource {
  const resource = sim.resources.get(target);
  if (!resource) throw refuse(C.referenceMissing, { target, id });
  if (location && sim.resources.region(resource) !== location) throw refuse(C.referenceMissing, { target, id });
  requireProvisioned(resource, id);
  return resource;
}

function requireProvisioned(resource: Resource, id: string): void {
  const state = String(resource.properties.provisioningState);
  if (state === 'Succeeded') return;
  const last = resource.type.endsWith('/subnets')
    ? 'PutSubnetOperation'
    : `Put${resource.type.split('/').pop()}Operation`;
  throw refuse(
    C.notProvisioned,
    {},
    {
      details: [
        {
          code: 'ReferencedResourceNotProvisioned',
          message: `Cannot proceed with operation because resource ${resource.id} used by resource ${id} is not in Succeeded state. Resource is in ${state} state and the last operation that updated/is updating the resource is ${last}.`,
        },
      ],
    },
  );
}
