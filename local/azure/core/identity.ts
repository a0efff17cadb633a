import { ArmError } from './errors.ts';
import { child, isObject, type JsonObject, text } from './json.ts';
import type { Resource } from './model.ts';
import type { Sim } from './sim.ts';

/** Ids of the user-assigned identities of a resource. */
export const assignedIdentities = (resource: Resource): string[] =>
  Object.keys(child(child(resource.extra, 'identity'), 'userAssignedIdentities'));

/**
 * Fills in what Azure writes back into `identity`: principal and client of each user-assigned one, and a principal of its
 * own for a system-assigned one.
 * @throws ArmError 400 FailedIdentityOperation when an identity does not exist (text: Microsoft Learn, managed identities known issues)
 */
export function fillIdentity(sim: Sim<'account' | 'chance' | 'resources'>, resource: Resource): void {
  const { identity } = resource.extra;
  if (!isObject(identity)) return;
  if (/systemassigned/i.test(text(identity, 'type') ?? '')) {
    identity.principalId = sim.chance.guid('system principal', resource.id.toLowerCase());
    identity.tenantId = sim.account.tenantId;
  }
  const filled: JsonObject = {};
  for (const id of assignedIdentities(resource)) {
    const known = sim.resources.get(id);
    if (!known)
      throw new ArmError(
        400,
        'FailedIdentityOperation',
        `Identity operation for resource '${resource.id}' failed with error 'Failed to perform resource identity operation. Status: 'NotFound'. Response: '{"error":{"code":"NotFound","message":"The resource '${id}' was not found."}}'.'.`,
      );
    filled[id] = { principalId: known.properties.principalId, clientId: known.properties.clientId };
  }
  if (Object.keys(filled).length > 0) identity.userAssignedIdentities = filled;
}
