/** What Microsoft.Compute does to NICs: attach, detach, reserve after a failure. */
import { refuse } from '../core/constraint.ts';
import { sameId } from '../core/ids.ts';
import { reference, text } from '../core/json.ts';
import type { Resource, Sim } from '../core/provider.ts';
import { CONSTRAINTS as C } from './constraints.ts';

const RESERVED_SECONDS = 180;

/** @param vm the one that may have it; undefined for a delete @throws ArmError 400 NicReservedForAnotherVm */
export function checkReserved(sim: Sim<'time'>, nic: Resource, vm: string | undefined): void {
  const holder = text(nic.hidden, 'reservedFor');
  if (holder === undefined || sim.time.now() >= Number(nic.hidden.reservedUntil)) return;
  if (vm === undefined || !sameId(vm, holder)) throw refuse(C.nicReserved, { vm: holder });
}

/** Gives the NIC to a VM. @throws ArmError when another one has it or it is reserved */
export function attachNic(
  sim: Sim<'time' | 'chance' | 'resources'>,
  nic: Resource,
  vm: string,
  primary: boolean,
): void {
  const holder = reference(nic.properties, 'virtualMachine');
  if (holder !== undefined && !sameId(holder, vm)) throw refuse(C.nicInUse, { nic: nic.id, vm: holder });
  checkReserved(sim, nic, vm);
  nic.properties.virtualMachine = { id: vm };
  nic.properties.primary = primary;
  const bytes = sim.chance.bytes('mac', nic.id.toLowerCase()).subarray(0, 3);
  nic.properties.macAddress ??= [
    '00',
    '0D',
    '3A',
    ...[...bytes].map((one) => one.toString(16).toUpperCase().padStart(2, '0')),
  ].join('-');
  sim.resources.save(nic);
}

/** Takes the NIC from its VM. */
export function detachNic(sim: Sim<'resources'>, nic: Resource): void {
  delete nic.properties.virtualMachine;
  sim.resources.save(nic);
}

/** After a VM's create failed or while its delete cleans up: nobody else may have the NIC for 180 s of Azure time. */
export function reserveNic(sim: Sim<'time' | 'resources'>, nic: Resource, vm: string): void {
  nic.hidden.reservedFor = vm;
  nic.hidden.reservedUntil = sim.time.now() + (RESERVED_SECONDS * 1000) / sim.time.scale;
  sim.resources.save(nic);
}
