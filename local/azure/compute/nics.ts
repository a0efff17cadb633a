/** A VM's network interfaces: taking, holding back after a failure, giving back or deleting with the VM. */
import { refuse } from '../core/constraint.ts';
import { sameId } from '../core/ids.ts';
import { child, children, reference, text } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Sim } from '../core/sim.ts';
import { attachNic, checkReserved, detachNic, reserveNic } from '../network/nic-link.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import type { VmSize } from './sizes.ts';
import { isDelete, nicsOf } from './vm-state.ts';

/** Checks that every interface exists, is here, and is free for `vm`. */
export function checkNics(sim: Sim<'time' | 'resources'>, vm: Resource, size: VmSize): void {
  const nics = nicsOf(vm);
  if (nics.length === 0) throw refuse(C.missing, { parameter: 'networkProfile' }, { target: 'networkProfile' });
  if (nics.length > size.maxNics)
    throw refuse(C.nicCount, { vm: vm.name, size: size.name, count: nics.length, max: size.maxNics });
  for (const { id } of nics) {
    const nic = sim.resources.get(id);
    if (nic?.location !== vm.location) throw refuse(C.nicNotFound, { nic: id, vm: vm.id });
    const owner = reference(nic?.properties, 'virtualMachine');
    if (owner && !sameId(owner, vm.id)) throw refuse(C.nicInUse, { nic: id, vm: owner });
    if (nic) checkReserved(sim, nic, vm.id);
  }
}

/** Ties the interfaces to `vm`, and unties those it no longer names. */
export function attachNics(
  sim: Sim<'time' | 'chance' | 'resources'>,
  vm: Resource,
  before: Resource | undefined,
): void {
  const nics = nicsOf(vm);
  for (const { id } of before ? nicsOf(before) : []) {
    const nic = nics.some((one) => sameId(one.id, id)) ? undefined : sim.resources.get(id);
    if (nic) detachNic(sim, nic);
  }
  for (const [index, { id }] of nics.entries()) {
    const nic = sim.resources.get(id);
    if (nic) attachNic(sim, nic, vm.id, index === 0);
  }
}

/** After a create or delete that failed. */
export function reserveNics(sim: Sim<'time' | 'resources'>, vm: Resource): void {
  for (const { id } of nicsOf(vm)) {
    const nic = sim.resources.get(id);
    if (nic) reserveNic(sim, nic, vm.id);
  }
}

/** When the VM is gone: interfaces with delete option `Delete` go, with their public addresses when those say so too. */
export function releaseNics(sim: Sim<'resources' | 'operations'>, vm: Resource): void {
  for (const { id, remove } of nicsOf(vm)) {
    const nic = sim.resources.get(id);
    if (!nic) continue;
    detachNic(sim, nic);
    if (!remove) continue;
    const addresses = addressesWithNic(sim, nic);
    sim.operations.remove(nic.id);
    for (const address of addresses) sim.operations.remove(address);
  }
}

function addressesWithNic(sim: Sim<'resources'>, nic: Resource): string[] {
  return children(nic.properties, 'ipConfigurations').flatMap((configuration) => {
    const given = child(child(configuration, 'properties'), 'publicIPAddress');
    const address = sim.resources.get(text(given, 'id'));
    const option = child(given, 'properties').deleteOption ?? address?.properties.deleteOption;
    return address && isDelete(option) ? [address.id] : [];
  });
}
