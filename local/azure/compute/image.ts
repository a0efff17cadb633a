/** Which image a VM starts from, and whether it can be had in its region. */
import { refuse } from '../core/constraint.ts';
import { child, children, text } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Duration } from '../core/random.ts';
import type { Sim } from '../core/sim.ts';
import { CONSTRAINTS as C } from './constraints.ts';
import { isReplicated } from './gallery-versions.ts';
import { platformImage } from './marketplace.ts';
import type { VmProperties } from './schema.ts';

export interface Image {
  os: 'Windows' | 'Linux';
  diskGb: number;
  specialized: boolean;
  exactVersion?: string;
  /** From accepting the PUT until the guest has reported. */
  create: Duration;
}

/**
 * Windows from a gallery takes two to four minutes and has a long tail (specialisation, an image not yet cached in the region);
 * a marketplace Windows was recorded at 62 s, a Linux VM with its network at 51 s (Azure SDK and CLI recordings).
 * A specialised image skips Windows' first-boot set-up: the documentation says that it starts faster and gives no number (Microsoft
 * Learn, "Store and share images in an Azure Compute Gallery"), and no public measurement was found. Taken is what a machine of the
 * marketplace needs without that set-up, by the recording above: to be measured.
 */
const CREATE = {
  specialized: { Windows: { median: 55, p95: 170 }, Linux: { median: 40, p95: 110 } },
  gallery: { Windows: { median: 170, p95: 480 }, Linux: { median: 60, p95: 150 } },
  platform: { Windows: { median: 75, p95: 200 }, Linux: { median: 40, p95: 90 } },
} as const;

const osOf = (value: string | undefined): 'Windows' | 'Linux' => (/^windows$/i.test(value ?? '') ? 'Windows' : 'Linux');

function fromGallery(sim: Sim<'time' | 'resources'>, id: string, region: string): Image {
  const missing = () => refuse(C.imageNotInRegion, { image: id, region });
  const asked = sim.resources.get(id);
  const version = /\/versions\/[^/]+$/i.test(id) ? asked : newest(sim, asked, region);
  const definition = sim.resources.get(version?.id.split('/').slice(0, -2).join('/'));
  if (!version || !definition || !isReplicated(sim, version, region)) throw missing();
  const os = osOf(text(definition.properties, 'osType'));
  const disk = child(child(version.properties, 'storageProfile'), 'osDiskImage');
  const specialized = /^specialized$/i.test(text(definition.properties, 'osState') ?? '');
  return {
    os,
    diskGb: typeof disk.sizeInGB === 'number' ? disk.sizeInGB : os === 'Windows' ? 127 : 30,
    specialized,
    exactVersion: version.name,
    create: CREATE[specialized ? 'specialized' : 'gallery'][os],
  };
}

/** Highest version of a definition that is in the region and not excluded from `latest`. */
function newest(
  sim: Sim<'time' | 'resources'>,
  definition: Resource | undefined,
  region: string,
): Resource | undefined {
  if (!definition) return undefined;
  return sim.resources
    .children(definition.id)
    .filter(
      (one) => isReplicated(sim, one, region) && child(one.properties, 'publishingProfile').excludeFromLatest !== true,
    )
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
    .at(-1);
}

const needsTrustedLaunch = (sim: Sim<'time' | 'resources'>, id: string): boolean => {
  const definition = sim.resources.get(id.replace(/\/versions\/[^/]+$/i, ''));
  return children(definition?.properties, 'features').some(
    (one) => one.name === 'SecurityType' && one.value === 'TrustedLaunch',
  );
};

/** The image that `properties` name; throws what Azure answers when there is none. */
export function resolveImage(sim: Sim<'time' | 'resources'>, properties: VmProperties, region: string): Image {
  const reference = properties.storageProfile?.imageReference;
  if (!reference) {
    if (properties.storageProfile?.osDisk?.managedDisk?.id) return attached(properties);
    throw refuse(C.missing, { parameter: 'imageReference' }, { target: 'imageReference' });
  }
  if (!reference.id) return fromPlatform(reference);
  if (/\/galleries\//i.test(reference.id)) {
    if (needsTrustedLaunch(sim, reference.id) && !properties.securityProfile?.securityType)
      throw refuse(C.securityType);
    return fromGallery(sim, reference.id, region);
  }
  const image = sim.resources.get(reference.id);
  if (!image) throw refuse(C.imageNotFound, { image: reference.id });
  const disk = child(child(image.properties, 'storageProfile'), 'osDisk');
  const os = osOf(text(disk, 'osType'));
  return {
    os,
    diskGb: typeof disk.diskSizeGB === 'number' ? disk.diskSizeGB : os === 'Windows' ? 127 : 30,
    specialized: /^specialized$/i.test(text(disk, 'osState') ?? ''),
    create: CREATE.gallery[os],
  };
}

function attached(properties: VmProperties): Image {
  const os = osOf(properties.storageProfile?.osDisk?.osType ?? undefined);
  return {
    os,
    diskGb: properties.storageProfile?.osDisk?.diskSizeGB ?? 127,
    specialized: true,
    create: CREATE.platform[os],
  };
}

function fromPlatform(reference: NonNullable<NonNullable<VmProperties['storageProfile']>['imageReference']>): Image {
  const { publisher, offer, sku, version } = reference;
  const found = platformImage(publisher ?? '', offer ?? '', sku ?? '', version ?? 'latest');
  if (!found) {
    const image = [publisher, offer, sku, version].map((part) => part ?? '').join(':');
    throw refuse(C.platformImageNotFound, { image }, { target: 'imageReference' });
  }
  const { image } = found;
  return {
    os: image.os,
    diskGb: image.diskGb,
    specialized: false,
    exactVersion: found.version,
    create: CREATE.platform[image.os],
  };
}
