import type { Clock } from '../../clock.ts';
import { trouble } from '../../troubles.ts';
import { Activity } from './activity.ts';
import { Buckets } from './buckets.ts';
import { Catalog } from './catalog.ts';
import { Consistency } from './consistency.ts';
import { Draws } from './draws.ts';
import { Faults } from './faults.ts';
import type { JsonObject } from './json.ts';
import { Lifecycle } from './lifecycle.ts';
import { Metering } from './meter.ts';
import type { Resource } from './model.ts';
import { Outside, type OutsideOptions } from './outside.ts';
import type { Provider } from './provider.ts';
import { SeededChance } from './random.ts';
import { Resources } from './resources.ts';
import { Scheduler } from './scheduler.ts';
import { type Settings, SettingsStore } from './settings.ts';
import type { Account, Arm, Sim, Types } from './sim.ts';
import { NotWritten, type Store } from './store.ts';
import { Time } from './time.ts';
import { CatalogTypes } from './types.ts';

export interface KernelOptions extends OutsideOptions {
  clock: Clock;
  store: Store;
  seed: string;
  timeScale: number;
  subscriptionId: string;
  tenantId: string;
  providers: readonly Provider[];
}

/** ms until what could not be written is tried again. */
const RETRY_MS = 2000;

/** What stands under all providers: one clock, one store, and the facets over them. */
export class Kernel implements Sim {
  readonly clock: Clock;
  readonly store: Store;
  readonly catalog: Catalog;
  readonly account: Account;
  readonly time: Time;
  readonly chance: SeededChance;
  readonly draws: Draws;
  readonly jobs: Scheduler;
  readonly resources: Resources;
  readonly types: Types;
  readonly consistency: Consistency;
  readonly operations: Lifecycle;
  readonly faults: Faults;
  readonly metering: Metering;
  readonly settingsStore: SettingsStore;
  readonly buckets: Buckets;
  readonly activity: Activity;
  readonly outside: Outside;
  /** ARM itself, for template deployments; set by the composition. */
  arm: Arm = { serve: () => ({ status: 500 }) };
  /** Cancels the next attempt to write what could not be written. */
  #retry: (() => void) | undefined;

  constructor(options: KernelOptions) {
    const { clock, store, timeScale, subscriptionId, tenantId } = options;
    this.clock = clock;
    this.store = store;
    this.catalog = new Catalog(options.providers);
    this.account = { subscriptionId, tenantId };
    this.time = new Time(clock, store, timeScale);
    this.chance = new SeededChance(options.seed);
    this.draws = new Draws(store, this.chance);
    this.settingsStore = new SettingsStore(store);
    this.faults = new Faults(store, this.chance, { subscriptionId, scale: timeScale });
    this.metering = new Metering(store);
    this.buckets = new Buckets(this.time);
    this.activity = new Activity(store, this.time);
    this.resources = new Resources(store, (resource) => this.#meter(resource));
    this.types = new CatalogTypes(this.catalog, this);
    this.consistency = new Consistency(this.settingsStore, this.time, this.chance);
    this.jobs = new Scheduler(store, clock, this.time, (kind, data) => this.#job(kind, data));
    this.operations = new Lifecycle(this, store, this.jobs);
    this.outside = new Outside(clock, options, (task) => this.#transact(task));
  }
  get settings(): Settings {
    return this.settingsStore.get();
  }
  start(): void {
    for (const provider of this.catalog.providers) provider.start?.(this);
    this.jobs.start();
    this.store.commit();
  }
  stop(): void {
    this.jobs.stop();
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
  /** See {@link Time.jump}; what is due by then happens at once. @throws ArmError when no clock can show it */
  jump(seconds: number): void {
    this.time.jump(seconds);
    this.jobs.stop();
    this.jobs.start();
  }
  /** Lets the plan's behaviours take hold of what exists already. */
  applyFaults(): void {
    for (const resource of [...this.resources.all()]) if (!resource.seeded) this.operations.behave(resource, true);
  }

  #transact(task: () => void): void {
    try {
      task();
    } finally {
      this.commit();
    }
  }
  /** A job that fails must not take the process with it: the fault is ours, and is told. */
  #job(kind: string, data: JsonObject): void {
    this.#transact(() => {
      try {
        if (this.operations.job(kind, data)) return;
        for (const provider of this.catalog.providers) provider.jobs?.[kind]?.(this, data);
      } catch (error) {
        console.error(error);
      }
    });
  }
  #meter(resource: Resource): void {
    const type = this.catalog.type(resource.type)?.type;
    if (!type?.meters || resource.seeded) return;
    const location = this.resources.region(resource);
    const price = (meter: string): number => {
      for (const provider of this.catalog.providers) {
        const found = provider.price?.(meter, location);
        if (found !== undefined) return found;
      }
      return 0;
    };
    this.metering.set(resource, type.meters(resource, this), price, this.time.now());
  }
}
