/** Virtual machines on the wire, and their instance view. */
import type { JsonObject } from '../core/json.ts';
import { child, text } from '../core/json.ts';
import type { Operation, Resource } from '../core/model.ts';
import type { Sim } from '../core/sim.ts';
import { defaultView } from '../core/view.ts';
import { disksOf } from './vm-disks.ts';
import { agentReady, stateOf } from './vm-state.ts';

const DISPLAY: Readonly<Record<string, string>> = {
  creating: 'Creating',
  updating: 'Updating',
  deleting: 'Deleting',
  succeeded: 'Provisioning succeeded',
};
/** Azure seconds after which a VM that is being created shows as running. */
const ALLOCATED_AFTER = 25;

function provisioning(sim: Sim<'time'>, vm: Resource): JsonObject {
  const { failure, since } = stateOf(vm);
  const name = (text(vm.properties, 'provisioningState') ?? 'Succeeded').toLowerCase();
  if (failure && name === 'failed')
    return {
      code: `ProvisioningState/failed/${failure.code}`,
      level: 'Error',
      displayStatus: 'Provisioning failed',
      message: failure.message,
      time: sim.time.iso(since),
    };
  return {
    code: `ProvisioningState/${name}`,
    level: 'Info',
    displayStatus: DISPLAY[name] ?? name,
    time: sim.time.iso(since),
  };
}

function powerOf(sim: Sim<'time' | 'operations'>, vm: Resource): string | undefined {
  const { power } = stateOf(vm);
  const operations = sim.operations.running(vm.id);
  const action = operations.find((one: Operation) => one.kind === 'action')?.action?.toLowerCase();
  if (action === 'start') return 'starting';
  if (action === 'poweroff') return 'stopping';
  if (action === 'deallocate') return 'deallocating';
  if (power !== 'none') return power;
  const create = operations.find((one) => one.data.allocates && !one.fails);
  const allocated = create && sim.time.now() - create.startedAt >= (ALLOCATED_AFTER * 1000) / sim.time.scale;
  return allocated ? 'running' : undefined;
}

export function instanceView(sim: Sim<'time' | 'operations'>, vm: Resource): JsonObject {
  const power = powerOf(sim, vm);
  const state = stateOf(vm);
  const statuses: JsonObject[] = [provisioning(sim, vm)];
  if (power) statuses.push({ code: `PowerState/${power}`, level: 'Info', displayStatus: `VM ${power}` });
  const view: JsonObject = {
    disks: disksOf(vm).map(({ id }) => ({
      name: id.slice(id.lastIndexOf('/') + 1),
      statuses: [
        {
          code: 'ProvisioningState/succeeded',
          level: 'Info',
          displayStatus: 'Provisioning succeeded',
          time: sim.time.iso(state.since),
        },
      ],
    })),
    hyperVGeneration: 'V2',
    statuses,
  };
  if (state.power === 'running') {
    const ready = agentReady(sim, vm);
    view.computerName = text(child(vm.properties, 'osProfile'), 'computerName') ?? vm.name;
    view.osName = state.os === 'Windows' ? 'Windows Server 2022 Datacenter Azure Edition' : 'ubuntu';
    view.osVersion = state.os === 'Windows' ? '10.0.20348.4648' : '24.04';
    view.vmAgent = {
      vmAgentVersion: ready ? '2.7.41491.1183' : 'Unknown',
      statuses: [
        ready
          ? {
              code: 'ProvisioningState/succeeded',
              level: 'Info',
              displayStatus: 'Ready',
              message: 'GuestAgent is running and processing the extensions.',
              time: sim.time.iso(),
            }
          : {
              code: 'ProvisioningState/Unavailable',
              level: 'Warning',
              displayStatus: 'Not Ready',
              message: 'VM status blob is found but not yet populated.',
              time: sim.time.iso(),
            },
      ],
      extensionHandlers: [],
    };
  }
  return view;
}

export function vmView(
  vm: Resource,
  sim: Sim<'time' | 'operations'>,
  query: { expand: string | undefined },
): JsonObject {
  const wanted = (query.expand ?? '').toLowerCase().split(',');
  const properties: JsonObject = { ...vm.properties };
  if (wanted.includes('instanceview')) properties.instanceView = instanceView(sim, vm);
  if (wanted.includes('userdata') && stateOf(vm).userData) properties.userData = stateOf(vm).userData;
  return { ...defaultView(vm), properties };
}
