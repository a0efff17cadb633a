import { z } from 'zod';
import { DEFAULT_CALLER } from '../core/caller.ts';
import { refuse } from '../core/constraint.ts';
import { parse } from '../core/errors.ts';
import { keyOf } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import type { Resource, ResourceType, Route, Sim } from '../core/provider.ts';
import { AUTHORIZATION } from './constraints.ts';
import { BUILT_IN, type Role } from './roles.ts';

export const ASSIGNMENT = 'Microsoft.Authorization/roleAssignments';
const DEFINITION = 'Microsoft.Authorization/roleDefinitions';
const VERSIONS = [
  '2015-07-01',
  '2018-01-01-preview',
  '2018-07-01',
  '2020-04-01-preview',
  '2020-08-01-preview',
  '2020-10-01-preview',
  '2022-04-01',
  '2022-05-01-preview',
];

const assignment = z.looseObject({
  roleDefinitionId: z.string().min(1),
  principalId: z.guid(),
  principalType: z.enum(['User', 'Group', 'ServicePrincipal', 'ForeignGroup', 'Device']).optional(),
});

/** Id of the scope an extension resource stands on, in lower case; `` is the whole tenant. */
export const scopeOf = (resource: Resource): string =>
  keyOf(resource.id).slice(0, keyOf(resource.id).lastIndexOf('/providers/microsoft.authorization/'));

export const roleOf = (sim: Sim<'resources'>, definitionId: string): Role | undefined => {
  const name = keyOf(definitionId.split('/').pop() ?? '');
  const known = BUILT_IN.find((one) => one.id === name);
  if (known) return known;
  const custom = sim.resources.ofType(DEFINITION).find((one) => keyOf(one.name) === name);
  if (!custom) return undefined;
  const permissions = (custom.properties.permissions ?? []) as {
    actions?: string[];
    notActions?: string[];
    dataActions?: string[];
  }[];
  return {
    id: name,
    name: String(custom.properties.roleName),
    actions: permissions.flatMap((one) => one.actions ?? []),
    notActions: permissions.flatMap((one) => one.notActions ?? []),
    dataActions: permissions.flatMap((one) => one.dataActions ?? []),
  };
};

/** A new principal is not in the directory's replicas for a while; saying `principalType` skips the look-up. */
const REPLICATION_SECONDS = 30;

function checkPrincipal(sim: Sim<'account' | 'time' | 'resources'>, principalId: string): void {
  if (principalId === DEFAULT_CALLER.objectId) return;
  const identity = sim.resources
    .ofType('Microsoft.ManagedIdentity/userAssignedIdentities')
    .find((one) => one.properties.principalId === principalId);
  if (identity && sim.time.now() >= identity.createdAt + (REPLICATION_SECONDS * 1000) / sim.time.scale) return;
  throw refuse(AUTHORIZATION.principalNotFound, {
    principal: principalId.replaceAll('-', ''),
    tenant: sim.account.tenantId,
  });
}

export const roleAssignments: ResourceType<'account' | 'time' | 'resources' | 'types'> = {
  type: 'roleAssignments',
  apiVersions: VERSIONS,
  scope: 'any',
  deleteOrder: 0,
  view: (one) => ({ id: one.id, name: one.name, type: ASSIGNMENT, properties: one.properties }),
  put({ sim, resource, existing }) {
    const given = parse(assignment, resource.properties);
    if (!roleOf(sim, given.roleDefinitionId))
      throw refuse(AUTHORIZATION.roleDefinitionUnknown, { id: given.roleDefinitionId.split('/').pop() ?? '' });
    const twin = sim.resources
      .ofType(ASSIGNMENT)
      .find(
        (one) =>
          scopeOf(one) === scopeOf(resource) &&
          one.properties.principalId === given.principalId &&
          keyOf(String(one.properties.roleDefinitionId).split('/').pop() ?? '') ===
            keyOf(given.roleDefinitionId.split('/').pop() ?? ''),
      );
    if (twin && twin.id !== existing?.id) throw refuse(AUTHORIZATION.roleAssignmentExists);
    if (existing && !twin) throw refuse(AUTHORIZATION.roleAssignmentUpdate);
    if (given.principalType === undefined) checkPrincipal(sim, given.principalId);
    const { provisioningState: _, ...rest } = resource.properties;
    resource.properties = {
      ...rest,
      principalType: given.principalType ?? 'ServicePrincipal',
      scope: resource.id.slice(0, scopeOf(resource).length) || '/',
      createdOn: sim.time.iso(),
      updatedOn: sim.time.iso(),
    };
    return { status: 201, state: null };
  },
  delete: ({ sim, resource }) => ({ status: 200, body: sim.types.view(resource) }),
};

export const roleDefinitions: ResourceType<never> = {
  type: 'roleDefinitions',
  apiVersions: VERSIONS,
  scope: 'any',
  view: (one) => ({ id: one.id, name: one.name, type: DEFINITION, properties: one.properties }),
  put({ resource }) {
    parse(
      z.looseObject({
        roleName: z.string().min(1),
        permissions: z.array(z.looseObject({})),
        assignableScopes: z.array(z.string()),
      }),
      resource.properties,
    );
    const { provisioningState: _, ...rest } = resource.properties;
    resource.properties = { type: 'CustomRole', ...rest };
    return { status: 201, state: null };
  },
  delete: () => ({ status: 200 }),
};

const builtIn = (sim: Sim<'account'>, one: Role): JsonObject => ({
  id: `/subscriptions/${sim.account.subscriptionId}/providers/${DEFINITION}/${one.id}`,
  name: one.id,
  type: DEFINITION,
  properties: {
    roleName: one.name,
    type: 'BuiltInRole',
    description: one.name,
    assignableScopes: ['/'],
    permissions: [
      { actions: one.actions, notActions: one.notActions, dataActions: one.dataActions, notDataActions: [] },
    ],
  },
});

/** `GET .../roleDefinitions?$filter=roleName eq 'Reader'`, built-in and custom. */
export const definitionList: Route<'account' | 'resources' | 'types'> = {
  method: 'GET',
  path: '/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions',
  apiVersions: VERSIONS,
  handle({ sim, query }) {
    const wanted = /roleName\s+eq\s+'([^']*)'/i.exec(query.get('$filter') ?? '')?.[1]?.toLowerCase();
    const all = [
      ...BUILT_IN.map((one) => builtIn(sim, one)),
      ...sim.resources.ofType(DEFINITION).map((one) => sim.types.view(one)),
    ];
    const named = (one: JsonObject) => String((one.properties as JsonObject).roleName).toLowerCase();
    return { status: 200, body: { value: wanted === undefined ? all : all.filter((one) => named(one) === wanted) } };
  },
};
