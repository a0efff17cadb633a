/** Faults that take hold of a running VM's allocation; what concerns the programs inside is the business of who plays them. */
import type { FaultOutcome } from '../core/fault-plan.ts';
import type { Resource } from '../core/model.ts';
import type { Sim } from '../core/sim.ts';
import { releaseNics } from './nics.ts';
import { markDisks, releaseDisks } from './vm-disks.ts';
import { setPower, stateOf } from './vm-state.ts';

/** The platform takes the capacity back: by the VM's eviction policy it is deallocated or deleted. */
export function evict(
  sim: Sim<'time' | 'draws' | 'jobs' | 'resources' | 'operations' | 'activity'>,
  vm: Resource,
): void {
  if (stateOf(vm).power === 'none' || stateOf(vm).power === 'deallocated') return;
  sim.activity.log({
    operationName: 'Microsoft.Compute/virtualMachines/evictSpotVM/action',
    resourceId: vm.id,
    status: 'Succeeded',
    category: 'ResourceHealth',
    properties: {
      title: 'Spot capacity was reclaimed',
      details: 'The virtual machine was evicted as Azure needs the capacity back.',
      currentHealthStatus: 'Unavailable',
      previousHealthStatus: 'Available',
      type: 'Downtime',
      cause: 'PlatformInitiated',
    },
  });
  if (/^delete$/i.test(String(vm.properties.evictionPolicy ?? ''))) {
    releaseNics(sim, vm);
    releaseDisks(sim, vm);
    sim.operations.remove(vm.id);
    return;
  }
  markDisks(sim, vm, 'Reserved');
  setPower(sim, vm, 'deallocated');
}

export function behave(
  sim: Sim<'time' | 'draws' | 'jobs' | 'resources' | 'operations' | 'activity'>,
  vm: Resource,
  fault: FaultOutcome,
): void {
  if (fault.kind === 'evict') evict(sim, vm);
}
