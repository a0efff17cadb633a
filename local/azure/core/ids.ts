/** ARM resource ids and request paths: compared without case, kept in the case they were first written in. */

export interface ArmPath {
  subscription: string | undefined;
  group: string | undefined;
  /** What stands before the last `/providers/`: a subscription, a group, or (extension resources) another resource's id; `` at tenant level. */
  scope: string;
  /** `Microsoft.Network`, in the caller's case; undefined for a path without `/providers/`. */
  namespace: string | undefined;
  /** `['virtualNetworks', 'subnets']` */
  types: string[];
  /** `['vnet', 'subnet']`; one shorter than `types` when the path names a collection or an action. */
  names: string[];
  /** Path segments after the scope's known ones, for a path without `/providers/`. */
  rest: string[];
}

export const segments = (path: string): string[] =>
  path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });

/** The form under which ids are compared and indexed. */
export const keyOf = (id: string): string => id.toLowerCase();

export const sameId = (a: string, b: string): boolean => keyOf(a) === keyOf(b);

/** Doubled slashes, which `az lock` writes, count as one. */
export function parseArmPath(path: string): ArmPath {
  const parts = segments(path);
  const lower = parts.map((part) => part.toLowerCase());
  const subscription = lower[0] === 'subscriptions' ? parts[1] : undefined;
  const group = subscription && lower[2] === 'resourcegroups' ? parts[3] : undefined;
  const at = lower.lastIndexOf('providers');
  if (at < 0) {
    const known = group ? 4 : subscription ? 2 : 0;
    return {
      subscription,
      group,
      scope: join(parts.slice(0, known)),
      namespace: undefined,
      types: [],
      names: [],
      rest: parts.slice(known),
    };
  }
  const tail = parts.slice(at + 2);
  return {
    subscription,
    group,
    scope: join(parts.slice(0, at)),
    namespace: parts[at + 1],
    types: tail.filter((_, index) => index % 2 === 0),
    names: tail.filter((_, index) => index % 2 === 1),
    rest: [],
  };
}

const join = (parts: string[]): string => (parts.length === 0 ? '' : `/${parts.join('/')}`);

/** The id of the resource above: `.../virtualNetworks/v/subnets/s` -> `.../virtualNetworks/v`; undefined for a top-level one. */
export function parentId(id: string): string | undefined {
  const path = parseArmPath(id);
  return path.types.length > 1 ? id.split('/').slice(0, -2).join('/') : undefined;
}

/** What it goes away with: its parent, or for an extension resource (a lock, a role assignment) the resource it stands on. */
export function ownerId(id: string): string | undefined {
  const above = parentId(id);
  if (above) return above;
  const { scope } = parseArmPath(id);
  return /\/providers\//i.test(scope) ? scope : undefined;
}

/** `/subscriptions/s/resourceGroups/g` of any id inside a group. */
export const groupIdOf = (id: string): string => id.split('/').slice(0, 5).join('/');

export const groupNameOf = (id: string): string => id.split('/')[4] ?? '';
export const subscriptionOf = (id: string): string => id.split('/')[2] ?? '';
/** The last segment. */
export const nameOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1);
