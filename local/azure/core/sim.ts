import type { ArmError } from './errors.ts';
import type { FaultOutcome } from './fault-plan.ts';
import type { Faults, Occasion } from './faults.ts';
import type { SimRequest, SimResponse } from './http.ts';
import type { JsonObject } from './json.ts';
import type { Operation, Resource } from './model.ts';
import type { Duration, SeededChance } from './random.ts';
import type { Resources } from './resources.ts';
import type { Settings } from './settings.ts';
import type { Collection } from './store.ts';

/** What the kernel gives to providers. */
export interface Sim {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly timeScale: number;
  readonly chance: SeededChance;
  readonly resources: Resources;
  readonly faults: Faults;
  readonly settings: Settings;
  /** Where alerts go whose call names no address. */
  webhook(): string | undefined;
  /** ms since the epoch; never scaled. */
  now(): number;
  /** What Azure's clock shows at a time of {@link now}, default at present: less, once it was set back. */
  shown(ms?: number): number;
  /** `2026-11-21T02:03:04.0000000Z` of `ms`, default now. */
  iso(ms?: number): string;
  /** A state of the provider's own that survives restarts; `secret` puts it into the vault's file. */
  state<T>(name: string, options?: { secret?: boolean }): Collection<T>;
  /** Runs the provider's job `kind` after `seconds` of Azure time (divided by the time scale). Returns what `cancel` takes. */
  schedule(kind: string, seconds: number, data: JsonObject): string;
  cancel(job: string): void;
  /** 1, 2, 3... per key, the `nth` of a draw; a key with a lower-case resource id among its words is forgotten with that resource. */
  nth(key: string): number;
  /** One draw in Azure seconds for the nth time this is asked for `key`. */
  seconds(duration: Duration | number, key: string): number;
  guid(key: string): string;
  /** How the resource reads on the wire. */
  view(resource: Resource, query?: { expand?: string; list?: boolean; apiVersion?: string }): JsonObject;
  /** Takes the resource and its children away at once (no operation), with all hooks. */
  remove(id: string): void;
  /** Ends a running operation now, as `Canceled` or `Failed`. */
  end(operation: Operation, status: 'Succeeded' | 'Canceled' | 'Failed', error?: Operation['error']): void;
  /** Starts deleting a resource as a group's cascade or a VM's `deleteOption` does; undefined when it is gone at once. @throws ArmError when it is in use */
  beginDelete(resource: Resource, options?: { force: boolean }): Operation | undefined;
  /** The newest api-version of its type. */
  apiVersion(resource: Resource): string;
  /** Is in `resources.list`. */
  tracked(resource: Resource): boolean;
  /** Eventual consistency: a fresh resource is not there yet for reads (lists, later still). */
  visible(resource: Resource, by: 'read' | 'list'): boolean;
  deleteOrder(resource: Resource): number;
  /** What is registered; who has no types of its own is none of Azure's providers. */
  namespaces(): { namespace: string; types: { type: string; apiVersions: readonly string[] }[] }[];
  /** Serves an ARM request from inside (template deployments). @throws ArmError */
  arm(request: SimRequest): SimResponse;
  /** Lets the fault plan act on a request that is not ARM's (a vault's secret). @throws ArmError when the fault is one */
  inject(occasion: Occasion): FaultOutcome | undefined;
  /** Running operations on this resource. */
  running(resourceId: string): Operation[];
  operation(id: string): Operation | undefined;
  /** Saves a changed operation. */
  saveOperation(operation: Operation): void;
  /** A token bucket: remaining after taking one, or how many seconds to wait. */
  take(bucket: string, capacity: number, perSecond: number): { remaining: number; wait: number };
  /** Adds a line to the activity log. */
  log(entry: ActivityEntry): void;
  /** Who sent the request, from its bearer token. */
  caller(request: SimRequest): { appId: string; objectId: string };
  /** Sends a request out of the simulator; the clock waits for its answer. */
  send(request: Outbound): Promise<OutboundAnswer>;
  /** Runs `task` in the simulator's single thread later (from asynchronous code) and keeps what it changed. */
  transact(task: () => void): void;
  /** The 404 for a resource that is not there: its group, its parent or itself is missing, in this order. */
  missing(id: string): ArmError;
  /** Its location, else its group's. */
  region(resource: Resource): string;
}

export interface ActivityEntry {
  operationName: string;
  resourceId: string;
  status: 'Started' | 'Accepted' | 'Succeeded' | 'Failed';
  caller?: string;
  correlationId?: string;
  category?: 'Administrative' | 'ResourceHealth' | 'Policy';
  properties?: JsonObject;
}

export interface Outbound {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
}
export interface OutboundAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}
