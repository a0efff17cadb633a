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
  /** As the template has it: evaluated when its turn comes, in `loops`. */
  body: JsonObject;
  loops: Scope['loops'];
}

const word = (value: Json | undefined, scope: Scope): string => String(evaluate(value ?? '', scope));

const invalid = (why: string): ArmError =>
  new ArmError(400, 'InvalidTemplate', `Deployment template validation failed: '${why}'`);

const GROUP = 'microsoft.resources/resourcegroups';
const DEPLOYMENT = 'microsoft.resources/deployments';

/** Where a resource goes: onto another one, into a group or subscription that it names, or where its deployment goes. */
function placeOf(resource: JsonObject, type: string, scope: Scope): string {
  if (resource.scope !== undefined) return word(resource.scope, scope);
  if (resource.subscriptionId === undefined && resource.resourceGroup === undefined) return scope.at;
  const subscription =
    resource.subscriptionId === undefined ? scope.subscription : word(resource.subscriptionId, scope);
  if (resource.resourceGroup === undefined) return `/subscriptions/${subscription}`;
  if (type.toLowerCase() !== DEPLOYMENT)
    throw invalid(`The template resource of type '${type}' has 'resourceGroup', which only deployments have.`);
  return `/subscriptions/${subscription}/resourceGroups/${word(resource.resourceGroup, scope)}`;
}

function idOf(at: string, type: string, name: string): string {
  const [namespace, ...types] = type.split('/');
  const names = name.split('/');
  if (types.length !== names.length)
    throw invalid(
      `The template resource '${name}' for type '${type}' has incorrect segment lengths. A nested resource type must have identical number of segments as its resource name.`,
    );
  if (type.toLowerCase() === GROUP) return `${at}/resourceGroups/${name}`;
  return `${at}/providers/${namespace}${types.map((one, index) => `/${one}/${names[index]}`).join('')}`;
}

interface Found {
  resource: JsonObject;
  symbol: string | undefined;
  type: string;
  name: string;
  id: string;
  parent: string | undefined;
  scope: Scope;
}

/** A resource in a copy loop is as many. */
function repeated(resource: JsonObject, symbol: string | undefined, scope: Scope): [string | undefined, Scope][] {
  if (!isObject(resource.copy)) return [[symbol, scope]];
  const { name, count } = resource.copy;
  const total = Number(evaluate(count ?? null, scope));
  if (!Number.isInteger(total) || total < 0) throw invalid(`The copy loop '${String(name)}' has no valid count.`);
  return Array.from({ length: total }, (_, index) => [
    symbol === undefined ? undefined : `${symbol}[${index}]`,
    { ...scope, loops: { ...scope.loops, [String(name)]: index, '': index } },
  ]);
}

/** Nested resources carry the last parts of type and name only. */
function flatten(listed: [string | undefined, JsonObject][], outer: Scope, above?: Found): Found[] {
  return listed.flatMap(([symbols, resource]) =>
    repeated(resource, symbols, outer).flatMap(([symbol, scope]) => {
      if (resource.condition !== undefined && word(resource.condition, scope).toLowerCase() === 'false') return [];
      const ownType = word(resource.type, scope);
      const ownName = word(resource.name, scope);
      const type =
        above && !ownType.toLowerCase().startsWith(above.type.toLowerCase()) ? `${above.type}/${ownType}` : ownType;
      const name =
        above && ownName.split('/').length < type.split('/').length - 1 ? `${above.name}/${ownName}` : ownName;
      const id = idOf(placeOf(resource, type, scope), type, name);
      const found: Found = { resource, symbol, type, name, id, parent: above?.id, scope };
      const inner = children(resource, 'resources').map((one): [undefined, JsonObject] => [undefined, one]);
      return [found, ...flatten(inner, scope, found)];
    }),
  );
}

/** Members of a resource that are no part of what is sent. */
const OWN = new Set([
  ...['type', 'name', 'apiVersion', 'dependsOn', 'resources', 'condition', 'scope', 'copy', 'existing', 'comments'],
  ...['resourceGroup', 'subscriptionId', 'metadata'],
]);

/**
 * What a template deploys. Symbolic names, those of resources that exist already too, are put into `scope.symbols`.
 * @throws ArmError 400 InvalidTemplate for what cannot be deployed
 */
export function itemsOf(template: JsonObject, scope: Scope): Item[] {
  const listed = template.resources;
  // Templates of languageVersion 2.0 (bicep with symbolic names) hold resources by name.
  const resources: [string | undefined, JsonObject][] = Array.isArray(listed)
    ? listed.filter(isObject).map((one) => [undefined, one])
    : Object.entries(isObject(listed) ? listed : {}).flatMap(([symbol, one]) => (isObject(one) ? [[symbol, one]] : []));
  const all = flatten(resources, scope);
  for (const { symbol, id } of all) if (symbol !== undefined) scope.symbols.set(symbol, id);
  const found = all.filter(({ resource }) => resource.existing !== true);
  const wanted = ({ resource, parent, scope: own }: Found): string[] => [
    ...(Array.isArray(resource.dependsOn) ? resource.dependsOn.map((one) => word(one, own)) : []),
    ...(parent === undefined ? [] : [parent]),
  ];
  return found.map((one) => {
    const { resource, type, name, id } = one;
    const apiVersion = text(resource, 'apiVersion');
    if (!apiVersion) throw invalid(`The template resource '${name}' has no 'apiVersion' property.`);
    const after = wanted(one).flatMap((what) => found.filter((other) => names(other, what)).map((other) => other.id));
    const body = Object.fromEntries(Object.entries(resource).filter(([key]) => !OWN.has(key)));
    return { id, type, name, apiVersion, body, after, loops: one.scope.loops };
  });
}

/** A dependency may be an id, `type/name`, a name, a symbolic name, or that of a whole copy loop. */
const names = ({ id, name, symbol, resource }: Found, wanted: string): boolean =>
  sameId(id, wanted) ||
  id.toLowerCase().endsWith(`/${wanted.toLowerCase()}`) ||
  name.toLowerCase() === wanted.toLowerCase() ||
  symbol === wanted ||
  symbol?.replace(/\[\d+\]$/, '') === wanted ||
  (isObject(resource.copy) && resource.copy.name === wanted);

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
    throw invalid(
      `Circular dependency detected on resource: '${ring[0]?.id}'. Please see https://aka.ms/arm-template/#resources for usage details.`,
    );
}
