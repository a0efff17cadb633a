import { callerOf, DEFAULT_CALLER } from '../core/caller.ts';
import { refuse } from '../core/constraint.ts';
import { keyOf, parseArmPath } from '../core/ids.ts';
import type { Json, JsonObject } from '../core/json.ts';
import type { Access, Guard, Sim } from '../core/provider.ts';
import { ASSIGNMENT, roleOf, scopeOf } from './assignments.ts';
import { AUTHORIZATION } from './constraints.ts';
import { allows, allowsData, BUILT_IN, type Role } from './roles.ts';

/** What else the caller must be allowed to do to resources that a body refers to. */
const LINKED: Record<string, string> = {
  'microsoft.network/virtualnetworks/subnets': 'Microsoft.Network/virtualNetworks/subnets/join/action',
  'microsoft.network/networksecuritygroups': 'Microsoft.Network/networkSecurityGroups/join/action',
  'microsoft.network/publicipaddresses': 'Microsoft.Network/publicIPAddresses/join/action',
  'microsoft.network/natgateways': 'Microsoft.Network/natGateways/join/action',
  'microsoft.network/networkinterfaces': 'Microsoft.Network/networkInterfaces/join/action',
  'microsoft.managedidentity/userassignedidentities': 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
  'microsoft.compute/galleries/images': 'Microsoft.Compute/galleries/images/read',
  'microsoft.compute/galleries/images/versions': 'Microsoft.Compute/galleries/images/versions/read',
};

/** Groups have a name of their own among the actions. */
const named = (action: string): string =>
  action.replace(/^Microsoft\.Resources\/resourceGroups\//i, 'Microsoft.Resources/subscriptions/resourceGroups/');

/** The roles `principal` has at `scope` or above. The simulator's own identity owns the subscription, and everybody does while RBAC is off. */
export function rolesAt(sim: Sim<'time' | 'resources' | 'settings'>, principal: string, scope: string): Role[] {
  if (principal === DEFAULT_CALLER.objectId || !sim.settings.rbac)
    return BUILT_IN.filter(({ name }) => name === 'Owner');
  const target = `${keyOf(scope)}/`;
  const delay = (sim.settings.roleDelaySeconds * 1000) / sim.time.scale;
  return sim.resources.ofType(ASSIGNMENT).flatMap((one) => {
    if (one.properties.principalId !== principal || sim.time.now() < one.createdAt + delay) return [];
    const role = roleOf(sim, String(one.properties.roleDefinitionId));
    return role !== undefined && target.startsWith(`${scopeOf(one)}/`) ? [role] : [];
  });
}

/** Whether `principal` may do something to a resource; while RBAC is off everybody may. */
export const permitted = (
  sim: Sim<'time' | 'resources' | 'settings'>,
  principal: string,
  action: string,
  scope: string,
): boolean => rolesAt(sim, principal, scope).some((role) => allows(role, named(action)));

/** Whether `principal` may do something to what is in a resource; while RBAC is off everybody may. */
export const permittedData = (
  sim: Sim<'time' | 'resources' | 'settings'>,
  principal: string,
  action: string,
  scope: string,
): boolean =>
  principal === DEFAULT_CALLER.objectId ||
  !sim.settings.rbac ||
  rolesAt(sim, principal, scope).some((role) => allowsData(role, action));

/** With RBAC on: 403 AuthorizationFailed, or LinkedAuthorizationFailed for what the body refers to. */
export const rbacGuard: Guard<'time' | 'resources' | 'settings'> = (sim, access) => {
  if (!sim.settings.rbac) return;
  const { appId, objectId } = callerOf(access.request);
  const { action, scope } = access;
  const who = { app: appId, object: objectId, action: named(action), scope };
  if (!permitted(sim, objectId, action, scope)) throw refuse(AUTHORIZATION.authorizationFailed, who);
  if (access.method !== 'PUT' && access.method !== 'PATCH') return;
  for (const { id, needed } of linkedIn(access))
    if (!permitted(sim, objectId, needed, id))
      throw refuse(AUTHORIZATION.linkedAuthorizationFailed, { ...who, needed, linked: id });
};

/** What only resources of one type are asked for, by what they refer to. */
const LINKED_BY: Record<string, Record<string, string>> = {
  'microsoft.insights/diagnosticsettings': {
    'microsoft.operationalinsights/workspaces': 'Microsoft.OperationalInsights/workspaces/sharedKeys/action',
  },
};

function linkedIn(access: Access): { id: string; needed: string }[] {
  const found: { id: string; needed: string }[] = [];
  const linked = { ...LINKED, ...LINKED_BY[keyOf(access.type)] };
  const see = (value: string): void => {
    if (!/^\/subscriptions\//i.test(value)) return;
    const path = parseArmPath(value);
    const needed = linked[keyOf(`${path.namespace}/${path.types.join('/')}`)];
    if (needed) found.push({ id: value, needed });
  };
  const walk = (value: Json | undefined): void => {
    if (typeof value === 'string') see(value);
    else if (Array.isArray(value)) value.forEach(walk);
    else if (value && typeof value === 'object')
      for (const [key, member] of Object.entries(value as JsonObject)) {
        see(key); // identities are given as keys
        walk(member);
      }
  };
  walk(access.body);
  return found;
}
