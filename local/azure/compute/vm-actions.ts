/** start, powerOff, deallocate, restart, redeploy and the other actions on a virtual machine. */
import { refuse } from '../core/constraint.ts';
import type { Action, ActionCall, Plan, Settled } from '../core/provider.ts';
import type { Duration } from '../core/random.ts';
import { checkCapacity } from './capacity.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import { ACTION_LRO } from './lro.ts';
import { vmSize } from './sizes.ts';
import { vmSizeList } from './skus.ts';
import { markDisks } from './vm-disks.ts';
import { refuseBusy } from './vm-put.ts';
import { isSpot, type Power, setPower, sizeName, stateOf } from './vm-state.ts';
import { instanceView } from './vm-view.ts';

interface PowerAction {
  duration: Duration;
  /** What the VM is when it has ended. */
  ends: Power;
  /** Power states in which there is nothing to do: answered after a moment, as Azure does. */
  idle: readonly Power[];
  /** Refused while deallocated. */
  needsAllocation?: boolean;
}

/** Durations by experience (restart 20-60 s, deallocate 30-120 s, redeploy 2-6 min). */
const POWER: Readonly<Record<string, PowerAction>> = {
  start: { duration: { median: 35, p95: 90 }, ends: 'running', idle: ['running'] },
  powerOff: { duration: { median: 20, p95: 60 }, ends: 'stopped', idle: ['stopped', 'deallocated'] },
  deallocate: { duration: { median: 50, p95: 120 }, ends: 'deallocated', idle: ['deallocated'] },
  restart: { duration: { median: 30, p95: 70 }, ends: 'running', idle: [], needsAllocation: true },
  redeploy: { duration: { median: 180, p95: 360 }, ends: 'running', idle: [], needsAllocation: true },
  reimage: { duration: { median: 150, p95: 400 }, ends: 'running', idle: [], needsAllocation: true },
  reapply: { duration: { median: 15, p95: 40 }, ends: 'running', idle: ['running', 'stopped', 'deallocated'] },
};
const NOTHING_TO_DO = { median: 2, p95: 5 };

const byName = new Map(Object.entries(POWER).map(([name, action]) => [name.toLowerCase(), action]));

function power(name: string, action: PowerAction): Action<'time' | 'store' | 'resources' | 'operations'> {
  return {
    run({ sim, resource: vm }: ActionCall<'time' | 'store' | 'resources' | 'operations'>): { plan: Plan } {
      refuseBusy(sim, vm, name);
      const { power: now } = stateOf(vm);
      if (action.needsAllocation && now === 'deallocated')
        throw refuse(C.deallocated, { operation: name, vm: vm.name });
      const size = vmSize(sizeName(vm));
      if (name === 'start' && now === 'deallocated' && size) checkCapacity(sim, vm, size);
      const idle = action.idle.includes(now);
      return { plan: { duration: idle ? NOTHING_TO_DO : action.duration, lro: ACTION_LRO, data: { idle } } };
    },
  };
}

/** How a power action ends; a failed one leaves the VM as it was. */
export function settledAction({
  sim,
  operation,
  resource: vm,
}: Settled<'time' | 'draws' | 'jobs' | 'resources'>): void {
  const action = byName.get(operation.action?.toLowerCase() ?? '');
  if (!vm || !action || operation.status !== 'Succeeded' || operation.data.idle) return;
  markDisks(sim, vm, action.ends === 'deallocated' ? 'Reserved' : 'Attached');
  setPower(sim, vm, action.ends);
}

/** Azure gives an evicted VM about thirty seconds of notice. */
export const EVICTION_NOTICE = 30;

const simulateEviction: Action<'jobs'> = {
  run({ sim, resource: vm }) {
    if (!isSpot(vm)) throw refuse(C.notSpot);
    sim.jobs.schedule('compute.evict', EVICTION_NOTICE, { id: vm.id });
    return { response: { status: 204 } };
  },
};

const generalize: Action<'resources'> = {
  run({ sim, resource: vm }) {
    vm.hidden.generalized = true;
    sim.resources.save(vm);
    return { response: { status: 200 } };
  },
};

export const VM_ACTIONS: Record<string, Action<'time' | 'jobs' | 'store' | 'resources' | 'operations'>> = {
  ...Object.fromEntries(Object.entries(POWER).map(([name, action]) => [name, power(name, action)])),
  simulateEviction,
  generalize,
  instanceView: {
    method: 'GET',
    run: ({ sim, resource }) => ({ response: { status: 200, body: instanceView(sim, resource) } }),
  },
  vmSizes: { method: 'GET', run: () => ({ response: { status: 200, body: vmSizeList() } }) },
};
