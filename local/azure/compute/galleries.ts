/** Compute galleries with their image definitions, and managed images; versions are in gallery-versions.ts. */
import { refuse } from '../core/constraint.ts';
import { child, text } from '../core/json.ts';
import type { Delete, Plan, ResourceType } from '../core/provider.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import { version } from './gallery-versions.ts';

const QUICK = { median: 6, p95: 15 };
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
