/** Which versions of an image there are, where, and who runs them: the gallery's for machines, what runs for containers. It changes nothing. */
import type { GalleryImageVersion } from '@azure/arm-compute';
import type { AzureClients } from '../azure/clients.ts';
import { orAbsent } from '../azure/errors.ts';
import type { Image, ImageVersion } from '../contract/api/images.ts';
import { type GalleryImage, parseGalleryImage, type Use, usersOf } from '../domain/images/uses.ts';
import {
  compareVersions,
  isProved,
  newestFirst,
  newestProved,
  type OsState,
  STATES,
  specialisedOf,
  type Version,
} from '../domain/images/versions.ts';
import { tagOf } from '../domain/ownership.ts';
import { containerVersion, sameContainerImage } from '../domain/request/images.ts';

const short = (region: string): string => region.toLowerCase().replaceAll(' ', '');

interface Found extends Version {
  /** ARM id of the definition it is a version of. */
  definition: string;
  copies: ImageVersion['regions'];
}

const iso = (date: Date | undefined): string | undefined => date?.toISOString();
const given = <K extends string>(key: K, value: string | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: string };

function versionOf(definition: string, osState: OsState, one: GalleryImageVersion): Found {
  const { name = '', tags, provisioningState = 'Succeeded', publishingProfile, replicationStatus } = one;
  const targets = publishingProfile?.targetRegions?.map((target) => short(target.name)) ?? [short(one.location)];
  const seen = new Map(replicationStatus?.summary?.map((copy) => [short(copy.region ?? ''), copy]));
  const copies = targets.map((region) => {
    const copy = seen.get(region);
    const state = copy?.state ?? (provisioningState === 'Succeeded' ? 'Completed' : 'Unknown');
    return { region, state, ...(copy?.progress === undefined ? {} : { progress: copy.progress }) };
  });
  return {
    definition,
    name,
    osState,
    state: provisioningState,
    proved: isProved(tags),
    excluded: publishingProfile?.excludeFromLatest === true,
    regions: copies.flatMap(({ region, state }) => (state === 'Completed' ? [region] : [])),
    copies,
    ...given('endOfLife', iso(publishingProfile?.endOfLifeDate)),
    ...given('createdAt', iso(publishingProfile?.publishedDate)),
  };
}

/** @param copies whether each version is asked how far its copies are, which takes a request for each */
async function versionsIn(
  { compute }: AzureClients,
  { id, group, gallery, definition }: GalleryImage,
  copies: boolean,
): Promise<Found[]> {
  const found: Found[] = [];
  for (const osState of STATES) {
    const name = osState === 'specialised' ? specialisedOf(definition) : definition;
    const of = osState === 'specialised' ? specialisedOf(id) : id;
    const listed: GalleryImageVersion[] = [];
    const list = async () => {
      for await (const one of compute.galleryImageVersions.listByGalleryImage(group, gallery, name)) listed.push(one);
      return listed;
    };
    if (!(await orAbsent(list()))) continue;
    for (const one of listed) {
      const ask = copies && one.provisioningState !== 'Succeeded';
      const whole = ask
        ? await orAbsent(
            compute.galleryImageVersions.get(group, gallery, name, one.name ?? '', { expand: 'ReplicationStatus' }),
          )
        : undefined;
      found.push(versionOf(of, osState, whole ?? one));
    }
  }
  return newestFirst(found);
}

/** All versions of an image, without asking each how far its copies are. @throws what Azure says */
export const versionsOf = (azure: AzureClients, image: GalleryImage): Promise<Version[]> =>
  versionsIn(azure, image, false);

/** What Image Builder starts from (mixer/image/image.bicep). */
export const WINDOWS = ['MicrosoftWindowsServer', 'WindowsServer', '2022-datacenter-g2'] as const;

/** The newest version of Windows Server in a region; undefined when Azure has none there. @throws what Azure says */
export async function newestWindows({ compute }: AzureClients, region: string): Promise<string | undefined> {
  const versions = await compute.virtualMachineImages.list(region, ...WINDOWS);
  return versions
    .map(({ name }) => name)
    .sort(compareVersions)
    .at(-1);
}

/** Every machine of the subscription and what it was started from: whoever made it keeps its version where it is. */
async function machinesUse({ compute }: AzureClients): Promise<Use[]> {
  const uses: Use[] = [];
  for await (const { name = '', tags, storageProfile } of compute.virtualMachines.listAll()) {
    const { id, exactVersion } = storageProfile?.imageReference ?? {};
    if (id !== undefined) uses.push({ by: tagOf(tags, 'event') ?? name, image: id, exactVersion });
  }
  return uses;
}

/** What Azure knows of an image; which events are pinned is ours to say. */
export type SeenImage = Omit<Image, 'pins'>;

export interface Asked {
  /** As templates call it. */
  image: string;
  reference: string;
  /** Where the next event would be. */
  region: string;
  /** Events that were accepted with an image, whether or not they have machines yet. */
  events: readonly Use[];
  /** Milliseconds since the Unix epoch. */
  now: number;
  copies: boolean;
  /** The version that people have chosen. */
  chosen?: string;
}

/** The image of the machines, by the gallery it is in. @throws what Azure says */
export async function machineImage(azure: AzureClients, asked: Asked): Promise<SeenImage> {
  const { image, reference, region, events, now, copies, chosen } = asked;
  const named = parseGalleryImage(reference);
  const base = { image, kind: 'machine' as const, reference };
  if (!named) {
    const problem = 'it is no image of a gallery: MIXER_IMAGE_ID names it, and nothing is known of its versions';
    return { ...base, pinned: true, current: null, rollback: null, versions: [], problem };
  }
  const [versions, machines] = await Promise.all([versionsIn(azure, named, copies), machinesUse(azure)]);
  const generalised = versions.filter(({ osState }) => osState === 'generalised');
  // What Azure takes as the latest, proved or not.
  const latest = generalised.find((one) => !one.excluded && one.regions.includes(short(region)));
  const current = chosen ?? named.version ?? latest?.name ?? null;
  const before =
    current === null
      ? undefined
      : newestProved(versions, { region: short(region), osState: 'generalised', before: current, now });
  const uses = [...machines, ...events];
  return {
    ...base,
    pinned: (chosen ?? named.version) !== undefined,
    current,
    rollback: before?.name ?? null,
    versions: versions.map(({ definition, name, osState, state, proved, endOfLife, createdAt, copies: regions }) => ({
      version: name,
      osState,
      state,
      proved,
      current: osState === 'generalised' && current !== null && compareVersions(name, current) === 0,
      ...given('createdAt', createdAt),
      ...given('endOfLife', endOfLife),
      regions,
      usedBy: usersOf(definition, name, uses),
    })),
  };
}

/** A container image: the version that is set, and those that run. @throws what Azure says */
export async function containerImage(
  azure: AzureClients,
  { image, reference, events }: Pick<Asked, 'image' | 'reference' | 'events'>,
): Promise<SeenImage> {
  const users = new Map<string, Set<string>>();
  const use = (version: string, by?: string) => {
    const known = users.get(version) ?? new Set();
    if (by !== undefined) known.add(by);
    users.set(version, known);
  };
  const current = containerVersion(reference);
  use(current);
  for await (const { name = '', tags, containers } of azure.containers.containerGroups.list())
    for (const container of containers)
      if (container.image !== undefined && sameContainerImage(container.image, reference))
        use(containerVersion(container.image), tagOf(tags, 'event') ?? name);
  for (const { by, image: accepted } of events)
    if (sameContainerImage(accepted, reference)) use(containerVersion(accepted), by);
  return {
    image,
    kind: 'containers',
    reference,
    pinned: current.startsWith('sha256:'),
    current,
    rollback: null,
    versions: [...users].map(([version, by]) => ({
      version,
      state: 'Succeeded',
      proved: null,
      current: version === current,
      regions: [],
      usedBy: [...by].sort(),
    })),
  };
}
