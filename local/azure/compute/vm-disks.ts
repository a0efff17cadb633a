/** Disks that come with a VM and go with it, or stay. */
import { refuse } from '../core/constraint.ts';
import { groupIdOf, groupNameOf, sameId } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import { child, children, isObject, text } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Sim } from '../core/sim.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import type { Image } from './image.ts';
import { DISK, isDelete } from './vm-state.ts';

interface Held {
  id: string;
  remove: boolean;
}

/** Disks of the VM with their delete option. */
export function disksOf(vm: Resource): Held[] {
  const storage = child(vm.properties, 'storageProfile');
  return [child(storage, 'osDisk'), ...children(storage, 'dataDisks')].flatMap((disk) => {
    const id = text(child(disk, 'managedDisk'), 'id');
    return id ? [{ id, remove: isDelete(disk.deleteOption) }] : [];
  });
}

/** Refuses names that are taken; to be asked before anything is made. */
export function checkDisks(sim: Sim<'resources'>, vm: Resource): void {
  const storage = child(vm.properties, 'storageProfile');
  for (const disk of [child(storage, 'osDisk'), ...children(storage, 'dataDisks')]) {
    const name = text(disk, 'name');
    if (!name || /^attach$/i.test(text(disk, 'createOption') ?? '')) continue;
    const existing = sim.resources.get(diskId(vm, name));
    if (existing && !sameId(String(existing.extra.managedBy ?? ''), vm.id))
      throw refuse(C.diskExists, { disk: name, group: groupNameOf(vm.id) });
  }
}

const diskId = (vm: Resource, name: string): string => `${groupIdOf(vm.id)}/providers/${DISK}/${name}`;

/** Fills in what the service decides about the VM's disks and makes those that do not exist. */
export function makeDisks(sim: Sim<'time' | 'draws' | 'resources'>, vm: Resource, image: Image): void {
  const storage = vm.properties.storageProfile;
  if (!isObject(storage)) return;
  const os = child(storage, 'osDisk');
  storage.osDisk = os;
  os.createOption ??= 'FromImage';
  os.osType = image.os;
  os.caching ??= 'ReadWrite';
  os.deleteOption ??= 'Detach';
  make(sim, vm, os, `${vm.name}_OsDisk_1`, { osType: image.os, gb: image.diskGb });
  storage.dataDisks ??= [];
  for (const disk of children(storage, 'dataDisks')) {
    disk.caching ??= 'None';
    disk.deleteOption ??= 'Detach';
    disk.toBeDetached ??= false;
    make(sim, vm, disk, `${vm.name}_DataDisk_${disk.lun}`, { gb: 1024 });
  }
}

function make(
  sim: Sim<'time' | 'draws' | 'resources'>,
  vm: Resource,
  disk: JsonObject,
  prefix: string,
  what: { osType?: string; gb: number },
): void {
  const managed = child(disk, 'managedDisk');
  const attached = text(managed, 'id');
  const existing = sim.resources.get(attached ?? (text(disk, 'name') ? diskId(vm, String(disk.name)) : undefined));
  if (existing) {
    if (!sameId(String(existing.extra.managedBy ?? ''), vm.id)) {
      existing.extra.managedBy = vm.id;
      existing.properties.diskState = 'Attached';
      sim.resources.save(existing);
    }
    disk.name = existing.name;
    disk.diskSizeGB = existing.properties.diskSizeGB;
    disk.managedDisk = { ...managed, id: existing.id, storageAccountType: child(existing.extra, 'sku').name };
    return;
  }
  const key = `${vm.id.toLowerCase()} ${prefix}`;
  const name = text(disk, 'name') ?? `${prefix}_${sim.draws.guid(key).replaceAll('-', '')}`;
  const sku = text(managed, 'storageAccountType') ?? 'Premium_LRS';
  const size = typeof disk.diskSizeGB === 'number' ? disk.diskSizeGB : what.gb;
  const now = sim.time.now();
  const made: Resource = {
    id: diskId(vm, name),
    name,
    type: DISK,
    location: vm.location,
    tags: vm.tags,
    extra: {
      sku: { name: sku, tier: sku.split('_')[0] ?? sku },
      managedBy: vm.id,
      ...(vm.extra.zones === undefined ? {} : { zones: vm.extra.zones }),
    },
    properties: {
      osType: what.osType,
      hyperVGeneration: 'V2',
      creationData: {
        createOption: disk.createOption ?? 'Empty',
        imageReference: child(child(vm.properties, 'storageProfile'), 'imageReference'),
      },
      diskSizeGB: size,
      diskSizeBytes: size * 1024 ** 3,
      timeCreated: sim.time.iso(now),
      provisioningState: 'Succeeded',
      diskState: 'Attached',
      uniqueId: sim.draws.guid(`unique ${key}`),
    },
    hidden: {},
    etag: sim.draws.guid(`etag ${key}`),
    createdAt: now,
    changedAt: now,
  };
  sim.resources.save(made);
  disk.name = name;
  disk.diskSizeGB = size;
  disk.managedDisk = { ...managed, id: made.id, storageAccountType: sku };
}

/** `Attached` while the VM runs, `Reserved` while it is deallocated. */
export function markDisks(sim: Sim<'resources'>, vm: Resource, state: 'Attached' | 'Reserved'): void {
  for (const { id } of disksOf(vm)) {
    const disk = sim.resources.get(id);
    if (!disk) continue;
    disk.properties.diskState = state;
    sim.resources.save(disk);
  }
}

/** When the VM is gone: disks with delete option `Delete` go, others stay unattached. */
export function releaseDisks(sim: Sim<'resources' | 'operations'>, vm: Resource): void {
  for (const { id, remove } of disksOf(vm)) {
    const disk = sim.resources.get(id);
    if (!disk) continue;
    if (remove) sim.operations.remove(id);
    else {
      delete disk.extra.managedBy;
      disk.properties.diskState = 'Unattached';
      sim.resources.save(disk);
    }
  }
}
