/** The resources of a template as a flat list with ids and dependencies. */
import { ArmError } from '../core/errors.ts';
import { sameId } from '../core/ids.ts';
import { children, isObject, type Json, type JsonObject, text } from '../core/json.ts';
import { evaluate } from './evaluate.ts';
import type { Scope } from './functions.ts';

export interface Item {
  id: string;
  type: string;
  name: string;
  apiVersion: string;
  /** Ids of items of this template. */
  after: string[];
  /** As the template has it: evaluated when its turn comes. */
  body: JsonObject;
}

const word = (value: Json | undefined, scope: Scope): string => String(evaluate(value ?? '', scope));

function idOf(scope: Scope, at: string, type: string, name: string): string {
  const [namespace, ...types] = type.split('/');
  const names = name.split('/');
  if (types.length !== names.length)
    throw new ArmError(
      400,
      'InvalidTemplate',
      `Deployment template validation failed: 'The template resource '${name}' for type '${type}' has incorrect segment lengths. A nested resource type must have identical number of segments as its resource name.'`,
    );
  return `${at || scope.group.id}/providers/${namespace}${types.map((one, index) => `/${one}/${names[index]}`).join('')}`;
}

interface Found {
  resource: JsonObject;
  type: string;
  name: string;
  parent: string | undefined;
}

/** Nested resources carry the last parts of type and name only. */
function flatten(resources: JsonObject[], scope: Scope, above?: { type: string; name: string; id: string }): Found[] {
  return resources.flatMap((resource) => {
    if (resource.copy !== undefined)
      throw new ArmError(
        400,
        'InvalidTemplate',
        "Copy loops are not simulated: write the template's resources one by one.",
      );
    if (resource.condition !== undefined && String(evaluate(resource.condition, scope)).toLowerCase() === 'false')
      return [];
    const ownType = word(resource.type, scope);
    const ownName = word(resource.name, scope);
    const type =
      above && !ownType.toLowerCase().startsWith(above.type.toLowerCase()) ? `${above.type}/${ownType}` : ownType;
    const name = above && ownName.split('/').length < type.split('/').length - 1 ? `${above.name}/${ownName}` : ownName;
    const id = idOf(scope, resource.scope === undefined ? '' : word(resource.scope, scope), type, name);
    return [
      { resource, type, name, parent: above?.id },
      ...flatten(children(resource, 'resources'), scope, { type, name, id }),
    ];
  });
}

/** @throws ArmError 400 InvalidTemplate for what cannot be deployed */
export function itemsOf(template: JsonObject, scope: Scope): Item[] {
  const listed = template.resources;
  // Templates of languageVersion 2.0 (bicep with symbolic names) hold resources by name.
  const resources = Array.isArray(listed)
    ? listed.filter(isObject)
    : isObject(listed)
      ? Object.values(listed).filter(isObject)
      : [];
  const found = flatten(resources, scope).map(({ resource, type, name, parent }) => {
    const apiVersion = text(resource, 'apiVersion');
    if (!apiVersion)
      throw new ArmError(
        400,
        'InvalidTemplate',
        `Deployment template validation failed: 'The template resource '${name}' has no 'apiVersion' property.'`,
      );
    const id = idOf(scope, resource.scope === undefined ? '' : word(resource.scope, scope), type, name);
    const symbol = isObject(listed) ? Object.entries(listed).find(([, one]) => one === resource)?.[0] : undefined;
    const wanted = Array.isArray(resource.dependsOn) ? resource.dependsOn.map((one) => word(one, scope)) : [];
    const {
      type: _,
      name: __,
      apiVersion: ___,
      dependsOn: ____,
      resources: _____,
      condition: ______,
      scope: _______,
      ...body
    } = resource;
    return { id, type, name, apiVersion, body, symbol, wanted: parent ? [...wanted, parent] : wanted };
  });
  return found.map(({ symbol: _, wanted, ...item }) => ({
    ...item,
    after: wanted.flatMap((one) => found.find((other) => names(other, one))?.id ?? []),
  }));
}

/** A dependency may be an id, `type/name`, a name, or a symbolic name. */
const names = (item: { id: string; name: string; symbol: string | undefined }, wanted: string): boolean =>
  sameId(item.id, wanted) ||
  item.id.toLowerCase().endsWith(`/${wanted.toLowerCase()}`) ||
  item.name.toLowerCase() === wanted.toLowerCase() ||
  item.symbol === wanted;

/** @throws ArmError 400 when resources wait for each other in a ring */
export function checkCycles(items: readonly Item[]): void {
  const done = new Set<string>();
  for (let progress = true; progress; ) {
    progress = false;
    for (const item of items)
      if (!done.has(item.id) && item.after.every((id) => done.has(id))) {
        done.add(item.id);
        progress = true;
      }
  }
  const ring = items.filter((item) => !done.has(item.id));
  if (ring.length > 0)
    throw new ArmError(
      400,
      'InvalidTemplate',
      `Deployment template validation failed: 'Circular dependency detected on resource: '${ring[0]?.id}'. Please see https://aka.ms/arm-template/#resources for usage details.'`,
    );
}
