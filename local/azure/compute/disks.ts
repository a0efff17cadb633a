/** Managed disks by themselves. */
import { refuse } from '../core/constraint.ts';
import { ArmError } from '../core/errors.ts';
import { groupIdOf, nameOf } from '../core/ids.ts';
import type { JsonObject } from '../core/json.ts';
import { child, isObject, text } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Delete, Plan, Put, ResourceType } from '../core/provider.ts';
import { diskMeter } from '../prices/meters.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import { DISK_LRO } from './lro.ts';

function put({ sim, resource, existing }: Put<'time' | 'draws'>): Plan {
  const { properties } = resource;
  const creation = child(properties, 'creationData');
  const before = existing?.properties.diskSizeGB;
  if (!existing && !text(creation, 'createOption'))
    throw refuse(
      C.missing,
      { parameter: 'disk.creationData.createOption' },
      { target: 'disk.creationData.createOption' },
    );
  if (text(creation, 'createOption')?.toLowerCase() === 'empty' && typeof properties.diskSizeGB !== 'number')
    throw refuse(C.missing, { parameter: 'disk.diskSizeGB' }, { target: 'disk.diskSizeGB' });
  if (typeof before === 'number' && typeof properties.diskSizeGB === 'number' && properties.diskSizeGB < before)
    throw new ArmError(
      409,
      'OperationNotAllowed',
      `Changing property 'diskSizeGB' to a smaller value is not allowed: ${before} GB now.`,
    );
  const sku = text(child(resource.extra, 'sku'), 'name') ?? 'Premium_LRS';
  resource.extra.sku = { name: sku, tier: sku.split('_')[0] ?? sku };
  if (existing?.extra.managedBy !== undefined) resource.extra.managedBy = existing.extra.managedBy;
  properties.creationData ??= existing?.properties.creationData;
  properties.diskSizeGB ??= before ?? 127;
  properties.diskSizeBytes = Number(properties.diskSizeGB) * 1024 ** 3;
  properties.timeCreated = existing?.properties.timeCreated ?? sim.time.iso();
  properties.diskState = existing?.properties.diskState ?? 'Unattached';
  properties.uniqueId = existing?.properties.uniqueId ?? sim.draws.guid(`disk ${resource.id.toLowerCase()}`);
  properties.encryption ??= { type: 'EncryptionAtRestWithPlatformKey' };
  properties.networkAccessPolicy ??= 'AllowAll';
  properties.publicNetworkAccess ??= 'Enabled';
  // 202 whether new or not: the CLI of 2023 takes 201 for an error.
  return { status: 202, duration: { median: 2, p95: 5 }, state: existing ? 'Updating' : 'Creating' };
}

function remove({ resource, cascade }: Delete<never>): Plan {
  const owner = text(resource.extra, 'managedBy');
  if (owner && !(cascade && groupIdOf(owner).toLowerCase() === groupIdOf(resource.id).toLowerCase()))
    throw refuse(C.diskInUse, { disk: resource.name, vm: nameOf(owner) });
  return { duration: { median: 6, p95: 15 } };
}

const view = (resource: Resource): JsonObject => ({
  id: resource.id,
  name: resource.name,
  type: resource.type,
  location: resource.location,
  tags: resource.tags,
  ...resource.extra,
  ...(isObject(resource.extra.sku) ? {} : { sku: { name: 'Premium_LRS', tier: 'Premium' } }),
  properties: resource.properties,
});

export const disks: Omit<ResourceType<'time' | 'draws'>, 'apiVersions'> = {
  type: 'disks',
  deleteOrder: 30,
  lro: DISK_LRO,
  put,
  delete: remove,
  view,
  meters: (resource) =>
    diskMeter(
      text(child(resource.extra, 'sku'), 'name') ?? 'Premium_LRS',
      Number(resource.properties.diskSizeGB ?? 127),
    ),
};
