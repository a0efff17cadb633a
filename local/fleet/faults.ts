/** Faults of the programs inside a VM: kept with it until the machine or the program is started anew. */
import { stateOf } from '../azure/compute/vm-state.ts';
import type { FaultOutcome } from '../azure/core/fault-plan.ts';
import type { JsonObject } from '../azure/core/json.ts';
import type { Resource } from '../azure/core/model.ts';
import type { Sim } from '../azure/core/sim.ts';

/** What is wrong inside, each since ms of the epoch. */
export interface Inside extends JsonObject {
  /** The boot it happened in; the next one begins without it. */
  boots?: number;
  /** The agent runs and says that the programs do not work. */
  unhealthy?: number;
  /** Nothing is heard of the agent. */
  silent?: number;
  /** The programs end again and again. */
  crashing?: number;
}

export const insideOf = (vm: Resource): Inside => (vm.hidden.inside ?? {}) as Inside;

export function breakInside(sim: Sim<'time' | 'resources'>, vm: Resource, fault: FaultOutcome): void {
  const inside = insideOf(vm);
  if (fault.kind === 'unhealthy') inside.unhealthy = sim.time.now();
  else if (fault.kind === 'silent') inside.silent = sim.time.now();
  else if (fault.kind === 'crash-loop') inside.crashing = sim.time.now();
  else return;
  inside.boots = stateOf(vm).boots;
  vm.hidden.inside = inside;
  sim.resources.save(vm);
}

/** Why the destination of a light mixer takes no stream, until the key is read again: no restart helps. */
export const refusalOf = (group: Resource): string | undefined =>
  typeof group.hidden.refusal === 'string' ? group.hidden.refusal : undefined;
/** @returns whether there was one */
export function takeRefusal(group: Resource): boolean {
  const refused = refusalOf(group) !== undefined;
  delete group.hidden.refusal;
  return refused;
}

/** Milliseconds that a presenter who leaves stays away: long enough to see the other take over, and to see the return. */
const AWAY_MS = 120_000;
/** Code of a fault `inside` of a relay: the main presenter leaves. */
const PRESENTER_GONE = 'MainPresenterGone';

export const isPresenterAway = (sim: Sim<'time'>, group: Resource): boolean =>
  sim.time.now() < Number(group.hidden.presenterAwayUntil ?? 0);

/** A fault `unhealthy` with a code is what the destination says of the key; what else befalls a container, Azure plays itself. */
export function refuseInside(
  sim: Sim<'time' | 'resources'>,
  group: Resource,
  { kind, code, message }: FaultOutcome,
): void {
  if (kind === 'inside' && code === PRESENTER_GONE) {
    group.hidden.presenterAwayUntil = sim.time.now() + AWAY_MS;
    sim.resources.save(group);
  }
  if (kind !== 'unhealthy' || code === undefined) return;
  group.hidden.refusal = message ?? code;
  sim.resources.save(group);
}
