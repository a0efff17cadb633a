/** Which version the next event starts from: asked by whoever deploys or plans, before anything is started. */
import type { DurableClient } from 'durable-functions';
import { clients } from '../azure/clients.ts';
import { classify } from '../azure/errors.ts';
import type { Settings } from '../azure/settings.ts';
import { choiceFor, takenVersion } from '../domain/images/choice.ts';
import { parseGalleryImage } from '../domain/images/uses.ts';
import type { Installation } from '../domain/seam/installation.ts';
import { onlyNeeded } from '../domain/template/needs.ts';
import type { Template } from '../domain/template/schema.ts';
import { readImages } from '../entities/images.ts';
import { versionsOf } from '../inspect/images.ts';
import { ports } from '../ports/index.ts';
import { installationOf } from './installation.ts';

/** What this installation gives an event: those of its settings that the template refers to, and the version of the mixers' image that people have chosen for it. */
export async function installationFor(
  durable: DurableClient,
  settings: Settings,
  { request, template }: { request: { event: string; regions: readonly string[] }; template: Template },
): Promise<Installation> {
  const {
    event,
    regions: [region = settings.defaultRegion],
  } = request;
  const installation = onlyNeeded(template, installationOf(settings));
  const choice = choiceFor(await readImages(durable), 'mixer', event);
  const image = parseGalleryImage(settings.mixerImageId);
  if (!choice || !image) return installation;
  const of = (version: string, more: Pick<Installation, 'imageNote'> = {}): Installation => ({
    ...installation,
    images: { ...installation.images, mixer: `${image.id}/versions/${version}` },
    ...(choice.forced ? { unprovedImages: true } : {}),
    ...more,
  });
  try {
    const versions = await versionsOf(await clients(settings.subscriptionId), image);
    const taken = takenVersion(choice, versions, { region, osState: 'generalised', now: ports().now() });
    return of(taken?.version ?? choice.version, taken?.said === undefined ? {} : { imageNote: taken.said });
  } catch (error) {
    // Preflight looks again, and says what is wrong.
    const { failure } = classify(error, image.id);
    return of(choice.version, { imageNote: `the gallery could not be read: ${failure.code}` });
  }
}
