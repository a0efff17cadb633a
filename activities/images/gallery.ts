/** The gallery's side of a build: definitions and versions, their copies, their proof, and taking them back. */
import type { GalleryImageVersion } from '@azure/arm-compute';
import { isNotFound, orAbsent } from '../../azure/errors.ts';
import { beginModular } from '../../azure/operations.ts';
import { BUILD_TAG, buildGroupTags, buildNames, versionTags } from '../../domain/images/build.ts';
import { parseGalleryImage } from '../../domain/images/uses.ts';
import { baseProblem, isProved, type OsState, PROOF_TAG, PROVED, specialisedOf } from '../../domain/images/versions.ts';
import { isTaggedOurs, tagOf } from '../../domain/ownership.ts';
import type { ImageStep, ImageStepInput } from '../../domain/seam/image-build.ts';
import { versionsOf } from '../../inspect/images.ts';
import { sizeObstacle } from '../../inspect/preflight/capacity.ts';
import { type BuildContext, done, failed, make, type PhaseStep, running } from './step.ts';

/** Where a version of this build is: arguments of the gallery's client, and its ARM id. */
export function placeOf(input: ImageStepInput, osState: OsState) {
  const image = parseGalleryImage(input.definition);
  if (!image) throw new Error('Cannot build as the definition is no image of a gallery');
  const definition = osState === 'specialised' ? specialisedOf(image.definition) : image.definition;
  const id = osState === 'specialised' ? specialisedOf(image.id) : image.id;
  return { ...image, definition, definitionId: id, id: `${id}/versions/${input.version}`, version: input.version };
}
type Place = ReturnType<typeof placeOf>;

const KINDS = ({ specialised }: Pick<ImageStepInput, 'specialised'>): OsState[] =>
  specialised ? ['generalised', 'specialised'] : ['generalised'];

const read = ({ azure }: BuildContext, { group, gallery, definition, version }: Place) =>
  orAbsent(
    azure.compute.galleryImageVersions.get(group, gallery, definition, version, { expand: 'ReplicationStatus' }),
  );

/** A version is this build's by a tag of its own: it outlives the group, and is never removed with one. */
export const isOfBuild = (
  tags: Record<string, string> | undefined,
  { deploymentId }: Pick<ImageStepInput, 'deploymentId'>,
) => tagOf(tags, 'managed-by') === 'stream-control' && tagOf(tags, BUILD_TAG) === deploymentId;

const copying = (version: GalleryImageVersion): string => {
  const copies = version.replicationStatus?.summary ?? [];
  return copies.map(({ region, progress }) => `${region} ${progress ?? 0} %`).join(', ') || 'is being made';
};

/** Everything that can be known to fail is looked at, then the build's group is made. */
export const prepare: PhaseStep = async (context) => {
  const { azure, input } = context;
  for (const kind of KINDS(input)) {
    const place = placeOf(input, kind);
    const definition = await orAbsent(azure.compute.galleryImages.get(place.group, place.gallery, place.definition));
    const wanted = kind === 'specialised' ? 'Specialized' : 'Generalized';
    if (definition?.osState !== wanted)
      return failed({
        class: 'configuration',
        code: 'ImageDefinitionMissing',
        message: definition
          ? `Cannot build as ${place.definition} is for ${definition.osState} versions, not for ${wanted} ones`
          : `Cannot build as the gallery has no image definition ${place.definition}`,
        resource: place.definitionId,
        advice: 'deploy bicep/main.bicep, which makes both definitions, or build without --specialised',
      });
    const version = await read(context, place);
    if (version && !isOfBuild(version.tags, input))
      return failed({
        class: 'conflict',
        code: 'ImageVersionExists',
        message: `Cannot build version ${input.version} of ${place.definition} as there is one`,
        resource: place.id,
        advice: 'leave --version out: the next number is taken',
      });
  }
  const image = parseGalleryImage(input.definition);
  const on = 'from' in input.sources ? input.sources.from : undefined;
  const problem = image && on && baseProblem(await versionsOf(azure, image), on, input.region);
  if (problem)
    return failed({
      class: 'configuration',
      code: 'ImageNotProved',
      message: `Cannot build on ${on} as ${problem}`,
      resource: input.definition,
      advice: 'build on a version that image show has as proved, or on Windows from the marketplace',
    });
  // The machine that is captured counts on, deallocated, beside the one that is started from the capture.
  const wanted = { region: input.region, machines: input.specialised ? 2 : 1, spot: false };
  const obstacle = await sizeObstacle(azure, input.vmSize, wanted);
  if (obstacle !== undefined)
    return failed({
      class: 'quota',
      code: 'NotEnough',
      message: `Cannot build in ${input.region}: ${obstacle}`,
      resource: input.region,
      advice: 'ask for more quota (https://aka.ms/azquota), or build with another --vm-size or in another --region',
    });
  const group = await orAbsent(azure.resources.resourceGroups.get(input.resourceGroup));
  if (group && !isTaggedOurs(group.tags, input.deploymentId))
    return failed({
      class: 'foreign',
      code: 'ResourceGroupExists',
      message: `Cannot create resource group ${input.resourceGroup} as it exists already`,
      resource: input.resourceGroup,
      advice: 'build again: the next group has another name',
    });
  if (!group)
    await azure.resources.resourceGroups.createOrUpdate(input.resourceGroup, {
      location: input.region,
      tags: buildGroupTags(input),
    });
  return done(`version ${input.version}${on === undefined ? '' : ` on ${on}`}, group ${input.resourceGroup}`);
};

/** Image Builder has put the version there; it counts once every region has its copy. */
export const generalised: PhaseStep = async (context) => {
  const place = placeOf(context.input, 'generalised');
  const version = await read(context, place);
  if (!version)
    return failed({
      class: 'unknown',
      code: 'ImageVersionMissing',
      message: `Image Builder says that it is done, and the gallery has no version ${place.version}`,
      resource: place.id,
      advice: 'look at runOutputs of the template’s next run, and at the identity’s role on the gallery',
    });
  return await copied(context, place, version);
};

const copied = (context: BuildContext, { id }: Place, version: GalleryImageVersion): Promise<ImageStep> =>
  make(context, {
    id,
    look: async () => ({ tags: version.tags, state: version.provisioningState, detail: copying(version) }),
    send: async () => undefined,
    isOurs: (tags) => isOfBuild(tags, context.input),
  });

/** The specialised version, of the machine that has booted and is deallocated. */
export const capture: PhaseStep = async (context) => {
  const { azure, input } = context;
  const place = placeOf(input, 'specialised');
  const version = await read(context, place);
  if (version) return await copied(context, place, version);
  const machine = `/subscriptions/${input.installation.subscriptionId}/resourceGroups/${input.resourceGroup}/providers/Microsoft.Compute/virtualMachines/${buildNames.machine('boot')}`;
  await beginModular('compute', place.id, () =>
    azure.compute.galleryImageVersions.createOrUpdate(place.group, place.gallery, place.definition, place.version, {
      location: input.region,
      tags: versionTags(input),
      storageProfile: { source: { virtualMachineId: machine } },
      publishingProfile: {
        targetRegions: input.regions.map((name) => ({
          name,
          regionalReplicaCount: 1,
          storageAccountType: input.storage,
        })),
        // Nothing may start from it as the latest before it is proved.
        excludeFromLatest: true,
        ...(input.endOfLife === undefined ? {} : { endOfLifeDate: new Date(input.endOfLife) }),
      },
    }),
  );
  return running('the capture has begun');
};

/** Both versions have started a machine: from now on they may be used. */
export const prove: PhaseStep = async (context) => {
  const { azure, input } = context;
  for (const kind of KINDS(input)) {
    const place = placeOf(input, kind);
    const version = await read(context, place);
    if (!version || !isOfBuild(version.tags, input))
      return failed({
        class: 'conflict',
        code: 'ImageVersionMissing',
        message: `Cannot mark ${place.definition} ${place.version} as proved as somebody has removed or replaced it`,
        resource: place.id,
        advice: 'build again',
      });
    if (isProved(version.tags) && version.publishingProfile?.excludeFromLatest !== true) {
      if (version.provisioningState !== 'Succeeded') return running(`${place.definition} is being marked`);
      continue;
    }
    if (version.provisioningState !== 'Succeeded') return running(`${place.definition} is being changed`);
    const { targetRegions, endOfLifeDate } = version.publishingProfile ?? {};
    await beginModular('compute', place.id, () =>
      azure.compute.galleryImageVersions.update(place.group, place.gallery, place.definition, place.version, {
        tags: { ...version.tags, [PROOF_TAG]: PROVED },
        publishingProfile: {
          ...(targetRegions ? { targetRegions } : {}),
          excludeFromLatest: false,
          ...((endOfLifeDate ?? input.endOfLife)
            ? { endOfLifeDate: endOfLifeDate ?? new Date(String(input.endOfLife)) }
            : {}),
        },
      }),
    );
    return running(`${place.definition} is being marked`);
  }
  return done(`${input.version} is proved: ${KINDS(input).join(' and ')}`);
};

/** Takes back what this build put into the gallery, and nothing else. */
export const discard: PhaseStep = async (context) => {
  const { azure, input } = context;
  for (const kind of KINDS(input)) {
    const place = placeOf(input, kind);
    const version = await read(context, place);
    if (!version || !isOfBuild(version.tags, input)) continue;
    if (version.provisioningState === 'Deleting')
      return running(`${place.definition} ${place.version} is being removed`);
    try {
      await beginModular('compute', place.id, () =>
        azure.compute.galleryImageVersions.delete(place.group, place.gallery, place.definition, place.version),
      );
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    return running(`${place.definition} ${place.version} is being removed`);
  }
  return done('none of its versions is left');
};
