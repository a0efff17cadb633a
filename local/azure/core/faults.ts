import { type Effect, effectOf, hit } from './fault-effects.ts';
import {
  BEHAVIOUR_KINDS,
  type Fault,
  type FaultOutcome,
  type FaultPlan,
  faultPlan,
  type Occasion,
} from './fault-plan.ts';
import type { SeededChance } from './random.ts';
import type { Injection } from './sim.ts';
import type { Collection, Store } from './store.ts';

/** `*` any run of characters, `?` one; without case. */
export function glob(pattern: string, value: string): boolean {
  const source = pattern
    .split('')
    .map((char) => (char === '*' ? '.*' : char === '?' ? '.' : char.replace(/[\\^$.|+()[\]{}]/g, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`, 'is').test(value);
}

const fits = (fault: Fault, occasion: Occasion): boolean => {
  const { match } = fault;
  const operation = match.operation ?? 'any';
  return (
    glob(match.type, occasion.type) &&
    glob(match.name ?? '*', occasion.name) &&
    glob(match.region ?? '*', occasion.region) &&
    (operation === 'any' || operation === occasion.operation)
  );
};

const isBehaviour = (fault: Fault): boolean => (BEHAVIOUR_KINDS as readonly string[]).includes(fault.outcome.kind);

interface Counted {
  fault: Fault;
  matches: number;
  hits: number;
}

/** The plan in force and how often each of its faults has matched and hit; both survive a restart. */
export class Faults implements Injection {
  /** The fault that hit the request being served; operations it starts feel it. */
  current: FaultOutcome | undefined;
  /** What that fault does to the connection. */
  effect: Effect | undefined;
  readonly #kept: Collection<Counted>;
  readonly #chance: SeededChance;

  readonly #world: { subscriptionId: string; scale: number };

  constructor(store: Store, chance: SeededChance, world: { subscriptionId: string; scale: number }) {
    this.#world = world;
    this.#kept = store.collection('faults');
    this.#chance = chance;
  }
  /** @throws z.ZodError when it is no fault plan */
  replace(plan: unknown): FaultPlan {
    const parsed = faultPlan.parse(plan);
    this.clear();
    parsed.forEach((fault, index) => {
      this.#kept.set(String(index), { fault, matches: 0, hits: 0 });
    });
    return parsed;
  }
  clear(): void {
    for (const [key] of [...this.#kept.entries()]) this.#kept.delete(key);
  }
  list(): Counted[] {
    return [...this.#kept.values()];
  }
  inject(occasion: Occasion): FaultOutcome | undefined {
    const fault = this.request(occasion);
    this.effect = fault ? (effectOf(fault, occasion) ?? this.effect) : this.effect;
    hit(fault, this.#world);
    return fault;
  }
  /** What happens to this request or operation, if anything. */
  request(occasion: Occasion): FaultOutcome | undefined {
    return this.#take(occasion, (fault) => !isBehaviour(fault));
  }
  /** What will be wrong with this resource, if anything: asked once when it comes into being and, for a new plan, once per existing one. */
  behaviour(occasion: Occasion, existing: boolean): FaultOutcome | undefined {
    return this.#take(occasion, (fault) => isBehaviour(fault) && !(existing && fault.match.operation === 'create'));
  }
  #take(occasion: Occasion, wanted: (fault: Fault) => boolean): FaultOutcome | undefined {
    for (const [key, counted] of this.#kept.entries()) {
      const { fault } = counted;
      if (!wanted(fault) || !fits(fault, occasion)) continue;
      counted.matches++;
      this.#kept.set(key, counted);
      const first = fault.nth ?? 1;
      const times = fault.times ?? (fault.nth === undefined ? Number.POSITIVE_INFINITY : 1);
      if (counted.matches < first || counted.hits >= times) continue;
      const { probability = 1 } = fault;
      if (probability < 1 && this.#chance.uniform('fault', key, counted.matches) >= probability) continue;
      counted.hits++;
      return fault.outcome;
    }
    return undefined;
  }
}
