/** What the simulator remembers of a VM beside its properties (`hidden`). */
import type { JsonObject } from '../core/json.ts';
import { child, children, text } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Sim } from '../core/sim.ts';
import { noteLevel } from './vm-history.ts';

export const VM = 'Microsoft.Compute/virtualMachines';
export const DISK = 'Microsoft.Compute/disks';

export type Power =
  /** Never allocated: the create has not got there, or failed before. */
  'none' | 'starting' | 'running' | 'stopping' | 'stopped' | 'deallocating' | 'deallocated';

export interface VmState extends JsonObject {
  power: Power;
  /** ms since the epoch */
  since: number;
  os: 'Windows' | 'Linux';
  /** When the guest agent reports Ready; ms since the epoch. Absent while it cannot. */
  agentAt?: number;
  /** Grows with every boot, so that what belongs to an earlier one falls silent. */
  boots: number;
  /** base64, shown with `$expand=userData` only. */
  userData?: string;
  /** Why the last create failed, for the instance view. */
  failure?: { code: string; message: string };
}

export const stateOf = (vm: Resource): VmState => vm.hidden.vm as VmState;

/** Jobs that other rooms hang on power changes; data `{ id, boots }`. */
export const BOOTED = 'compute.booted';

/** Seconds from the moment the power is on until Windows has started its services. */
const BOOT = { median: 25, p95: 55 };

/** Changes the power state; a VM that comes up boots and says so by the job {@link BOOTED}. */
export function setPower(sim: Sim<'time' | 'draws' | 'jobs' | 'resources'>, vm: Resource, power: Power): void {
  const state = stateOf(vm);
  state.power = power;
  state.since = sim.time.now();
  noteLevel(vm, sim.time.now(), power === 'running' ? 'idle' : 'off');
  if (power === 'running') {
    state.boots++;
    const seconds = sim.draws.seconds(BOOT, `${vm.id.toLowerCase()} boot`);
    state.agentAt = sim.time.now() + (seconds * 1000) / sim.time.scale;
    sim.jobs.schedule(BOOTED, seconds, { id: vm.id, boots: state.boots });
  } else delete state.agentAt;
  sim.resources.save(vm);
}

export const isUp = (vm: Resource): boolean => stateOf(vm)?.power === 'running';
export const agentReady = (sim: Sim<'time'>, vm: Resource): boolean => {
  const { agentAt } = stateOf(vm);
  return isUp(vm) && agentAt !== undefined && sim.time.now() >= agentAt;
};
export const isSpot = (vm: Resource): boolean => /^(spot|low)$/i.test(text(vm.properties, 'priority') ?? '');
export const sizeName = (vm: Resource): string => text(child(vm.properties, 'hardwareProfile'), 'vmSize') ?? '';

/** Ids of the VM's network interfaces with their delete option. */
export const nicsOf = (vm: Resource): { id: string; remove: boolean }[] =>
  children(child(vm.properties, 'networkProfile'), 'networkInterfaces').map((one) => ({
    id: text(one, 'id') ?? '',
    remove: isDelete(child(one, 'properties').deleteOption),
  }));
export const isDelete = (option: unknown): boolean => typeof option === 'string' && /^delete$/i.test(option);
