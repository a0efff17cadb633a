/** What a simulated agent runs in: a machine, or a container. */
import { noteLevel } from '../azure/compute/vm-history.ts';
import { isUp, stateOf } from '../azure/compute/vm-state.ts';
import { containersOf, lifeOf } from '../azure/container-instance/instance-view.ts';
import { groupState, type Life, moment } from '../azure/container-instance/life.ts';
import { CONTAINER_GROUP } from '../azure/container-instance/quota.ts';
import type { Resource } from '../azure/core/model.ts';
import type { Sim } from '../azure/core/sim.ts';
import { insideOf, refusalOf } from './faults.ts';
import { hasWayOut } from './reach.ts';

type Looks = Sim<'time' | 'resources' | 'operations'>;

/** How the programs inside stand. */
export interface Condition {
  /** The agent itself does not run just now. */
  dead: boolean;
  /** Nothing is heard of it. */
  silent: boolean;
  /** It says that the mixing program does not work. */
  broken: boolean;
  /** The mixing program ends again and again. */
  crashing: boolean;
  /** Why its destination does not take the stream. */
  refusal?: string;
}

export interface Home {
  /** Which start of it this is, what belongs to an earlier one falls silent; undefined while it is not up. */
  startOf(sim: Looks, resource: Resource): number | undefined;
  /** Whether what it sends can get out. */
  isOpen(sim: Looks, resource: Resource): boolean;
  condition(sim: Looks, resource: Resource): Condition;
  /** When its programs were started anew from outside; ms since the epoch. */
  restartedAt(resource: Resource): number;
  /** The program was started anew: what was broken inside works again. */
  mend(resource: Resource): void;
  /** What its programs keep it doing. */
  note(resource: Resource, at: number, level: 'broken' | 'busy' | 'idle'): void;
}

const machine: Home = {
  startOf: (_sim, vm) => (isUp(vm) ? stateOf(vm).boots : undefined),
  isOpen: hasWayOut,
  condition(_sim, vm) {
    const { silent, unhealthy, crashing } = insideOf(vm);
    return {
      ...{ dead: false, silent: silent !== undefined },
      ...{ broken: unhealthy !== undefined || crashing !== undefined, crashing: crashing !== undefined },
    };
  },
  restartedAt: (vm) => Number(vm.hidden.restartedAt ?? 0),
  mend(vm) {
    delete vm.hidden.inside;
  },
  note: noteLevel,
};

const container: Home = {
  startOf(sim, group) {
    const life = lifeOf(sim, group);
    return groupState(life, sim.time.now()) === 'Running' ? life.startedAt : undefined;
  },
  // Without a subnet of its own every container group reaches the internet.
  isOpen: () => true,
  condition(sim, group) {
    const life = lifeOf(sim, group);
    const now = sim.time.now();
    const since = (at: number | undefined) => at !== undefined && now >= at;
    const first = containersOf(group)[0];
    const refusal = refusalOf(group);
    return {
      ...{ dead: first === undefined || moment(life, now, first).state !== 'Running', silent: since(life.silentFrom) },
      ...{ broken: since(life.unhealthyFrom), crashing: since(life.crashingFrom) },
      ...(refusal === undefined ? {} : { refusal }),
    };
  },
  restartedAt: () => 0,
  mend(group) {
    delete (group.hidden.life as Life).unhealthyFrom;
  },
  note: () => {},
};

export const homeOf = (resource: Resource): Home =>
  resource.type.toLowerCase() === CONTAINER_GROUP.toLowerCase() ? container : machine;
