import { refuse } from './constraint.ts';
import { ARM } from './constraints.ts';
import { keyOf, segments } from './ids.ts';
import type { Provider, ResourceType, Route } from './provider.ts';

export interface KnownType {
  provider: Provider;
  type: ResourceType;
  /** `Microsoft.Network/virtualNetworks/subnets` */
  name: string;
  /** Has location and tags and is listed among resources. */
  tracked: boolean;
}

interface CompiledRoute {
  route: Route;
  method: string;
  parts: string[];
}

/** The registered providers, looked up by type name and by route. */
export class Catalog {
  readonly providers: readonly Provider[];
  readonly #types = new Map<string, KnownType>();
  readonly #namespaces = new Map<string, string>();
  readonly #routes: CompiledRoute[] = [];

  constructor(providers: readonly Provider[]) {
    this.providers = providers;
    for (const provider of providers) {
      this.#namespaces.set(keyOf(provider.namespace), provider.namespace);
      for (const type of provider.types) {
        const name = `${provider.namespace}/${type.type}`;
        const tracked = type.tracked ?? ((type.scope ?? 'group') === 'group' && !type.type.includes('/'));
        this.#types.set(keyOf(name), { provider, type, name, tracked });
      }
      for (const route of provider.routes ?? [])
        this.#routes.push({ route, method: route.method, parts: segments(route.path) });
    }
  }
  type(name: string): KnownType | undefined {
    return this.#types.get(keyOf(name));
  }
  types(): IterableIterator<KnownType> {
    return this.#types.values();
  }
  /** The type of a path, or the 404 that ARM answers. */
  require(namespace: string, types: string[], apiVersion: string): KnownType {
    if (!this.#namespaces.has(keyOf(namespace))) throw refuse(ARM.namespaceUnknown, { namespace });
    const known = this.type(`${namespace}/${types.join('/')}`);
    if (known) return known;
    const near = [...this.#types.values()].filter((one) => keyOf(one.provider.namespace) === keyOf(namespace));
    const versions = [...new Set(near.flatMap((one) => one.type.apiVersions))].join(',');
    throw refuse(ARM.typeUnknown, { type: types.join('/'), namespace, version: apiVersion, versions });
  }
  /** The route of a path with the values of its holes; a route for another method does not count. */
  route(method: string, path: string): { route: Route; params: Record<string, string> } | undefined {
    const parts = segments(path);
    for (const compiled of this.#routes) {
      if (compiled.method !== method) continue;
      const params = match(compiled.parts, parts);
      if (params) return { route: compiled.route, params };
    }
    return undefined;
  }
}

/** `/a/{x}/b` against path segments, without case. */
function match(pattern: string[], parts: string[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index] ?? '';
    if (expected.startsWith('{')) params[expected.slice(1, -1)] = part;
    else if (keyOf(expected) !== keyOf(part)) return undefined;
  }
  return params;
}
