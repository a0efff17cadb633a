import type { Clock } from '../../clock.ts';
import { Buckets } from './buckets.ts';
import { callerOf } from './caller.ts';
import type { KnownType } from './catalog.ts';
import { Catalog } from './catalog.ts';
import { refuse } from './constraint.ts';
import { ARM } from './constraints.ts';
import { Draws } from './draws.ts';
import { ArmError, groupNotFound, resourceNotFound } from './errors.ts';
import { type Effect, faultNow, faultText, hit } from './fault-effects.ts';
import type { FaultOutcome } from './fault-plan.ts';
import { Faults, type Occasion } from './faults.ts';
import type { SimRequest, SimResponse } from './http.ts';
import { groupIdOf, groupNameOf, keyOf, nameOf, parentId, parseArmPath } from './ids.ts';
import type { JsonObject } from './json.ts';
import { Metering } from './meter.ts';
import type { Operation, Resource } from './model.ts';
import { OperationStore } from './operation-store.ts';
import type { Plan, Provider } from './provider.ts';
import { type Duration, SeededChance } from './random.ts';
import { Resources } from './resources.ts';
import { Scheduler } from './scheduler.ts';
import { type Settings, SettingsStore } from './settings.ts';
import type { ActivityEntry, ControlPlane, Outbound, OutboundAnswer, Sim } from './sim.ts';
import type { Collection, Store } from './store.ts';
import { defaultView } from './view.ts';

export interface KernelOptions {
  clock: Clock;
  store: Store;
  seed: string;
  timeScale: number;
  subscriptionId: string;
  tenantId: string;
  providers: readonly Provider[];
  controlPlane?: ControlPlane | undefined;
}

const ACTIVITY_KEPT = 2000;

/** The state machine under all providers: resources, operations, jobs, faults and the meter, driven by one clock. */
export class Kernel implements Sim {
  readonly clock: Clock;
  readonly store: Store;
  readonly catalog: Catalog;
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly timeScale: number;
  readonly chance: SeededChance;
  readonly draws: Draws;
  readonly resources: Resources;
  readonly faults: Faults;
  readonly metering: Metering;
  readonly controlPlane: ControlPlane | undefined;
  readonly settingsStore: SettingsStore;
  /** The fault that hit the request being served; operations it starts feel it. */
  current: FaultOutcome | undefined;
  /** What that fault does to the connection. */
  effect: Effect | undefined;
  /** ARM itself, for template deployments; set by the composition. */
  arm: (request: SimRequest) => SimResponse = () => ({ status: 500 });
  readonly #scheduler: Scheduler;
  readonly #operations: OperationStore;
  readonly #counters: Collection<number>;
  readonly #activity: Collection<JsonObject>;
  readonly #buckets = new Buckets();

  constructor(options: KernelOptions) {
    this.clock = options.clock;
    this.store = options.store;
    this.catalog = new Catalog(options.providers);
    this.subscriptionId = options.subscriptionId;
    this.tenantId = options.tenantId;
    this.timeScale = options.timeScale;
    this.controlPlane = options.controlPlane;
    this.settingsStore = new SettingsStore(this.store);
    this.chance = new SeededChance(options.seed);
    this.draws = new Draws(this.store, this.chance);
    this.faults = new Faults(this.store, this.chance);
    this.metering = new Metering(this.store);
    this.#counters = this.store.collection('counters');
    this.#activity = this.store.collection('activity');
    this.#operations = new OperationStore(this.store);
    this.resources = new Resources(this.store, (resource) => this.#meter(resource));
    this.#scheduler = new Scheduler(this.store, this.clock, (kind, data) => this.#job(kind, data));
  }
  get settings(): Settings {
    return this.settingsStore.get();
  }
  start(): void {
    for (const provider of this.catalog.providers) provider.start?.(this);
    this.#scheduler.start();
    this.store.commit();
  }
  stop(): void {
    this.#scheduler.stop();
    this.store.close();
  }
  now(): number {
    return this.clock.now();
  }
  iso(ms = this.now()): string {
    return new Date(ms).toISOString().replace('Z', '0000Z');
  }
  state<T>(name: string, options: { secret?: boolean } = {}): Collection<T> {
    return this.store.collection<T>(name, options);
  }
  schedule(kind: string, seconds: number, data: JsonObject): string {
    return this.#scheduler.schedule(this.now() + (seconds * 1000) / this.timeScale, kind, data);
  }
  cancel(job: string): void {
    this.#scheduler.cancel(job);
  }
  nth(key: string): number {
    return this.draws.nth(key);
  }
  seconds(duration: Duration | number, key: string): number {
    return this.draws.seconds(duration, key);
  }
  guid(key: string): string {
    return this.draws.guid(key);
  }
  view(resource: Resource, query: { expand?: string; list?: boolean; apiVersion?: string } = {}): JsonObject {
    const type = this.catalog.type(resource.type)?.type;
    const full = { expand: query.expand, list: query.list ?? false, apiVersion: query.apiVersion ?? '' };
    return type?.view?.(resource, this, full) ?? defaultView(resource);
  }
  region(resource: Resource): string {
    return resource.location ?? this.resources.get(resource.id.split('/').slice(0, 5).join('/'))?.location ?? 'global';
  }
  take(bucket: string, capacity: number, perSecond: number): { remaining: number; wait: number } {
    return this.#buckets.take(bucket, capacity, perSecond, this.now());
  }
  caller(request: SimRequest): { appId: string; objectId: string } {
    return callerOf(request);
  }
  log(entry: ActivityEntry): void {
    const n = (this.#counters.get('activity') ?? 0) + 1;
    this.#counters.set('activity', n);
    this.#activity.set(String(n), { eventTimestamp: this.iso(), category: 'Administrative', ...entry });
    this.#activity.delete(String(n - ACTIVITY_KEPT));
  }
  activity(): JsonObject[] {
    return [...this.#activity.values()];
  }

  /** Carries out what a PUT, DELETE or action planned. Without a duration it is done at once and nothing is returned. */
  begin(
    plan: Plan,
    what: { kind: Operation['kind']; action?: string; resource: Resource; apiVersion: string },
  ): Operation | undefined {
    const { resource, kind } = what;
    const fault = this.current;
    const key = `${keyOf(resource.id)} ${what.action ?? kind}`;
    const fails =
      fault?.kind === 'operation-fails'
        ? { code: fault.code ?? 'InternalOperationError', message: fault.message ?? faultText(fault.code) }
        : plan.fails;
    if (plan.duration === undefined && fails) throw new ArmError(fault?.status ?? 409, fails.code, fails.message);
    const extra = fault?.kind === 'slow' ? (fault.seconds ?? 600) : 0;
    const seconds = plan.duration === undefined ? 0 : this.seconds(this.#learned(what) ?? plan.duration, key) + extra;
    const endsAt = fault?.kind === 'stuck' ? Number.POSITIVE_INFINITY : this.now() + (seconds * 1000) / this.timeScale;
    const operation: Operation = {
      id: this.guid(`operation ${key}`),
      kind,
      action: what.action,
      resourceId: resource.id,
      type: resource.type,
      subscription: resource.id.split('/')[2] ?? this.subscriptionId,
      location: this.region(resource),
      apiVersion: what.apiVersion,
      status: 'InProgress',
      startedAt: this.now(),
      endsAt,
      fails,
      output: plan.output,
      data: {
        ...plan.data,
        ...(plan.state === null ? { keepState: true } : {}),
        ...(extra ? { slow: extra } : {}),
        ...(fault?.kind === 'stuck' ? { stuck: true } : {}),
      },
      polls: 0,
      jobId: '',
    };
    if (plan.duration === undefined) {
      this.#settle(operation, 'Succeeded');
      return undefined;
    }
    if (plan.state !== null && kind !== 'action') {
      const usual = kind === 'create' ? 'Creating' : kind === 'update' ? 'Updating' : 'Deleting';
      resource.properties.provisioningState = plan.state ?? usual;
      this.resources.save(resource);
    }
    operation.jobId = this.#scheduler.schedule(endsAt, 'core.operation', { id: operation.id });
    this.#operations.add(operation, this.now());
    return operation;
  }
  operation(id: string): Operation | undefined {
    return this.#operations.get(id);
  }
  saveOperation(operation: Operation): void {
    this.#operations.save(operation);
  }
  running(resourceId: string): Operation[] {
    return this.#operations.running(resourceId);
  }
  end(operation: Operation, status: 'Succeeded' | 'Canceled' | 'Failed', error?: Operation['error']): void {
    if (operation.status !== 'InProgress') return;
    this.#scheduler.cancel(operation.jobId);
    if (error) operation.error = error;
    this.#settle(operation, status);
  }
  remove(id: string): void {
    for (const inner of this.resources.children(id)) this.remove(inner.id);
    const resource = this.resources.remove(id);
    if (!resource) return;
    this.metering.end(id, this.now());
    this.draws.forget(keyOf(id));
    for (const operation of this.running(id)) this.end(operation, 'Canceled');
    this.catalog.type(resource.type)?.type.removed?.(this, resource);
  }
  /** The 404 for a resource that is not there: its group, its parent or itself is missing, in this order. */
  missing(id: string): ArmError {
    const path = parseArmPath(id);
    if (path.namespace === undefined) return groupNotFound(nameOf(id));
    if (path.group !== undefined && !this.resources.get(groupIdOf(id))) return groupNotFound(groupNameOf(id));
    const above = parentId(id);
    if (above && !this.resources.get(above)) return this.missing(above);
    if (above) return refuse(ARM.childNotFound, { id }, { details: [] });
    return resourceNotFound(`${path.namespace}/${path.types.join('/')}`, path.names.join('/'), path.group ?? '');
  }
  inject(occasion: Occasion): FaultOutcome | undefined {
    const fault = faultNow(this, occasion);
    hit(this, fault);
    return fault;
  }
  beginDelete(resource: Resource, options: { force: boolean } = { force: false }): Operation | undefined {
    const type = this.catalog.type(resource.type)?.type;
    if (!type?.delete) {
      this.remove(resource.id);
      return undefined;
    }
    const request = { method: 'DELETE', url: new URL(`https://management.azure.com${resource.id}`), headers: {} };
    const apiVersion = this.apiVersion(resource);
    const call = {
      sim: this,
      request,
      apiVersion,
      query: request.url.searchParams,
      cascade: true,
      force: options.force,
    };
    const fault = this.faults.request({
      type: resource.type,
      name: resource.name,
      operation: 'delete',
      region: this.region(resource),
    });
    if (fault?.kind === 'error')
      throw new ArmError(fault.status ?? 409, fault.code ?? 'InjectedFault', fault.message ?? faultText(fault.code));
    const plan = type.delete({ ...call, resource });
    const outer = this.current;
    this.current = fault;
    try {
      return plan.join ?? this.begin(plan, { kind: 'delete', resource, apiVersion });
    } finally {
      this.current = outer;
    }
  }
  apiVersion(resource: Resource): string {
    return [...(this.catalog.type(resource.type)?.type.apiVersions ?? [])].sort().pop() ?? '';
  }
  tracked(resource: Resource): boolean {
    return this.catalog.type(resource.type)?.tracked ?? false;
  }
  visible(resource: Resource, by: 'read' | 'list'): boolean {
    const longest = this.settings.consistency[by];
    if (longest === 0) return true;
    const lag = longest * (0.5 + this.chance.uniform('lag', by, keyOf(resource.id)) / 2);
    return this.now() >= resource.createdAt + (lag * 1000) / this.timeScale;
  }
  deleteOrder(resource: Resource): number {
    return this.catalog.type(resource.type)?.type.deleteOrder ?? 50;
  }
  namespaces(): { namespace: string; types: { type: string; apiVersions: readonly string[] }[] }[] {
    return this.catalog.providers.map((one) => ({
      namespace: one.namespace,
      types: one.types.map(({ type, apiVersions }) => ({ type, apiVersions })),
    }));
  }
  /** Lets the plan's behaviours take hold of what exists already. */
  applyFaults(): void {
    for (const resource of [...this.resources.all()]) if (!resource.seeded) this.#behave(resource, true);
  }
  transact(task: () => void): void {
    try {
      task();
    } finally {
      this.store.commit();
    }
  }
  async send(request: Outbound): Promise<OutboundAnswer> {
    const release = this.clock.hold();
    try {
      if (this.controlPlane?.send) return await this.controlPlane.send(request);
      const answer = await fetch(request.url, {
        method: request.method,
        headers: request.headers,
        ...(request.body === undefined ? {} : { body: request.body }),
      });
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
    } finally {
      release();
    }
  }

  #learned(what: { kind: Operation['kind']; action?: string; resource: Resource }): Duration | undefined {
    const wanted = `${what.resource.type} ${what.action ?? what.kind}`.toLowerCase();
    const known = Object.entries(this.settings.durations).find(([name]) => name.toLowerCase() === wanted);
    return known?.[1];
  }
  #settle(operation: Operation, status: 'Succeeded' | 'Failed' | 'Canceled'): void {
    operation.status = status;
    operation.endedAt = this.now();
    const known: KnownType | undefined = this.catalog.type(operation.type);
    if (operation.jobId !== '') this.#operations.save(operation);
    const resource = this.resources.get(operation.resourceId);
    const written = operation.kind === 'create' || operation.kind === 'update';
    if (resource && operation.kind !== 'action' && this.running(resource.id).length === 0) {
      const failed = status === 'Failed';
      if (status !== 'Canceled' && (failed || (written && !operation.data.keepState)))
        resource.properties.provisioningState = failed ? 'Failed' : 'Succeeded';
      this.resources.save(resource);
    }
    known?.type.settled?.({ sim: this, operation, resource });
    if (operation.jobId !== '') this.#operations.save(operation);
    this.log({
      operationName: actionName(operation),
      resourceId: operation.resourceId,
      status: status === 'Succeeded' ? 'Succeeded' : 'Failed',
      ...(operation.error
        ? { properties: { statusCode: operation.error.code, statusMessage: operation.error.message } }
        : {}),
    });
    if (operation.kind === 'delete' && status === 'Succeeded') this.remove(operation.resourceId);
    if (resource && operation.kind === 'create' && status === 'Succeeded') this.#behave(resource, false);
  }
  #job(kind: string, data: JsonObject): void {
    this.transact(() => {
      if (kind === 'core.operation') this.#due(String(data.id));
      else if (kind === 'core.behave') {
        const resource = this.resources.get(String(data.resourceId));
        const fault = data.fault as unknown as FaultOutcome;
        if (resource) this.catalog.type(resource.type)?.type.behave?.(this, resource, fault);
      } else for (const provider of this.catalog.providers) provider.jobs?.[kind]?.(this, data);
    });
  }
  #due(id: string): void {
    const operation = this.#operations.get(id);
    if (operation?.status !== 'InProgress') return;
    if (operation.fails) operation.error = operation.fails;
    this.#settle(operation, operation.fails ? 'Failed' : 'Succeeded');
  }
  #behave(resource: Resource, existing: boolean): void {
    if (!this.catalog.type(resource.type)?.type.behave) return;
    const fault = this.faults.behaviour(
      { type: resource.type, name: nameOf(resource.id), operation: 'create', region: this.region(resource) },
      existing,
    );
    if (fault)
      this.schedule('core.behave', fault.seconds ?? 0, {
        resourceId: resource.id,
        fault: fault as unknown as JsonObject,
      });
  }
  #meter(resource: Resource): void {
    const type = this.catalog.type(resource.type)?.type;
    if (!type?.meters || resource.seeded) return;
    const location = this.region(resource);
    const price = (meter: string): number => {
      for (const provider of this.catalog.providers) {
        const found = provider.price?.(meter, location);
        if (found !== undefined) return found;
      }
      return 0;
    };
    this.metering.set(resource, type.meters(resource, this), price, this.now());
  }
}

/** `Microsoft.Network/virtualNetworks/write`, as the activity log names it. */
export const actionName = (operation: Operation): string => {
  const verb =
    operation.kind === 'delete' ? 'delete' : operation.kind === 'action' ? `${operation.action}/action` : 'write';
  return `${operation.type}/${verb}`;
};
