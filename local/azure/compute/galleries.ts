/** Compute galleries, image definitions and versions, and managed images. */
import { refuse } from '../core/constraint.ts';
import { LOCATIONS, locationName } from '../core/envelope.ts';
import { ArmError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { child, children, text } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Delete, Plan, Put, ResourceType } from '../core/provider.ts';
import type { Sim } from '../core/sim.ts';
import { defaultView } from '../core/view.ts';
import { CONSTRAINTS as C } from './constraints.ts';

const QUICK = { median: 6, p95: 15 };
/** Copying to each region takes minutes. */
const REPLICATION = { median: 420, p95: 1500 };

function removeEmpty({ sim, resource, cascade }: Delete<'resources'>): Plan {
  const inner = sim.resources.children(resource.id)[0];
  if (inner && !cascade) throw refuse(C.galleryHasChildren, { child: inner.id });
  return { duration: QUICK };
}

const galleryBase: Omit<ResourceType<'resources'>, 'apiVersions'> = {
  type: 'galleries',
  put({ resource }) {
    resource.properties.identifier = { uniqueName: `${resource.id.split('/')[2]}-${resource.name.toUpperCase()}` };
    return { duration: QUICK };
  },
  delete: removeEmpty,
  deleteOrder: 60,
  namePattern: /^[A-Za-z0-9_.]{1,80}$/,
};

const definition: Omit<ResourceType<'resources'>, 'apiVersions'> = {
  type: 'galleries/images',
  tracked: true,
  put({ resource }) {
    const { properties } = resource;
    const identifier = child(properties, 'identifier');
    for (const key of ['publisher', 'offer', 'sku'])
      if (!text(identifier, key)) throw refuse(C.missing, { parameter: `galleryImage.properties.identifier.${key}` });
    for (const key of ['osType', 'osState'])
      if (!text(properties, key)) throw refuse(C.missing, { parameter: `galleryImage.properties.${key}` });
    properties.hyperVGeneration ??= 'V2';
    properties.architecture ??= 'x64';
    return { duration: QUICK };
  },
  delete: removeEmpty,
};

/** Regions as they are written back: `West Europe`. */
function regionsOf(resource: Resource): JsonObject[] {
  const profile = child(resource.properties, 'publishingProfile');
  const given = children(profile, 'targetRegions');
  const regions = given.length > 0 ? given : [{ name: resource.location ?? '' }];
  return regions.map((one) => {
    const name = locationName(text(one, 'name') ?? '');
    if (!(name in LOCATIONS))
      throw new ArmError(400, 'InvalidParameter', `The location '${text(one, 'name')}' in targetRegions is not valid.`);
    return { regionalReplicaCount: 1, storageAccountType: 'Standard_LRS', ...one, name: LOCATIONS[name] };
  });
}

function putVersion({ resource, kind }: Put<never>): Plan {
  if (!/^\d+\.\d+\.\d+$/.test(resource.name))
    throw new ArmError(
      400,
      'InvalidParameter',
      `The value '${resource.name}' of parameter 'galleryImageVersionName' is invalid: it must be Major.Minor.Patch.`,
    );
  const profile = child(resource.properties, 'publishingProfile');
  resource.properties.publishingProfile = {
    replicaCount: 1,
    excludeFromLatest: false,
    ...profile,
    targetRegions: regionsOf(resource),
  };
  return { duration: REPLICATION, state: kind === 'create' ? 'Creating' : 'Updating' };
}

function replication(sim: Sim<'operations'>, resource: Resource): JsonObject {
  const done = sim.operations.running(resource.id).length === 0;
  return {
    aggregatedState: done ? 'Completed' : 'InProgress',
    summary: children(child(resource.properties, 'publishingProfile'), 'targetRegions').map((one) => ({
      region: one.name,
      state: done ? 'Completed' : 'Replicating',
      details: '',
      progress: done ? 100 : 30,
    })),
  };
}

const version: Omit<ResourceType<'operations'>, 'apiVersions'> = {
  type: 'galleries/images/versions',
  tracked: true,
  put: putVersion,
  delete: () => ({ duration: { median: 40, p95: 120 } }),
  view(resource, sim, { expand }) {
    const properties: JsonObject = { ...resource.properties };
    if (expand?.toLowerCase() === 'replicationstatus') properties.replicationStatus = replication(sim, resource);
    return { ...defaultView(resource), properties };
  },
};

const images: Omit<ResourceType<never>, 'apiVersions'> = {
  type: 'images',
  put({ resource }) {
    const disk = child(child(resource.properties, 'storageProfile'), 'osDisk');
    if (!text(disk, 'osType') && !child(resource.properties, 'sourceVirtualMachine').id)
      throw refuse(C.missing, { parameter: 'image.properties.storageProfile.osDisk.osType' });
    const storage = child(resource.properties, 'storageProfile');
    resource.properties.storageProfile = {
      ...storage,
      osDisk: { osState: 'Generalized', diskSizeGB: 127, ...disk },
      dataDisks: storage.dataDisks ?? [],
    };
    resource.properties.hyperVGeneration ??= 'V2';
    return { duration: { median: 30, p95: 90 } };
  },
  delete: () => ({ duration: QUICK }),
  deleteOrder: 60,
};

export const GALLERY_TYPES = [galleryBase, definition, version];
export const IMAGE_TYPE = images;
