/**
 * What a resource provider of the simulator is: data and small functions over the facets of the kernel ({@link Sim}).
 *
 * The kernel does what ARM does for all of them: paths, api-versions, tags, ETags, listing and paging, locks, faults,
 * long-running operations with their state machine, the resource-group cascade, metering, persistence. A provider says what
 * is its own: what a PUT must hold, what is echoed, how long things take, what forbids a delete. A complete one:
 *
 * ```ts
 * export const toys: Provider<'jobs' | 'resources'> = {
 *   namespace: 'Microsoft.Toys',
 *   lro: { headers: ['azure-async'], retryAfter: 3, pollRetryAfter: 10,
 *          path: (op) => `/subscriptions/${op.subscription}/providers/Microsoft.Toys/locations/${op.location}/operations/${op.id}`,
 *          status: (op) => ({ status: op.status, error: op.error }) },
 *   types: [{
 *     type: 'trains', apiVersions: ['2026-01-01'], deleteOrder: 10,
 *     put({ body, resource, existing }) {                       // throw ArmError to refuse; what stays in `resource` is echoed
 *       if (child(body, 'properties').wheels === 0) throw new ArmError(400, 'NoWheels', 'A train needs wheels.');
 *       delete resource.properties.password;                    // secrets never reach the store
 *       resource.properties.serial ??= existing?.properties.serial ?? 'T-1';
 *       return { duration: { median: 4, p95: 9 }, state: 'Updating' };   // no duration: done at once
 *     },
 *     settled({ sim, operation, resource }) {                   // every operation's end, also failed ones (operation.status)
 *       if (operation.kind === 'create' && resource) sim.jobs.schedule('toys.whistle', 30, { id: resource.id });
 *     },
 *     delete({ resource }) { return { status: 202, duration: { median: 5, p95: 9 } }; },
 *     actions: { honk: { run: () => ({ response: { status: 200, body: { sound: 'tuut' } } }) },
 *                drive: { run: ({ resource }) => ({ plan: { status: 202, duration: { median: 20, p95: 40 } } }) } },
 *     meters: (resource) => [{ meter: 'Train Hours', quantity: 1 }],
 *   }],
 *   jobs: { 'toys.whistle': (sim, data) => { ... sim.resources.save(resource) } },
 * };
 * ```
 *
 * Everything runs synchronously, one request or job at a time; objects from the store may be changed in place and are kept
 * by `sim.resources.save`. Nothing here may use Date, timers or Math.random: time is `sim.time.now()` and `sim.jobs.schedule`, chance
 * is `sim.chance`. Register the provider in `local/azure/providers.ts`.
 */
import type { ArmErrorBody } from './errors.ts';
import type { FaultOutcome } from './fault-plan.ts';
import type { SimRequest, SimResponse } from './http.ts';
import type { JsonObject } from './json.ts';
import type { Operation, Resource } from './model.ts';
import type { Duration } from './random.ts';
import type { Facet, Sim } from './sim.ts';

/** How a provider's long-running operations look on the wire. */
export interface LroStyle<F extends Facet = Facet> {
  headers: readonly ('azure-async' | 'location')[];
  /** Path of the operation's status; its last segment must be the operation's id. */
  path(operation: Operation): string;
  /** Further query parameters of the status URL. */
  query?(operation: Operation): Record<string, string>;
  /** Api-version in emitted URLs, when it is not the request's. */
  apiVersion?: string;
  /** Path of the `Location` URL; default the status path with `monitor=true`. Its last segment must be the operation's id. */
  locationPath?(operation: Operation): string;
  /** Seconds of Azure time; absent means no header. */
  retryAfter?: number;
  pollRetryAfter?: number;
  /** Status of the final GET on Location; default 200 with `operation.output` or an empty body. */
  locationDone?: 200 | 204;
  /** More headers of the first answer. */
  firstHeaders?: Record<string, string>;
  status: (operation: Operation, sim: Sim<F>) => JsonObject;
}

/** What a PUT, DELETE or action leads to. */
export interface Plan {
  /** First answer; default 201 for a create, 200 for an update, 200/202 for a delete without/with duration, 202 for actions. */
  status?: number;
  /** Azure seconds (a number is taken as it is, divided by the time scale only); absent means done at once and no LRO. */
  duration?: Duration | number;
  /** `provisioningState` while it runs; default `Creating`, `Updating`, `Deleting`; null leaves the property alone. */
  state?: string | null;
  /** Body of the first answer; default the resource's view (PUT), nothing (DELETE, actions). */
  body?: JsonObject;
  headers?: Record<string, string>;
  fails?: ArmErrorBody;
  data?: JsonObject;
  output?: JsonObject;
  /** No new operation: the answer points at this one, which runs already (a repeated DELETE). */
  join?: Operation;
  /** Replaces the provider's style; `body` is polling of the resource itself. */
  lro?: LroStyle | 'body';
}

interface Call<F extends Facet = Facet> {
  sim: Sim<F>;
  request: SimRequest;
  apiVersion: string;
  query: URLSearchParams;
}
export interface Put<F extends Facet = Facet> extends Call<F> {
  kind: 'create' | 'update';
  body: JsonObject;
  /** What will be stored: envelope filled in, `properties` a copy of the body's. Change it in place. */
  resource: Resource;
  /** As it is before this PUT; changes to it are lost. */
  existing: Resource | undefined;
  parent: Resource | undefined;
  /** True for a PATCH, whose body was merged into the existing resource already. */
  patch: boolean;
}
export interface Delete<F extends Facet = Facet> extends Call<F> {
  resource: Resource;
  /** The group (or the parent) is being deleted and asks the same question. */
  cascade: boolean;
  /** `forceDeletion=true`, or the type stands in the group's `forceDeletionTypes`. */
  force: boolean;
}
export interface ActionCall<F extends Facet = Facet> extends Call<F> {
  resource: Resource;
  body: JsonObject;
}
export interface Settled<F extends Facet = Facet> {
  sim: Sim<F>;
  operation: Operation;
  /** Absent when it vanished meanwhile; for a succeeded delete still there, removed right after this call. */
  resource: Resource | undefined;
}
export interface Action<F extends Facet = Facet> {
  method?: 'POST' | 'GET' | 'DELETE';
  /** More path segments allowed after the action: `containers/{c}/logs` is an action of that name with a wildcard `*`. */
  run: (call: ActionCall<F> & { wildcards: string[] }) => { response: SimResponse } | { plan: Plan };
}

export interface ResourceType<F extends Facet = Facet> {
  /** Below the namespace: `virtualNetworks/subnets`. */
  type: string;
  apiVersions: readonly string[];
  /** Where it may stand: in a group (default), at a subscription, or on any scope (locks, role assignments). */
  scope?: 'group' | 'subscription' | 'any';
  /** Has location and tags and is in `resources.list`; default true for top-level types in a group. */
  tracked?: boolean;
  /** Long-running operations in another style than the provider's. */
  lro?: LroStyle<F>;
  /** `location` must be in the body of a create; default: tracked. */
  needsLocation?: boolean;
  put?: (put: Put<F>) => Plan;
  /** PATCH: `merge` (default) merges the body and calls `put`; false refuses. */
  patch?: 'merge' | false;
  /** Answers every request on this type itself: for what is no stored resource, such as `{scope}/providers/Microsoft.Resources/tags/default`. */
  serve?: (
    call: Call<F> & { scope: string; path: string; name: string | undefined; body: JsonObject; action: string[] },
  ) => SimResponse;
  delete?: (request: Delete<F>) => Plan;
  /** Status of DELETE when it is not there; default 204. */
  absent?: 204 | 404;
  /** Group cascade: lower goes first; equal ones together. Default 50. */
  deleteOrder?: number;
  actions?: Record<string, Action<F>>;
  settled?: (settled: Settled<F>) => void;
  /** Called after the resource left the store, however it went (delete, cascade, parent's end). */
  removed?: (sim: Sim<F>, resource: Resource) => void;
  /** Wire form; default {@link defaultView}. `list` is true inside lists. */
  view?: (
    resource: Resource,
    sim: Sim<F>,
    query: { expand: string | undefined; list: boolean; apiVersion: string },
  ) => JsonObject;
  /** What it costs now; asked again at every save. */
  meters?: (resource: Resource, sim: Sim<F>) => Meter[];
  /** A fault of a kind only this type understands (unhealthy, silent, crash-loop, evict, change-ip) takes hold now. */
  behave?: (sim: Sim<F>, resource: Resource, fault: FaultOutcome) => void;
  /** Names outside this are refused with 400 InvalidResourceName. */
  namePattern?: RegExp;
  /** Further answer headers for requests on this type (rate-limit counters of the provider); may throw 429. */
  limits?: (
    sim: Sim<F>,
    request: { method: string; operation: string; subscription: string },
  ) => Record<string, string>;
}

/** Billed per second: `quantity` units of the price table's meter per hour. */
export interface Meter {
  meter: string;
  quantity: number;
}

/** A call that is no resource: usages, SKUs, login pages. `path` holds `{name}` holes and matches without case. */
export interface Route<F extends Facet = Facet> {
  method: string;
  path: string;
  /** For ARM paths: the api-versions taken. Absent: no api-version and no token is asked for. */
  apiVersions?: readonly string[] | 'any';
  /** What a role must allow, where it is not the path's own words. */
  action?: string;
  handle: (call: {
    sim: Sim<F>;
    request: SimRequest;
    query: URLSearchParams;
    params: Record<string, string>;
    body: JsonObject;
  }) => SimResponse;
}

/** Answers for another host than ARM (`control.vault.azure.net`, `prices.azure.com`, `<fqdn>:8080`). */
export interface HostRoute<F extends Facet = Facet> {
  matches: (host: string, sim: Sim<F>) => boolean;
  /** ArmError thrown here is answered as `{error}`. The request's `url` holds host, path and query. */
  handle: (sim: Sim<F>, request: SimRequest) => SimResponse;
}

/** Looks at every ARM request before it is served and may refuse it by throwing ArmError (locks, policy, RBAC). */
export type Guard<F extends Facet = Facet> = (sim: Sim<F>, access: Access) => void;
export interface Access {
  method: string;
  /** `Microsoft.Network/virtualNetworks/write` */
  action: string;
  /** Id of the resource or scope. */
  scope: string;
  type: string;
  request: SimRequest;
  body: JsonObject;
}

export interface Provider<F extends Facet = Facet> {
  namespace: string;
  types: readonly ResourceType<F>[];
  lro?: LroStyle<F>;
  routes?: readonly Route<F>[];
  hosts?: readonly HostRoute<F>[];
  jobs?: Record<string, (sim: Sim<F>, data: JsonObject) => void>;
  guards?: readonly Guard<F>[];
  /** USD per unit of a meter and the unit's hours; the first provider that has one is asked. */
  price?(meter: string, location: string): number | undefined;
  /** `POST /_sim/alerts`; the first provider that has it is asked. */
  alert?: (sim: Sim<F>, body: JsonObject) => SimResponse;
  /** What faults do to the programs inside resources of a type that another provider has (`Microsoft.Compute/virtualMachines`). */
  inside?: Record<string, (sim: Sim<F>, resource: Resource, fault: FaultOutcome) => void>;
  /** Called once when the simulator starts, after its state is loaded: seed what must pre-exist (idempotent). */
  start?: (sim: Sim<F>) => void;
}

export type { Operation, Resource } from './model.ts';
export type { Facet, Sim } from './sim.ts';
