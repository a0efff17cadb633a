import { refuse } from './constraint.ts';
import { ARM } from './constraints.ts';
import { type ArmError, groupNotFound, resourceNotFound } from './errors.ts';
import { groupIdOf, groupNameOf, keyOf, nameOf, ownerId, parentId, parseArmPath } from './ids.ts';
import type { Resource } from './model.ts';
import type { Collection, Store } from './store.ts';

/** Every resource there is, resource groups included, indexed by group, by type and by parent. */
export class Resources {
  readonly #all: Collection<Resource>;
  readonly #byGroup = new Map<string, Set<string>>();
  readonly #byType = new Map<string, Set<string>>();
  readonly #byParent = new Map<string, Set<string>>();
  readonly #saved: (resource: Resource) => void;

  /** @param saved called after every save, also of existing ones */
  constructor(store: Store, saved: (resource: Resource) => void) {
    this.#all = store.collection('resources');
    this.#saved = saved;
    for (const resource of this.#all.values()) this.#index(resource);
  }
  get(id: string | undefined): Resource | undefined {
    return id === undefined ? undefined : this.#all.get(keyOf(id));
  }
  /** Keeps a new or changed resource. */
  save(resource: Resource): void {
    const known = this.#all.get(keyOf(resource.id));
    this.#all.set(keyOf(resource.id), resource);
    if (!known) this.#index(resource);
    this.#saved(resource);
  }
  remove(id: string): Resource | undefined {
    const key = keyOf(id);
    const resource = this.#all.get(key);
    if (!resource) return undefined;
    this.#all.delete(key);
    for (const [index, at] of this.#keys(resource)) {
      const set = index.get(at);
      set?.delete(key);
      if (set?.size === 0) index.delete(at);
    }
    return resource;
  }
  all(): IterableIterator<Resource> {
    return this.#all.values();
  }
  /** Everything inside a group (its id, or any id inside it), children included, the group itself not. */
  inGroup(id: string): Resource[] {
    const group = keyOf(groupIdOf(id));
    return this.#read(this.#byGroup.get(group)).filter((one) => keyOf(one.id) !== group);
  }
  /** What goes with it: subnets of a VNet, rules of an NSG, locks on it; of one type (`Microsoft.Network/virtualNetworks/subnets`) when given. */
  children(id: string, type?: string): Resource[] {
    const found = this.#read(this.#byParent.get(keyOf(id)));
    return type === undefined ? found : found.filter((one) => keyOf(one.type) === keyOf(type));
  }
  /** All of one type (`Microsoft.Compute/virtualMachines`), in every group and subscription. */
  ofType(type: string): Resource[] {
    return this.#read(this.#byType.get(keyOf(type)));
  }
  /** Its location, else its group's. */
  region(resource: Resource): string {
    return resource.location ?? this.get(resource.id.split('/').slice(0, 5).join('/'))?.location ?? 'global';
  }
  /** The 404 for a resource that is not there: its group, its parent or itself is missing, in this order. */
  missing(id: string): ArmError {
    const path = parseArmPath(id);
    if (path.namespace === undefined) return groupNotFound(nameOf(id));
    if (path.group !== undefined && !this.get(groupIdOf(id))) return groupNotFound(groupNameOf(id));
    const above = parentId(id);
    if (above && !this.get(above)) return this.missing(above);
    if (above) return refuse(ARM.childNotFound, { id }, { details: [] });
    return resourceNotFound(`${path.namespace}/${path.types.join('/')}`, path.names.join('/'), path.group ?? '');
  }
  #read(keys: Set<string> | undefined): Resource[] {
    const found: Resource[] = [];
    for (const key of keys ?? []) {
      const resource = this.#all.get(key);
      if (resource) found.push(resource);
    }
    return found;
  }
  *#keys(resource: Resource): Generator<[Map<string, Set<string>>, string]> {
    if (/^\/subscriptions\/[^/]+\/resourcegroups\//i.test(resource.id))
      yield [this.#byGroup, keyOf(groupIdOf(resource.id))];
    yield [this.#byType, keyOf(resource.type)];
    const parent = ownerId(resource.id);
    if (parent) yield [this.#byParent, keyOf(parent)];
  }
  #index(resource: Resource): void {
    const key = keyOf(resource.id);
    for (const [index, at] of this.#keys(resource)) {
      const set = index.get(at);
      if (set) set.add(key);
      else index.set(at, new Set([key]));
    }
  }
}
