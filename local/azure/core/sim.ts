/**
 * What the kernel gives to providers, in facets. A function asks for those it uses: `Sim<'time' | 'resources'>`; so does a
 * provider, `Provider<'time' | 'resources'>`. `Sim` alone is all of them.
 */
import type { Activity } from './activity.ts';
import type { Buckets } from './buckets.ts';
import type { Consistency } from './consistency.ts';
import type { Draws } from './draws.ts';
import type { FaultOutcome, Occasion } from './fault-plan.ts';
import type { SimRequest, SimResponse } from './http.ts';
import type { JsonObject } from './json.ts';
import type { Operation, Resource } from './model.ts';
import type { Outside } from './outside.ts';
import type { SeededChance } from './random.ts';
import type { Resources } from './resources.ts';
import type { Settings } from './settings.ts';
import type { Collection } from './store.ts';
import type { Time } from './time.ts';

export interface Facets {
  readonly account: Account;
  readonly time: Pick<Time, 'scale' | 'now' | 'shown' | 'iso' | 'in'>;
  /** Chance by name: the same seed and words, the same value. */
  readonly chance: SeededChance;
  /** Counted draws. */
  readonly draws: Pick<Draws, 'nth' | 'seconds' | 'guid'>;
  readonly jobs: Jobs;
  /** States of the provider's own. */
  readonly store: States;
  readonly resources: Pick<
    Resources,
    'get' | 'save' | 'all' | 'inGroup' | 'children' | 'ofType' | 'region' | 'missing'
  >;
  readonly types: Types;
  readonly consistency: Pick<Consistency, 'visible'>;
  readonly operations: Operations;
  readonly faults: Injection;
  readonly settings: Settings;
  readonly buckets: Pick<Buckets, 'take'>;
  readonly activity: Pick<Activity, 'log' | 'entries'>;
  readonly outside: Pick<Outside, 'webhook' | 'call'>;
  readonly arm: Arm;
}
export type Facet = keyof Facets;
export type Sim<F extends Facet = Facet> = Pick<Facets, F>;

export interface Account {
  readonly subscriptionId: string;
  readonly tenantId: string;
}
export interface Jobs {
  /** Runs the provider's job `kind` after `seconds` of Azure time (divided by the time scale). Returns what `cancel` takes. */
  schedule(kind: string, seconds: number, data: JsonObject): string;
  cancel(job: string): void;
}
export interface States {
  /** A state that survives restarts; `secret` puts it into the vault's file. */
  collection<T>(name: string, options?: { secret?: boolean }): Collection<T>;
}
/** What the resources' types say of them. */
export interface Types {
  /** How the resource reads on the wire. */
  view(resource: Resource, query?: { expand?: string; list?: boolean; apiVersion?: string }): JsonObject;
  /** The newest api-version of its type. */
  apiVersion(resource: Resource): string;
  /** Is in `resources.list`. */
  tracked(resource: Resource): boolean;
  deleteOrder(resource: Resource): number;
  /** What is registered; who has no types of its own is none of Azure's providers. */
  namespaces(): { namespace: string; types: { type: string; apiVersions: readonly string[] }[] }[];
}
export interface Operations {
  get(id: string): Operation | undefined;
  /** Running ones on this resource. */
  running(resourceId: string): Operation[];
  /** Keeps a changed one. */
  save(operation: Operation): void;
  /** Ends a running one now. */
  end(operation: Operation, status: 'Succeeded' | 'Canceled' | 'Failed', error?: Operation['error']): void;
  /** Takes the resource and its children away at once (no operation), with all hooks. */
  remove(id: string): void;
  /** Starts deleting a resource as a group's cascade or a VM's `deleteOption` does; undefined when it is gone at once. @throws ArmError when it is in use */
  beginDelete(resource: Resource, options?: { force: boolean }): Operation | undefined;
}
export interface Injection {
  /** Lets the fault plan act on a request that is not ARM's (a vault's secret). @throws ArmError when the fault is one */
  inject(occasion: Occasion): FaultOutcome | undefined;
}
export interface Arm {
  /** Serves an ARM request from inside (template deployments). @throws ArmError */
  serve(request: SimRequest): SimResponse;
}
