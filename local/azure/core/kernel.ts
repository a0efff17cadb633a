import type { Clock } from '../../clock.ts';
import { trouble } from '../../troubles.ts';
import { Buckets } from './buckets.ts';
import { callerOf } from './caller.ts';
import { Catalog } from './catalog.ts';
import { refuse } from './constraint.ts';
import { ARM } from './constraints.ts';
import { Draws } from './draws.ts';
import { type ArmError, groupNotFound, resourceNotFound } from './errors.ts';
import { type Effect, faultNow, hit } from './fault-effects.ts';
import type { FaultOutcome } from './fault-plan.ts';
import { Faults, type Occasion } from './faults.ts';
import type { SimRequest, SimResponse } from './http.ts';
import { groupIdOf, groupNameOf, keyOf, nameOf, parentId, parseArmPath } from './ids.ts';
import type { JsonObject } from './json.ts';
import { type Beginning, Lifecycle } from './lifecycle.ts';
import { Metering } from './meter.ts';
import type { Operation, Resource } from './model.ts';
import type { Plan, Provider } from './provider.ts';
import { type Duration, SeededChance } from './random.ts';
import { Resources } from './resources.ts';
import { Scheduler } from './scheduler.ts';
import { type Settings, SettingsStore } from './settings.ts';
import type { ActivityEntry, Outbound, OutboundAnswer, Sim } from './sim.ts';
import { type Collection, NotWritten, type Store } from './store.ts';
import { defaultView } from './view.ts';

export interface KernelOptions {
  clock: Clock;
  store: Store;
  seed: string;
  timeScale: number;
  subscriptionId: string;
  tenantId: string;
  providers: readonly Provider[];
  webhook?: (() => string | undefined) | undefined;
  send?: ((request: Outbound) => Promise<OutboundAnswer>) | undefined;
}

/** ms of real time that who is called from here has for an answer. */
const ANSWER_MS = 30_000;
const ACTIVITY_KEPT = 2000;
/** ms until what could not be written is tried again. */
const RETRY_MS = 2000;
/** ms by which the clock has jumped, among the counters. */
const AHEAD = 'clock ahead';
/** ms by which it shows less than that. */
const BACK = 'clock back';
const LATEST = Date.UTC(9999, 11, 31);

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
  readonly webhook: () => string | undefined;
  readonly settingsStore: SettingsStore;
  /** The fault that hit the request being served; operations it starts feel it. */
  current: FaultOutcome | undefined;
  /** What that fault does to the connection. */
  effect: Effect | undefined;
  /** ARM itself, for template deployments; set by the composition. */
  arm: (request: SimRequest) => SimResponse = () => ({ status: 500 });
  readonly #network: KernelOptions['send'];
  readonly #scheduler: Scheduler;
  readonly #lifecycle: Lifecycle;
  readonly #counters: Collection<number>;
  readonly #activity: Collection<JsonObject>;
  readonly #buckets = new Buckets();
  /** Cancels the next attempt to write what could not be written. */
  #retry: (() => void) | undefined;

  constructor(options: KernelOptions) {
    this.clock = options.clock;
    this.store = options.store;
    this.catalog = new Catalog(options.providers);
    this.subscriptionId = options.subscriptionId;
    this.tenantId = options.tenantId;
    this.timeScale = options.timeScale;
    this.webhook = options.webhook ?? (() => undefined);
    this.#network = options.send;
    this.settingsStore = new SettingsStore(this.store);
    this.chance = new SeededChance(options.seed);
    this.draws = new Draws(this.store, this.chance);
    this.faults = new Faults(this.store, this.chance);
    this.metering = new Metering(this.store);
    this.#counters = this.store.collection('counters');
    this.#activity = this.store.collection('activity');
    this.resources = new Resources(this.store, (resource) => this.#meter(resource));
    this.#scheduler = new Scheduler(
      this.store,
      this.clock,
      () => this.#ahead(),
      (kind, data) => this.#job(kind, data),
    );
    this.#lifecycle = new Lifecycle(this, this.store, this.#scheduler);
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
    this.#retry?.();
    try {
      this.store.close();
    } catch (error) {
      // Nobody was told of it; that the disk was full, everybody was.
      if (!(error instanceof NotWritten)) throw error;
    }
    trouble('the simulator', undefined);
  }
  /**
   * Puts everything on disk.
   * @returns whether it could: until it can, which is tried again and again, nothing of what is in memory may be told
   */
  commit(): boolean {
    try {
      this.store.commit();
    } catch (error) {
      if (!(error instanceof NotWritten)) throw error;
      if (!this.#retry) console.error(`${error.message}. Until then the simulator answers 503`);
      trouble('the simulator', error.message);
      this.#retry?.();
      this.#retry = this.clock.at(this.clock.now() + RETRY_MS, () => void this.commit());
      return false;
    }
    if (this.#retry) {
      this.#retry();
      this.#retry = undefined;
      trouble('the simulator', undefined);
      console.error('What the simulator could not write is written: it goes on');
    }
    return true;
  }
  /** Whether everything in memory is on disk as well; looks again when it was not. */
  get sound(): boolean {
    return this.#retry === undefined || this.commit();
  }
  now(): number {
    return this.clock.now() + this.#ahead();
  }
  /** What Azure's clock shows, in ms: {@link now} never goes back, as nothing takes longer because a clock was set back. */
  shown(ms = this.now()): number {
    return ms - (this.#counters.get(BACK) ?? 0);
  }
  iso(ms = this.now()): string {
    return new Date(this.shown(ms)).toISOString().replace('Z', '0000Z');
  }
  /**
   * Lets Azure's clock jump, against that of everyone else. Forward, what becomes due happens at once; back, only what it shows changes.
   * @throws ArmError when it would show no year of four digits after 1970
   */
  jump(seconds: number): void {
    const to = this.shown() + seconds * 1000;
    if (!(to >= 0 && to < LATEST))
      throw refuse(ARM.invalidContent, { why: 'jumpSeconds leads beyond the years 1970 to 9999' });
    const by = Math.round(Math.abs(seconds) * 1000);
    const counter = seconds < 0 ? BACK : AHEAD;
    this.#counters.set(counter, (this.#counters.get(counter) ?? 0) + by);
    this.#scheduler.stop();
    this.#scheduler.start();
  }
  #ahead(): number {
    return this.#counters.get(AHEAD) ?? 0;
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

  /** Carries out what a PUT, DELETE or action planned; see {@link Lifecycle.begin}. */
  begin(plan: Plan, what: Beginning): Operation | undefined {
    return this.#lifecycle.begin(plan, what);
  }
  operation(id: string): Operation | undefined {
    return this.#lifecycle.operations.get(id);
  }
  saveOperation(operation: Operation): void {
    this.#lifecycle.operations.save(operation);
  }
  running(resourceId: string): Operation[] {
    return this.#lifecycle.operations.running(resourceId);
  }
  end(operation: Operation, status: 'Succeeded' | 'Canceled' | 'Failed', error?: Operation['error']): void {
    this.#lifecycle.end(operation, status, error);
  }
  remove(id: string): void {
    this.#lifecycle.remove(id);
  }
  beginDelete(resource: Resource, options: { force: boolean } = { force: false }): Operation | undefined {
    return this.#lifecycle.beginDelete(resource, options);
  }
  /** Lets the plan's behaviours take hold of what exists already. */
  applyFaults(): void {
    for (const resource of [...this.resources.all()]) if (!resource.seeded) this.#lifecycle.behave(resource, true);
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
    const visible = this.catalog.providers.filter((one) => one.types.length > 0);
    return visible.map((one) => ({
      namespace: one.namespace,
      types: one.types.map(({ type, apiVersions }) => ({ type, apiVersions })),
    }));
  }
  transact(task: () => void): void {
    try {
      task();
    } finally {
      this.commit();
    }
  }
  async send(request: Outbound): Promise<OutboundAnswer> {
    const release = this.clock.hold();
    try {
      if (this.#network) return await this.#network(request);
      const answer = await fetch(request.url, {
        method: request.method,
        headers: request.headers,
        ...(request.body === undefined ? {} : { body: request.body }),
        // Who calls out of Azure gives up too; a receiver that hangs must not gather requests.
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
    } finally {
      release();
    }
  }

  /** A job that fails must not take the process with it: the fault is ours, and is told. */
  #job(kind: string, data: JsonObject): void {
    this.transact(() => {
      try {
        if (this.#lifecycle.job(kind, data)) return;
        for (const provider of this.catalog.providers) provider.jobs?.[kind]?.(this, data);
      } catch (error) {
        console.error(error);
      }
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
