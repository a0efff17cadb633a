/** What can be known to fail before anything is created, is found here. Certain failures fail; doubts are warnings. */
import type { AzureClients } from '../azure/clients.ts';
import { AzureFailure } from '../azure/errors.ts';
import { Vault } from '../azure/vault.ts';
import type { Failure } from '../domain/workflow.ts';
import { type NodeContext, type NodeHandler, noPoll } from './handler.ts';
import { inTurns } from './in-turns.ts';
import { missingSecret } from './relays.ts';
import { read } from './resource.ts';

type Context = NodeContext<'preflight'>;

const fail = (failure: Failure) => new AzureFailure({ failure });

/** The group's name must be free, or the group already this deployment's own. */
async function groupFree({ input, azure }: Context): Promise<void> {
  const group = await read(azure.resources.resourceGroups.get(input.resourceGroup));
  const owner = group?.tags?.deployment;
  if (group && owner !== input.deploymentId)
    throw fail({
      class: 'foreign',
      code: 'ResourceGroupExists',
      message: `Cannot create resource group ${input.resourceGroup} as it exists already and belongs to ${owner ?? 'someone else'}`,
      resource: input.resourceGroup,
      advice: 'remove it, or deploy again (the next group has another name)',
    });
}

const GALLERY =
  /\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Compute\/galleries\/([^/]+)\/images\/([^/]+)\/versions\/([^/]+)$/i;

const short = (region: string): string => region.toLowerCase().replaceAll(' ', '');

/** The image version must exist and be replicated to the region. An image that is no gallery version is only looked up when created. */
async function imageThere({ input, azure }: Context): Promise<string[]> {
  const image = input.installation.mixerImageId;
  const [, group, gallery, definition, version] = GALLERY.exec(image) ?? [];
  if (!group || !gallery || !definition || !version) return [`image ${image} is not a gallery version; not checked`];
  const found = await read(azure.compute.galleryImageVersions.get(group, gallery, definition, version));
  const regions = found?.publishingProfile?.targetRegions?.map((target) => short(target.name));
  if (!found || (regions && !regions.includes(short(input.region))))
    throw fail({
      class: 'configuration',
      code: 'GalleryImageNotFound',
      message: found
        ? `Cannot use the mixer image in ${input.region} as it is replicated to ${regions?.join(', ')} only`
        : `Cannot find the mixer image ${image}`,
      resource: image,
      advice: 'build the mixer image and replicate it to this region (setting MIXER_IMAGE_ID)',
    });
  return [];
}

/** The client id of the mixers' identity: the agent asks for its token by it. */
async function identityClientId(azure: AzureClients, identityId: string): Promise<string> {
  const identity = await read(azure.resources.resources.getById(identityId, '2023-01-31'));
  const clientId = identity?.properties?.clientId;
  if (typeof clientId === 'string') return clientId;
  throw fail({
    class: 'configuration',
    code: 'IdentityNotFound',
    message: `Cannot find the mixers’ identity ${identityId}`,
    resource: identityId,
    advice: 'create it (bicep) and set MIXER_IDENTITY_ID',
  });
}

/** Both vaults answer, and the stream keys that came with the request are there. */
async function secretsThere({ input, spec, azure }: Context): Promise<void> {
  const { keyVaultUrl, mixerVaultUrl } = input.installation;
  const mixers = new Vault(azure.secrets(mixerVaultUrl));
  await new Vault(azure.secrets(keyVaultUrl)).read(`${input.deploymentId}-preflight`);
  if (spec.streamSecrets.length === 0) await mixers.read(`${input.deploymentId}-preflight`);
  await inTurns(spec.streamSecrets, async (name) => {
    if ((await mixers.read(name)) === undefined) throw missingSecret(name);
  });
}

export const preflight: NodeHandler<'preflight'> = {
  async begin(context) {
    const { input, spec, azure } = context;
    const [, warnings, mixerIdentityClientId] = await Promise.all([
      groupFree(context),
      imageThere(context),
      identityClientId(azure, input.installation.mixerIdentityId),
      secretsThere(context),
    ]);
    if (!spec.keysGiven) warnings.push('no stream keys were given: mixers stay idle until they have some');
    return { step: 'done', facts: { mixerIdentityClientId, warnings } };
  },
  poll: noPoll,
};
