import type { KnownType } from './catalog.ts';
import { groupNotFound } from './errors.ts';
import { type ArmPath, groupIdOf, keyOf, parseArmPath } from './ids.ts';
import type { Kernel } from './kernel.ts';
import type { Resource } from './model.ts';

/** What an ARM path names. */
export type Target =
  | { kind: 'resource'; known: KnownType; id: string; name: string; path: ArmPath }
  | { kind: 'collection'; known: KnownType; scope: string; path: ArmPath }
  | { kind: 'action'; known: KnownType; id: string; name: string; path: ArmPath; action: string[] };

const GROUPS = 'Microsoft.Resources/resourceGroups';

/** @throws ArmError when namespace, type or group is unknown; undefined when the path is none of ARM's */
export function targetOf(kernel: Kernel, pathname: string, apiVersion: string): Target | undefined {
  const path = parseArmPath(pathname);
  if (path.namespace === undefined) return groupTarget(kernel, path);
  const exact = kernel.catalog.type(`${path.namespace}/${path.types.join('/')}`);
  const known = exact ?? prefix(kernel, path) ?? kernel.catalog.require(path.namespace, path.types, apiVersion);
  const depth = known.type.type.split('/').length;
  const scope = canonicalScope(kernel, path, known);
  const id = canonicalId(kernel, scope, known, path.names.slice(0, depth));
  const name = path.names[depth - 1];
  if (name === undefined) return { kind: 'collection', known, scope: collectionScope(scope, id), path };
  const rest = [path.types, path.names];
  const action: string[] = [];
  for (let index = depth; index < path.types.length; index++)
    for (const list of rest) {
      const part = list[index];
      if (part !== undefined) action.push(part);
    }
  return action.length === 0
    ? { kind: 'resource', known, id, name, path }
    : { kind: 'action', known, id, name, path, action };
}

/** Collections of children stand under their parent: its id; others under group, subscription or any scope. */
const collectionScope = (scope: string, id: string): string => id || scope;

function groupTarget(kernel: Kernel, path: ArmPath): Target | undefined {
  const known = kernel.catalog.type(GROUPS);
  if (!known || path.subscription === undefined) return undefined;
  if (path.group !== undefined) {
    const asked = `/subscriptions/${path.subscription}/resourceGroups/${path.group}`;
    const id = kernel.resources.get(asked)?.id ?? asked;
    if (path.rest.length === 0) return { kind: 'resource', known, id, name: path.group, path };
    return { kind: 'action', known, id, name: path.group, path, action: path.rest };
  }
  if (path.rest.length === 1 && keyOf(path.rest[0] ?? '') === 'resourcegroups')
    return { kind: 'collection', known, scope: `/subscriptions/${path.subscription}`, path };
  return undefined;
}

/** The longest known type the path begins with: what follows is an action on it. */
function prefix(kernel: Kernel, path: ArmPath): KnownType | undefined {
  for (let length = path.types.length - 1; length > 0; length--) {
    const known = kernel.catalog.type(`${path.namespace}/${path.types.slice(0, length).join('/')}`);
    if (known && path.names.length >= length) return known;
  }
  return undefined;
}

/** The scope in the case its resources were created in. */
function canonicalScope(kernel: Kernel, path: ArmPath, known: KnownType): string {
  if (known.type.scope === 'any' && path.scope !== '') {
    const existing = kernel.resources.get(path.scope);
    if (existing) return existing.id;
  }
  if (path.group === undefined || path.subscription === undefined) return path.scope;
  const group = kernel.resources.get(`/subscriptions/${path.subscription}/resourceGroups/${path.group}`);
  if (!group) throw groupNotFound(path.group);
  return `${group.id}${path.scope
    .split('/')
    .slice(5)
    .map((part) => `/${part}`)
    .join('')}`;
}

function canonicalId(kernel: Kernel, scope: string, known: KnownType, names: string[]): string {
  const types = known.name.split('/').slice(1);
  let id = `${scope}/providers/${known.provider.namespace}`;
  for (const [index, name] of names.entries()) {
    const next = `${id}/${types[index]}/${name}`;
    // The last name keeps the caller's case unless the resource exists.
    id = kernel.resources.get(next)?.id ?? next;
  }
  return names.length === 0 ? '' : id;
}

export const groupOf = (kernel: Kernel, id: string): Resource | undefined => kernel.resources.get(groupIdOf(id));
