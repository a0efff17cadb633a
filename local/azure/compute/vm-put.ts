/** PUT and PATCH of a virtual machine, and how its create ends. */
import { refuse } from '../core/constraint.ts';
import { parse } from '../core/errors.ts';
import { fillIdentity } from '../core/identity.ts';
import type { JsonObject } from '../core/json.ts';
import { child, children, isObject, text } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Plan, Put, Settled } from '../core/provider.ts';
import type { Sim } from '../core/sim.ts';
import { checkCapacity } from './capacity.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import { type Image, resolveImage } from './image.ts';
import { attachNics, checkNics, reserveNics } from './nics.ts';
import { checkBase64, validateOsProfile } from './os-profile.ts';
import { type VmProperties, vmProperties } from './schema.ts';
import { VM_SIZES, vmSize } from './sizes.ts';
import { checkDisks, makeDisks } from './vm-disks.ts';
import { setPower, stateOf, type VmState } from './vm-state.ts';

/** Codes after which the platform goes on by itself and the VM may still come up. */
const MAY_STILL_COME = /^OSProvisioningTimedOut$/i;
const STILL_COMES = { median: 300, p95: 900 };
const UPDATE = { median: 8, p95: 25 };
/** A resize restarts the machine. */
const RESIZE = { median: 60, p95: 150 };

export function put({
  sim,
  body,
  resource,
  existing,
  patch,
}: Put<'account' | 'time' | 'chance' | 'draws' | 'store' | 'resources' | 'operations'>): Plan {
  if (existing) refuseBusy(sim, existing, patch ? 'update' : 'createOrUpdate');
  const properties = parse(vmProperties, resource.properties);
  const wanted = properties.hardwareProfile?.vmSize;
  if (!wanted) throw refuse(C.missing, { parameter: 'vmSize' }, { target: 'vmSize' });
  const size = vmSize(wanted);
  if (!size)
    throw refuse(C.size, { value: wanted, sizes: VM_SIZES.map((one) => one.name).join(',') }, { target: 'vmSize' });
  checkBase64('userData', properties.userData);
  fillIdentity(sim, resource);
  const allocated = existing && stateOf(existing).power !== 'none';
  if (existing) refuseChanges(existing, resource);
  const image = allocated
    ? imageOf(existing)
    : resolveImage(sim, existing ? withReference(properties, existing) : properties, resource.location ?? '');
  if (!existing) describeGuest(resource, properties, image);
  checkNics(sim, resource, size);
  if (!allocated || text(child(existing?.properties, 'hardwareProfile'), 'vmSize') !== wanted)
    checkCapacity(sim, resource, size);
  checkDisks(sim, resource);
  makeDisks(sim, resource, image);
  fillIn(sim, resource, existing, image);
  remember(sim, resource, existing, properties, image, body);
  attachNics(sim, resource, existing);
  if (!allocated)
    return { duration: image.create, state: existing ? 'Updating' : 'Creating', data: { allocates: true } };
  const resized =
    text(child(existing?.properties, 'hardwareProfile'), 'vmSize')?.toLowerCase() !== size.name.toLowerCase();
  return { duration: resized ? RESIZE : UPDATE, state: 'Updating', data: { resized } };
}

/** One operation at a time; a delete that runs ends everything else. */
export function refuseBusy(sim: Sim<'operations'>, vm: Resource, operation: string): void {
  const running = sim.operations.running(vm.id);
  if (running.some((one) => one.kind === 'delete')) throw refuse(C.markedForDeletion, { operation, vm: vm.name });
  if (running.length > 0) throw refuse(C.concurrent);
}

const withReference = (properties: VmProperties, existing: Resource): VmProperties => {
  const kept = parse(vmProperties, existing.properties).storageProfile;
  return {
    ...properties,
    storageProfile: { ...kept, ...properties.storageProfile, imageReference: kept?.imageReference },
  };
};

/** What a machine that is there was made of; its image may be gone since. */
const imageOf = (vm: Resource): Image => ({
  os: stateOf(vm).os,
  diskGb: Number(child(child(vm.properties, 'storageProfile'), 'osDisk').diskSizeGB ?? 127),
  specialized: false,
  create: UPDATE,
});

const path = (resource: Resource, ...keys: string[]): unknown =>
  keys.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), resource.properties);

function refuseChanges(existing: Resource, resource: Resource): void {
  for (const keys of [
    ['osProfile', 'computerName'],
    ['osProfile', 'adminUsername'],
    ['storageProfile', 'osDisk', 'name'],
    ['storageProfile', 'imageReference', 'id'],
    ['storageProfile', 'imageReference', 'sku'],
    ['priority'],
  ]) {
    const before = path(existing, ...keys);
    const after = path(resource, ...keys);
    if (after !== undefined && before !== undefined && String(before).toLowerCase() !== String(after).toLowerCase())
      throw refuse(C.propertyChange, { property: keys.join('.') }, { target: keys.join('.') });
  }
  for (const key of ['storageProfile', 'osProfile', 'networkProfile', 'priority', 'evictionPolicy', 'billingProfile'])
    if (resource.properties[key] === undefined && existing.properties[key] !== undefined)
      resource.properties[key] = structuredClone(existing.properties[key]);
  const storage = child(resource.properties, 'storageProfile');
  const before = child(existing.properties, 'storageProfile');
  for (const key of ['imageReference', 'osDisk'])
    if (isObject(storage) && isObject(before[key]))
      storage[key] = { ...structuredClone(before[key]), ...child(storage, key) };
  const kept = child(existing.properties, 'osProfile');
  if (Object.keys(kept).length > 0)
    resource.properties.osProfile = { ...kept, ...child(resource.properties, 'osProfile') };
}

function describeGuest(resource: Resource, properties: VmProperties, image: Image): void {
  if (image.specialized) {
    if (properties.osProfile) throw refuse(C.osProfileForbidden, {}, { target: 'osProfile' });
    return;
  }
  if (!properties.osProfile) throw refuse(C.missing, { parameter: 'osProfile' }, { target: 'osProfile' });
  const computerName = validateOsProfile(properties.osProfile, image.os, resource.name);
  child(resource.properties, 'osProfile').computerName = computerName;
}

/** What Azure adds to a VM it echoes, and what it leaves out (recorded with the SDKs of 2022). */
function fillIn(sim: Sim<'time' | 'draws'>, resource: Resource, existing: Resource | undefined, image: Image): void {
  const { properties } = resource;
  properties.vmId = existing?.properties.vmId ?? sim.draws.guid(`vm ${resource.id.toLowerCase()}`);
  properties.timeCreated = existing?.properties.timeCreated ?? sim.time.iso();
  const reference = child(child(properties, 'storageProfile'), 'imageReference');
  if (image.exactVersion) reference.exactVersion = image.exactVersion;
  const os = properties.osProfile;
  if (isObject(os)) {
    delete os.adminPassword;
    delete os.customData;
    os.secrets ??= [];
    os.allowExtensionOperations ??= true;
    os.requireGuestProvisionSignal ??= true;
    if (image.os === 'Windows')
      os.windowsConfiguration = {
        provisionVMAgent: true,
        enableAutomaticUpdates: true,
        patchSettings: { patchMode: 'AutomaticByOS', assessmentMode: 'ImageDefault' },
        ...child(os, 'windowsConfiguration'),
      };
  }
  if (/^spot$/i.test(String(properties.priority ?? ''))) {
    properties.evictionPolicy ??= 'Deallocate';
    properties.billingProfile ??= { maxPrice: -1 };
  }
  for (const nic of children(child(properties, 'networkProfile'), 'networkInterfaces'))
    if (children(child(properties, 'networkProfile'), 'networkInterfaces').length === 1)
      nic.properties = { ...child(nic, 'properties'), primary: true };
}

function remember(
  sim: Sim<'time'>,
  resource: Resource,
  existing: Resource | undefined,
  properties: VmProperties,
  image: Image,
  body: JsonObject,
): void {
  const before = existing?.hidden.vm as VmState | undefined;
  const state: VmState = before
    ? { ...before, os: image.os }
    : { power: 'none', since: sim.time.now(), os: image.os, boots: 0 };
  if ('userData' in child(body, 'properties')) {
    if (properties.userData) state.userData = properties.userData;
    else delete state.userData;
  }
  delete state.failure;
  delete resource.properties.userData;
  resource.hidden.vm = state;
}

export function settledPut({ sim, operation, resource: vm }: Settled<'time' | 'draws' | 'jobs' | 'resources'>): void {
  if (!vm) return;
  const state = stateOf(vm);
  if (operation.status === 'Succeeded') {
    delete state.failure;
    if (operation.data.allocates || operation.data.resized) {
      if (state.power === 'none' || state.power === 'running') setPower(sim, vm, 'running');
    } else sim.resources.save(vm);
    return;
  }
  if (operation.status !== 'Failed' || !operation.error || !operation.data.allocates) return;
  const { code, message } = operation.error;
  if (code === 'OperationPreempted') return;
  state.failure = { code, message };
  if (MAY_STILL_COME.test(code)) {
    setPower(sim, vm, 'running');
    sim.jobs.schedule('compute.still-comes', sim.draws.seconds(STILL_COMES, `late ${vm.id.toLowerCase()}`), {
      id: vm.id,
    });
  } else {
    reserveNics(sim, vm);
    sim.resources.save(vm);
  }
}

/** The VM that timed out has finished provisioning after all. */
export function stillComes(sim: Sim<'resources' | 'operations'>, id: string): void {
  const vm = sim.resources.get(id);
  if (!vm || sim.operations.running(id).length > 0 || !stateOf(vm).failure) return;
  delete stateOf(vm).failure;
  vm.properties.provisioningState = 'Succeeded';
  sim.resources.save(vm);
}
