/** Versions are chosen, pinned, rolled back and removed: by an admin, and never under an event that runs. */
import { z } from 'zod';
import { clients } from '../azure/clients.ts';
import { orAbsent } from '../azure/errors.ts';
import { beginModular } from '../azure/operations.ts';
import {
  type ImageChange,
  imageChangeSchema,
  imagePinSchema,
  imageRemovedSchema,
} from '../contract/api/image-changes.ts';
import type { Image } from '../contract/api/images.ts';
import { pinnedTo } from '../domain/images/choice.ts';
import { parseGalleryImage } from '../domain/images/uses.ts';
import { STATES, specialisedOf } from '../domain/images/versions.ts';
import { own } from '../domain/own.ts';
import { tagOf } from '../domain/ownership.ts';
import { eventField } from '../domain/request/fields.ts';
import { BUILT_IMAGES, type BuiltImage, imageVersion } from '../domain/seam/image-build.ts';
import type { ImageChoice } from '../domain/seam/image-choice.ts';
import { type ImagesState, imagesEntity, readImages } from '../entities/images.ts';
import { ports } from '../ports/index.ts';
import { type Call, type Door, door } from './door.ts';
import { knownImage } from './images.ts';
import { invalid, Problem, quoted } from './problem.ts';
import { write } from './written.ts';

const useSchema = z.strictObject({
  version: imageVersion.nullable().describe('Null: what the installation is set to counts again'),
  force: z.boolean().optional().describe('Although it has not passed its smoke test'),
});
const rollbackSchema = z.strictObject({
  confirm: z.boolean().optional().describe('Without it only what would change is told'),
});
const pinSchema = z.strictObject({
  event: eventField,
  version: imageVersion.nullable().describe('Null: no more'),
  force: z.boolean().optional(),
});

/** @throws Problem 404 */
function changeable(name: string): BuiltImage {
  const found = BUILT_IMAGES.find((one) => one === name);
  if (found) return found;
  throw new Problem(
    404,
    `Versions of ${quoted(name, /^[a-z]{1,20}$/)} are not chosen here: ${BUILT_IMAGES.join(', ')}`,
  );
}

/** A choice of a version that is there and proved. @throws Problem 400, 422 */
function choiceOf(image: Image, version: string, force: boolean | undefined, by: string): ImageChoice {
  const found = image.versions.find((one) => one.version === version && one.osState === 'generalised');
  if (!found) {
    const known = image.versions.flatMap((one) => (one.osState === 'generalised' ? [one.version] : []));
    throw invalid([
      { path: 'version', message: `there is no version ${version}: there are ${known.join(', ') || 'none'}` },
    ]);
  }
  if (found.state !== 'Succeeded')
    throw new Problem(409, `Version ${version} is ${found.state}: wait until it is Succeeded`);
  if (!found.proved && !force)
    throw new Problem(422, `Version ${version} has never passed its smoke test: build one (image build), or say force`);
  return { version, by, at: new Date(ports().now()).toISOString(), ...(found.proved ? {} : { forced: true as const }) };
}

const change = (image: Image, state: ImagesState, to: string | null, done: boolean): ImageChange => ({
  image: image.image,
  from: image.current,
  to,
  done,
  running: [...new Set(image.versions.flatMap(({ usedBy }) => usedBy))].sort(),
  pinned: image.pins.map(({ event }) => event),
});

const isChosen = (state: ImagesState | undefined, image: string, choice: ImageChoice | null): boolean =>
  (own(state?.chosen ?? {}, image)?.at ?? null) === (choice?.at ?? null);

async function choose(
  call: Pick<Call, 'durable' | 'audit'>,
  image: BuiltImage,
  choice: ImageChoice | null,
): Promise<void> {
  call.audit(
    `image ${image}: ${choice ? `version ${choice.version}${choice.forced ? ' (not proved)' : ''}` : 'as the installation is set'}`,
  );
  await write<ImagesState>(call.durable, imagesEntity, 'choose', { image, choice }, (state) =>
    isChosen(state, image, choice),
  );
}

async function remove(call: Call): Promise<{ image: string; version: string; removing: string[] }> {
  const name = changeable(call.param('image'));
  const version = call.param('version');
  const { settings, durable } = call;
  const [image, state] = await Promise.all([knownImage(call, name), readImages(durable)]);
  const place = parseGalleryImage(settings.mixerImageId);
  const found = image.versions.filter((one) => one.version === version);
  if (!place || found.length === 0) throw new Problem(404, `There is no version ${quoted(version, /^[\d.]{1,30}$/)}`);
  const users = [...new Set(found.flatMap(({ usedBy }) => usedBy))];
  if (users.length > 0) throw new Problem(409, `Version ${version} is in use by ${users.join(', ')}`);
  if (image.current === version)
    throw new Problem(409, `Version ${version} is what the next event starts from: use another first`);
  const pinned = pinnedTo(state, name, version);
  if (pinned.length > 0) throw new Problem(409, `Version ${version} is pinned by ${pinned.join(', ')}`);
  const azure = await clients(settings.subscriptionId);
  const removing: string[] = [];
  for (const osState of STATES) {
    const definition = osState === 'specialised' ? specialisedOf(place.definition) : place.definition;
    const id = `${osState === 'specialised' ? specialisedOf(place.id) : place.id}/versions/${version}`;
    const one = await orAbsent(azure.compute.galleryImageVersions.get(place.group, place.gallery, definition, version));
    if (!one) continue;
    if (tagOf(one.tags, 'managed-by') !== 'stream-control')
      throw new Problem(
        409,
        `${definition} ${version} does not carry our tag: it was not made here, and is not removed here`,
      );
    await beginModular('compute', id, () =>
      azure.compute.galleryImageVersions.delete(place.group, place.gallery, definition, version),
    );
    removing.push(id);
  }
  call.audit(`image ${name}: version ${version} is removed`);
  return { image: name, version, removing };
}

export const imageChangeDoors: Door[] = [
  door({
    name: 'api-images-use',
    method: 'POST',
    route: 'api/images/{image}/use',
    access: 'admin',
    summary: 'Chooses the version that events start from from now on',
    schema: useSchema,
    bodies: { 200: imageChangeSchema },
    answers: { 200: 'Chosen', 404: 'No such image', 409: 'It is not ready', 422: 'It is not proved' },
    async handle(call) {
      const name = changeable(call.param('image'));
      const [image, state] = await Promise.all([knownImage(call, name), readImages(call.durable)]);
      const { version, force } = call.body;
      const choice = version === null ? null : choiceOf(image, version, force, call.who.name);
      await choose(call, name, choice);
      return { json: change(image, state, version ?? (await knownImage(call, name)).current, true) };
    },
  }),
  door({
    name: 'api-images-rollback',
    method: 'POST',
    route: 'api/images/{image}/rollback',
    access: 'admin',
    summary: 'Goes back to the newest proved version before the current one; without confirm, tells what would change',
    schema: rollbackSchema,
    bodies: { 200: imageChangeSchema },
    answers: { 200: 'What changes', 404: 'No such image', 409: 'There is nothing to go back to' },
    async handle(call) {
      const name = changeable(call.param('image'));
      const [image, state] = await Promise.all([knownImage(call, name), readImages(call.durable)]);
      if (image.rollback === null)
        throw new Problem(409, `There is no proved version before ${image.current ?? 'the current one'}`);
      const confirmed = call.body.confirm === true;
      if (confirmed) await choose(call, name, choiceOf(image, image.rollback, false, call.who.name));
      return { json: change(image, state, image.rollback, confirmed) };
    },
  }),
  door({
    name: 'api-images-pins',
    method: 'POST',
    route: 'api/images/{image}/pins',
    access: 'admin',
    summary: 'Pins an event’s name to a version, whatever is chosen for the others',
    schema: pinSchema,
    bodies: { 200: imagePinSchema },
    answers: { 200: 'Pinned', 404: 'No such image', 422: 'The version is not proved' },
    async handle(call) {
      const name = changeable(call.param('image'));
      const { event: given, version, force } = call.body;
      const { event } = given;
      const choice = version === null ? null : choiceOf(await knownImage(call, name), version, force, call.who.name);
      call.audit(`image ${name}: ${event} is pinned to ${version ?? 'nothing'}`);
      await write<ImagesState>(
        call.durable,
        imagesEntity,
        'pin',
        { image: name, event, choice },
        (state) => (own(own(state?.pins ?? {}, name) ?? {}, event)?.at ?? null) === (choice?.at ?? null),
      );
      return { json: { image: name, event, version } };
    },
  }),
  door({
    name: 'api-images-versions-remove',
    method: 'DELETE',
    route: 'api/images/{image}/versions/{version}',
    access: 'admin',
    summary: 'Removes a version that nobody uses, of both kinds',
    bodies: { 202: imageRemovedSchema },
    answers: { 202: 'It is being removed', 404: 'No such version', 409: 'It is in use, current, pinned, or not ours' },
    handle: async (call) => ({ status: 202, json: await remove(call) }),
  }),
];
