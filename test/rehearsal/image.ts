/** The mixers' image, built into the gallery that was installed, as docs/operate/mixer-image.md says. */
import type { Simulator } from '../../local/azure/simulator.ts';
import type { World } from '../system/world.ts';
import { ask, OWNER } from './azure.ts';
import { imageTemplate, type Json } from './template.ts';

const HASH = '0'.repeat(64);
const BUILDER = 'image-builder';

/** @param group where everything stands @param definition the gallery's image definition @param regions that get a replica */
export async function buildImage(world: World, group: string, definition: string, regions: string[]): Promise<void> {
  const { simulator } = world;
  const own = async (method: string, path: string, body?: Json) =>
    (await world.clock.track(ask(simulator, OWNER, method, `${group}/providers/${path}`, body))).body;
  const identity = `Microsoft.ManagedIdentity/userAssignedIdentities/${BUILDER}`;
  await own('PUT', `${identity}?api-version=2023-01-31`, { location: regions[0] });
  const given = {
    galleryImageId: definition,
    replicaRegions: regions,
    identityId: `${group}/providers/${identity}`,
    agentUrl: 'https://example.blob.core.windows.net/build/agent.tar.gz',
    agentSha256: HASH,
    obsUrl: 'https://example.com/obs.exe',
    obsSha256: HASH,
    nodeUrl: 'https://example.com/node.zip',
    nodeSha256: HASH,
    windowsVersion: '20348.3091.250112',
  };
  const parameters = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, { value }]));
  await own('PUT', 'Microsoft.Resources/deployments/mixer-image?api-version=2021-04-01', {
    properties: { mode: 'Incremental', template: imageTemplate(), parameters },
  });
  await world.pass(120);
  await own('POST', 'Microsoft.VirtualMachineImages/imageTemplates/mixer-image/run?api-version=2024-02-01');
  await world.pass(2 * 3600);
  if (versions(simulator, definition) === 0)
    throw new Error('The build of the mixers’ image has put no version into the gallery');
}

const versions = ({ kernel }: Simulator, definition: string): number =>
  kernel.resources.children(definition).filter(({ properties }) => properties.provisioningState === 'Succeeded').length;
