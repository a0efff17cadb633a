/** Runs at most one turn per instance and a limited number at a time; woken by messages, never by polling. */
import type { Clock } from '../clock.ts';

interface Lane {
  limit: number;
  running: number;
  /** Woken in this moment; what else arrives for them in it goes into the same turn. */
  arriving: string[];
  ready: string[];
  /** Index of the next in `ready`. */
  next: number;
}

export class Dispatcher {
  #clock: Clock;
  #lanes: { orchestrator: Lane; entity: Lane };
  /** Instances that run or are ready, each with the release of its hold on the clock; `again` when more arrived while running. */
  #live = new Map<string, { release: () => void; running: boolean; again: boolean }>();
  #run: (instanceId: string) => Promise<void>;
  #full: () => boolean;
  #started = false;
  #scheduled = false;
  #idle: (() => void)[] = [];

  /**
   * @param run one turn; must not reject
   * @param full true while no more turns should begin; `pump` must be called when that ends
   */
  constructor(
    clock: Clock,
    limits: { orchestrators: number; entities: number },
    run: (instanceId: string) => Promise<void>,
    full: () => boolean,
  ) {
    this.#clock = clock;
    this.#run = run;
    this.#full = full;
    this.#lanes = {
      orchestrator: { limit: limits.orchestrators, running: 0, arriving: [], ready: [], next: 0 },
      entity: { limit: limits.entities, running: 0, arriving: [], ready: [], next: 0 },
    };
  }
  /** Says that something has arrived for the instance. */
  wake(instanceId: string): void {
    const live = this.#live.get(instanceId);
    if (live) {
      if (live.running) live.again = true;
      return;
    }
    this.#live.set(instanceId, { release: this.#clock.hold(), running: false, again: false });
    this.#lane(instanceId).arriving.push(instanceId);
    this.#schedule();
  }
  start(): void {
    this.#started = true;
    this.#schedule();
  }
  /** Begins turns as far as limits allow. */
  pump(): void {
    this.#pump(this.#lanes.orchestrator);
    this.#pump(this.#lanes.entity);
  }
  /** Starts no more turns; resolves when those running have ended. */
  async stop(): Promise<void> {
    this.#started = false;
    if (this.#lanes.orchestrator.running + this.#lanes.entity.running > 0) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
    for (const { release } of this.#live.values()) release();
    this.#live.clear();
  }
  /** Turns begin a moment later, so that what arrives in the same moment is taken up by one turn. */
  #schedule(): void {
    if (this.#scheduled || !this.#started) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      for (const lane of Object.values(this.#lanes)) {
        // What was taken is cut off here, once per moment, instead of shifting the list for each.
        lane.ready = lane.ready.slice(lane.next).concat(lane.arriving);
        lane.next = 0;
        lane.arriving = [];
      }
      this.pump();
    });
  }
  #lane(instanceId: string): Lane {
    return instanceId.startsWith('@') ? this.#lanes.entity : this.#lanes.orchestrator;
  }
  #pump(lane: Lane): void {
    while (this.#started && lane.running < lane.limit && !this.#full()) {
      const next = lane.ready[lane.next];
      if (next === undefined) return;
      lane.next++;
      lane.running++;
      void this.#turn(lane, next);
    }
  }
  async #turn(lane: Lane, instanceId: string): Promise<void> {
    const live = this.#live.get(instanceId);
    if (live) live.running = true;
    await this.#run(instanceId);
    lane.running--;
    this.#live.delete(instanceId);
    if (live?.again) this.wake(instanceId);
    live?.release();
    this.#pump(lane);
    if (!this.#started && this.#lanes.orchestrator.running + this.#lanes.entity.running === 0) {
      for (const resolve of this.#idle.splice(0)) resolve();
    }
  }
}
