import { z } from 'zod';
import { refuse } from '../core/constraint.ts';
import { type ArmError, parse } from '../core/errors.ts';
import { glob } from '../core/faults.ts';
import { keyOf } from '../core/ids.ts';
import { isObject, type Json, type JsonObject } from '../core/json.ts';
import type { Access, Guard, Resource, ResourceType, Sim } from '../core/provider.ts';
import { scopeOf } from './assignments.ts';
import { AUTHORIZATION } from './constraints.ts';

const ASSIGNMENT = 'Microsoft.Authorization/policyAssignments';
const VERSIONS = [
  '2016-12-01',
  '2018-05-01',
  '2019-06-01',
  '2019-09-01',
  '2020-03-01',
  '2020-09-01',
  '2021-06-01',
  '2022-06-01',
  '2023-04-01',
  '2024-05-01',
  '2025-01-01',
  '2025-03-01',
];

const type = (name: 'policyDefinitions' | 'policyAssignments', shape: z.ZodType): ResourceType<never> => ({
  type: name,
  apiVersions: VERSIONS,
  scope: 'any',
  needsLocation: false,
  view: (one) => ({ id: one.id, name: one.name, type: one.type, properties: one.properties }),
  put({ resource }) {
    parse(shape, resource.properties);
    const { provisioningState: _, ...rest } = resource.properties;
    resource.properties = { ...rest, scope: resource.id.slice(0, scopeOf(resource).length) || '/' };
    return { status: 201, state: null };
  },
  delete: () => ({ status: 200 }),
});

export const policyDefinitions = type(
  'policyDefinitions',
  z.looseObject({ policyRule: z.looseObject({ if: z.looseObject({}) }) }),
);
export const policyAssignments = type('policyAssignments', z.looseObject({ policyDefinitionId: z.string() }));

/** 403 RequestDisallowedByPolicy for writes that an assigned `deny` policy's conditions meet. Parameters and aliases beyond plain paths are not evaluated. */
export const policyGuard: Guard<'resources' | 'activity'> = (sim, access) => {
  if (access.method !== 'PUT' && access.method !== 'PATCH') return;
  const target = `${keyOf(access.scope)}/`;
  for (const assignment of sim.resources.ofType(ASSIGNMENT)) {
    if (!target.startsWith(`${scopeOf(assignment)}/`)) continue;
    const definition = sim.resources.get(String(assignment.properties.policyDefinitionId));
    const rule = definition?.properties.policyRule;
    if (!definition || !isObject(rule) || !isObject(rule.if) || !isObject(rule.then)) continue;
    if (String(rule.then.effect).toLowerCase() === 'deny' && holds(rule.if, access))
      throw denied(sim, access, assignment, definition);
  }
};

function denied(sim: Sim<'activity'>, access: Access, assignment: Resource, definition: Resource): ArmError {
  const name = access.scope.split('/').pop() ?? '';
  const shown = (one: Resource) => ({ name: String(one.properties.displayName ?? one.name), id: one.id });
  const identifiers = JSON.stringify([{ policyAssignment: shown(assignment), policyDefinition: shown(definition) }]);
  sim.activity.log({
    operationName: 'Microsoft.Authorization/policies/deny/action',
    resourceId: access.scope,
    status: 'Failed',
    category: 'Policy',
  });
  return refuse(
    AUTHORIZATION.disallowedByPolicy,
    { name, identifiers },
    {
      target: name,
      additionalInfo: [
        {
          type: 'PolicyViolation',
          info: {
            policyDefinitionDisplayName: shown(definition).name,
            policyDefinitionId: definition.id,
            policyDefinitionName: definition.name,
            policyDefinitionEffect: 'Deny',
            policyAssignmentId: assignment.id,
            policyAssignmentName: assignment.name,
            evaluationDetails: { evaluatedExpressions: [{ result: 'True', expressionKind: 'Field' }] },
          },
        },
      ],
    },
  );
}

function holds(condition: JsonObject, access: Access): boolean {
  if (Array.isArray(condition.allOf)) return condition.allOf.every((one) => isObject(one) && holds(one, access));
  if (Array.isArray(condition.anyOf)) return condition.anyOf.some((one) => isObject(one) && holds(one, access));
  if (isObject(condition.not)) return !holds(condition.not, access);
  const value = fieldOf(String(condition.field ?? ''), access);
  const text = value === undefined ? '' : String(value);
  const same = (wanted: Json | undefined) => text.toLowerCase() === String(wanted).toLowerCase();
  if ('equals' in condition) return same(condition.equals);
  if ('notEquals' in condition) return !same(condition.notEquals);
  if (Array.isArray(condition.in)) return condition.in.some(same);
  if (Array.isArray(condition.notIn)) return !condition.notIn.some(same);
  if ('like' in condition) return glob(String(condition.like), text);
  if ('notLike' in condition) return !glob(String(condition.notLike), text);
  if ('exists' in condition) return (value !== undefined) === (String(condition.exists) === 'true');
  return false;
}

/** `type`, `location`, `name`, `tags['x']`, or a path into the body (an alias without its type prefix). */
function fieldOf(field: string, { type: resourceType, scope, body }: Access): Json | undefined {
  if (field === 'type')
    return resourceType === 'Microsoft.Resources/resourceGroups'
      ? 'Microsoft.Resources/subscriptions/resourceGroups'
      : resourceType;
  if (field === 'name') return scope.split('/').pop() ?? '';
  const tag = /^tags(?:\['?([^\]']+)'?\]|\.(.+))$/.exec(field);
  if (tag) return isObject(body.tags) ? body.tags[tag[1] ?? tag[2] ?? ''] : undefined;
  const alias = keyOf(field).startsWith(`${keyOf(resourceType)}/`)
    ? `properties.${field.slice(resourceType.length + 1)}`
    : field;
  let value: Json | undefined = body;
  for (const part of alias.split('.')) value = isObject(value) ? value[part] : undefined;
  return value;
}
