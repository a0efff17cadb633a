import type { Catalog } from './catalog.ts';
import type { JsonObject } from './json.ts';
import type { Resource } from './model.ts';
import type { ResourceType } from './provider.ts';
import type { Sim, Types } from './sim.ts';
import { defaultView } from './view.ts';

/** The types of a catalog. */
export class CatalogTypes implements Types {
  readonly #catalog: Catalog;
  readonly #sim: Sim;

  constructor(catalog: Catalog, sim: Sim) {
    this.#catalog = catalog;
    this.#sim = sim;
  }
  #of(resource: Resource): ResourceType | undefined {
    return this.#catalog.type(resource.type)?.type;
  }
  view(resource: Resource, query: { expand?: string; list?: boolean; apiVersion?: string } = {}): JsonObject {
    const full = { expand: query.expand, list: query.list ?? false, apiVersion: query.apiVersion ?? '' };
    return this.#of(resource)?.view?.(resource, this.#sim, full) ?? defaultView(resource);
  }
  apiVersion(resource: Resource): string {
    return [...(this.#of(resource)?.apiVersions ?? [])].sort().pop() ?? '';
  }
  tracked(resource: Resource): boolean {
    return this.#catalog.type(resource.type)?.tracked ?? false;
  }
  deleteOrder(resource: Resource): number {
    return this.#of(resource)?.deleteOrder ?? 50;
  }
  namespaces(): { namespace: string; types: { type: string; apiVersions: readonly string[] }[] }[] {
    const shown = this.#catalog.providers.filter((one) => one.types.length > 0);
    return shown.map((one) => ({
      namespace: one.namespace,
      types: one.types.map(({ type, apiVersions }) => ({ type, apiVersions })),
    }));
  }
}
