/** What must stand before an event can: the group's name, the image, the identity, the vaults, the keys. */
import type { GalleryImageVersion } from '@azure/arm-compute';
import type { AzureClients } from '../../azure/clients.ts';
import { orAbsent } from '../../azure/errors.ts';
import { Vault } from '../../azure/vault.ts';
import { isProved } from '../../domain/images/versions.ts';
import { eventOfDeployment, parseGroupName } from '../../domain/names.ts';
import { isTaggedOurs, tagOf } from '../../domain/ownership.ts';
import { inTurns } from '../../durable/in-turns.ts';
import { type Check, type CheckResult, fail, pass, warn } from './check.ts';

/**
 * Nothing of an earlier deployment of the event may stand, whatever became of what the control plane knew of it: it would cost on,
 * and hold the event's names.
 */
async function noEarlier(azure: AzureClients, resourceGroup: string, deploymentId: string): Promise<CheckResult> {
  const event = parseGroupName(resourceGroup)?.event;
  const standing: { name: string; leaving: boolean }[] = [];
  for await (const { name = '', tags, properties } of azure.resources.resourceGroups.list({
    filter: "tagName eq 'managed-by' and tagValue eq 'stream-control'",
  })) {
    if (event === undefined || parseGroupName(name)?.event !== event || isTaggedOurs(tags, deploymentId)) continue;
    if (eventOfDeployment(tagOf(tags, 'deployment')) !== event) continue;
    standing.push({ name, leaving: properties?.provisioningState?.toLowerCase() === 'deleting' });
  }
  const [first] = standing.filter(({ leaving }) => !leaving);
  if (first)
    return fail('resource group', {
      class: 'conflict',
      code: 'EarlierGroupStands',
      message: `Cannot deploy ${event} as ${first.name} of an earlier deployment still stands`,
      resource: first.name,
      advice:
        'the reaper removes it when its time is over (stream-control reaper), or delete the group by hand; another event name is free',
    });
  const leaving = standing.map(({ name }) => name).join(', ');
  return leaving
    ? warn('resource group', `${leaving} of an earlier deployment is being deleted`)
    : pass('resource group', `${resourceGroup} is free`);
}

/** The group's name must be free, or the group already this deployment's own. */
export const groupName: Check = async ({ azure, resourceGroup, deploymentId }) => {
  const group = await orAbsent(azure.resources.resourceGroups.get(resourceGroup));
  const owner = tagOf(group?.tags, 'deployment');
  if (!group || isTaggedOurs(group.tags, deploymentId)) return await noEarlier(azure, resourceGroup, deploymentId);
  return fail('resource group', {
    class: 'foreign',
    code: 'ResourceGroupExists',
    message: `Cannot create resource group ${resourceGroup} as it exists already and belongs to ${owner ?? 'someone else'}`,
    resource: resourceGroup,
    advice: 'remove it, or deploy again (the next group has another name)',
  });
};

const GALLERY =
  /\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Compute\/galleries\/([^/]+)\/images\/([^/]+)(?:\/versions\/([^/]+))?$/i;
const short = (region: string): string => region.toLowerCase().replaceAll(' ', '');

interface ImageVersion {
  name: string;
  proved: boolean;
  /** Regions with a replica in their short form; undefined where the gallery does not say. */
  regions: string[] | undefined;
}

/** What a machine may start from: the version that is named, or all that may be the latest. Undefined when it is no gallery's image. */
async function imageVersions({ compute }: AzureClients, image: string): Promise<ImageVersion[] | undefined> {
  const [, group, gallery, definition, version] = GALLERY.exec(image) ?? [];
  if (!group || !gallery || !definition) return undefined;
  const all = async () => {
    const found: GalleryImageVersion[] = [];
    for await (const one of compute.galleryImageVersions.listByGalleryImage(group, gallery, definition))
      if (one.publishingProfile?.excludeFromLatest !== true) found.push(one);
    return found;
  };
  const named = async (name: string) => [await compute.galleryImageVersions.get(group, gallery, definition, name)];
  const versions = (await orAbsent(version ? named(version) : all())) ?? [];
  return versions.map(({ name, tags, publishingProfile }) => ({
    name: name ?? '',
    proved: isProved(tags),
    regions: publishingProfile?.targetRegions?.map((target) => short(target.name)),
  }));
}

/** The image version must exist and be replicated to the region, and should be to those that come next. What is no gallery's is looked up when it is used. */
export const mixerImage: Check = async ({ azure, installation, spec, region }) => {
  const name = 'mixer image';
  const image = installation.images.mixer ?? '';
  const versions = await imageVersions(azure, image);
  if (!versions) return warn(name, `${image} is no gallery image; not checked`);
  const isIn = (where: string) => versions.findLast(({ regions }) => !regions || regions.includes(short(where)));
  const chosen = isIn(region);
  if (chosen && !chosen.proved && !installation.unprovedImages)
    return fail(name, {
      class: 'configuration',
      code: 'ImageNotProved',
      message: `Cannot start from version ${chosen.name} of the mixer image as it has never passed its smoke test`,
      resource: image,
      advice:
        'use one that has (stream-control image show mixer), build one (image build mixer), or choose this one with image use --force',
    });
  if (chosen) {
    const said = [
      installation.imageNote,
      chosen.proved ? undefined : `version ${chosen.name} has never passed its smoke test`,
    ].filter((one) => one !== undefined);
    if (said.length > 0) return warn(name, said.join('; '));
    const lacking = spec.regions.filter((other) => !isIn(other));
    if (lacking.length === 0) return pass(name, `version ${chosen.name} is in ${spec.regions.join(', ')}`);
    return warn(
      name,
      `version ${chosen.name} is in ${region}, but not in ${lacking.join(', ')}: replicate it there, or there is nowhere to go when ${region} is full`,
    );
  }
  const elsewhere = [...new Set(versions.flatMap(({ regions }) => regions ?? []))];
  return fail(name, {
    class: 'configuration',
    code: 'GalleryImageNotFound',
    message:
      elsewhere.length > 0
        ? `Cannot use the mixer image in ${region} as it is replicated to ${elsewhere.join(', ')} only`
        : `Cannot find the mixer image ${image}, or a version of it`,
    resource: image,
    advice: 'build the mixer image and replicate it to this region (setting MIXER_IMAGE_ID)',
  });
};

/** The client id of the mixers' identity: the agent asks for its token by it. */
export const mixerIdentity: Check = async ({ azure, installation }) => {
  const id = installation.identities.mixers;
  const identity = await orAbsent(azure.resources.resources.getById(id, '2023-01-31'));
  const clientId = identity?.properties?.clientId;
  if (typeof clientId === 'string')
    return pass('mixer identity', id.split('/').at(-1) ?? id, { identityClientId: clientId });
  return fail('mixer identity', {
    class: 'configuration',
    code: 'IdentityNotFound',
    message: `Cannot find the mixers’ identity ${id}`,
    resource: id,
    advice: 'create it (bicep) and set MIXER_IDENTITY_ID',
  });
};

/** Both vaults answer. A name that is surely absent is read: any answer but "no such secret" is an error. */
export const vaults: Check = async ({ azure, installation }) => {
  for (const url of [installation.keyVaultUrl, installation.mixerVaultUrl])
    await new Vault(azure.secrets(url)).read('stream-control-preflight');
  return pass('key vaults', 'both answer');
};

/** The stream keys that came with the request are there. */
export const streamKeys: Check = async ({ azure, installation, spec }) => {
  const name = 'stream keys';
  if (!spec.keysGiven) return warn(name, 'no stream keys were given: mixers stay idle until they have some');
  const vault = new Vault(azure.secrets(installation.mixerVaultUrl));
  const missing: string[] = [];
  await inTurns(spec.streamSecrets, async (names) => {
    for (const secret of names) if ((await vault.read(secret)) !== undefined) return;
    missing.push(names.at(-1) ?? '');
  });
  if (missing.length === 0) return pass(name, `one for each of ${spec.streamSecrets.length} languages`);
  return fail(name, {
    class: 'configuration',
    code: 'SecretMissing',
    message: `Cannot find stream keys in the mixers’ vault: ${missing.sort().join(', ')}`,
    advice: 'deploy again with youtubeKeys for every language',
  });
};
