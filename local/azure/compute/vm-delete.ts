/** DELETE of a virtual machine: it ends whatever runs, and takes along what was marked to go. */
import { sameId } from '../core/ids.ts';
import type { Delete, Plan, Settled } from '../core/provider.ts';
import { ACTION_LRO } from './lro.ts';
import { releaseNics, reserveNics } from './nics.ts';
import { disksOf, releaseDisks } from './vm-disks.ts';
import { nicsOf, stateOf } from './vm-state.ts';

/** One VM delete was logged at 9 min 52 s (steampipe#420); the usual ones take a minute. */
const NORMAL = { median: 55, p95: 150 };
const FORCED = { median: 18, p95: 45 };
const NEVER_ALLOCATED = { median: 8, p95: 20 };
/** Deleting disks and interfaces along takes this much more. */
const ALONG = 15;

export function remove({ sim, resource: vm, force }: Delete<'time' | 'draws' | 'operations'>): Plan {
  for (const operation of sim.operations.running(vm.id)) {
    if (operation.kind === 'delete') continue;
    const error = {
      code: 'OperationPreempted',
      message: 'Operation execution has been preempted by a more recent operation.',
    };
    sim.operations.end(operation, 'Failed', error);
  }
  const usual = stateOf(vm).power === 'none' ? NEVER_ALLOCATED : force ? FORCED : NORMAL;
  const along = [...nicsOf(vm), ...disksOf(vm)].some((one) => one.remove) && !force ? ALONG : 0;
  return { duration: sim.draws.seconds(usual, `delete ${vm.id.toLowerCase()}`) + along, lro: ACTION_LRO };
}

export function settledDelete({ sim, operation, resource: vm }: Settled<'time' | 'resources' | 'operations'>): void {
  if (!vm || !sameId(vm.id, operation.resourceId)) return;
  if (operation.status === 'Failed') {
    reserveNics(sim, vm);
    return;
  }
  if (operation.status !== 'Succeeded') return;
  releaseNics(sim, vm);
  releaseDisks(sim, vm);
}
