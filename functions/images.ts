/** What machines and containers start from: versions, whether they are proved, and who runs them. */
import type { DurableClient } from 'durable-functions';
import { clients } from '../azure/clients.ts';
import { classify } from '../azure/errors.ts';
import type { Settings } from '../azure/settings.ts';
import { type Image, imageListSchema, imageSchema } from '../contract/api/images.ts';
import { pinsOf } from '../domain/images/choice.ts';
import type { Use } from '../domain/images/uses.ts';
import { own } from '../domain/own.ts';
import { IMAGES } from '../domain/seam/installation.ts';
import { stateOf } from '../durable/entity.ts';
import { inTurns } from '../durable/in-turns.ts';
import { lifecycleOf } from '../durable/lifecycles.ts';
import { eventIndex, type IndexState } from '../entities/event-index.ts';
import { type ImagesState, readImages } from '../entities/images.ts';
import { type Asked, containerImage, machineImage } from '../inspect/images.ts';
import { ports } from '../ports/index.ts';
import { type Call, type Door, door } from './door.ts';
import { imagesOf } from './installation.ts';
import { Problem, quoted } from './problem.ts';

const NAMES: readonly string[] = [...IMAGES.machine, ...IMAGES.containers];
const isMachine = (name: string): boolean => (IMAGES.machine as readonly string[]).includes(name);

/** What every event that is not over was accepted with, by the name of the image. */
async function acceptedWith(durable: DurableClient): Promise<Map<string, Use[]>> {
  const uses = new Map<string, Use[]>();
  const events = Object.values((await stateOf<IndexState>(durable, eventIndex))?.events ?? {});
  const living = events.filter(({ over }) => !over).map(({ event }) => event);
  await inTurns(living, async (event) => {
    const lifecycle = await lifecycleOf(durable, event);
    if (!lifecycle || lifecycle.over) return;
    for (const [name, image] of Object.entries(lifecycle.input.installation.images))
      uses.set(name, [...(uses.get(name) ?? []), { by: event, image }]);
  });
  return uses;
}

interface Question {
  settings: Settings;
  name: string;
  uses: Map<string, Use[]>;
  copies: boolean;
  state: ImagesState;
}

async function imageOf({ settings, name, uses, copies, state }: Question): Promise<Image> {
  const reference = own<string>(imagesOf(settings), name) ?? '';
  const chosen = own(state.chosen ?? {}, name)?.version;
  const asked: Asked = {
    image: name,
    reference,
    region: settings.defaultRegion,
    events: uses.get(name) ?? [],
    now: ports().now(),
    copies,
    ...(chosen === undefined ? {} : { chosen }),
  };
  const kind = isMachine(name) ? 'machine' : 'containers';
  const pins = pinsOf(state, name);
  try {
    const azure = await clients(settings.subscriptionId);
    return { ...(await (kind === 'machine' ? machineImage(azure, asked) : containerImage(azure, asked))), pins };
  } catch (error) {
    const { failure } = classify(error, reference);
    const problem = `${failure.code}: ${failure.message}`;
    return { image: name, kind, reference, pinned: false, current: null, rollback: null, versions: [], pins, problem };
  }
}

async function all({ durable, settings }: Pick<Call, 'durable' | 'settings'>): Promise<Image[]> {
  const [uses, state] = await Promise.all([acceptedWith(durable), readImages(durable)]);
  return await Promise.all(NAMES.map((name) => imageOf({ settings, name, uses, copies: false, state })));
}

/** One image, with how far its copies are. */
export async function knownImage(
  { durable, settings }: Pick<Call, 'durable' | 'settings'>,
  name: string,
): Promise<Image> {
  const [uses, state] = await Promise.all([acceptedWith(durable), readImages(durable)]);
  return await imageOf({ settings, name, uses, copies: true, state });
}

export const imageDoors: Door[] = [
  door({
    name: 'api-images',
    method: 'GET',
    route: 'api/images',
    access: 'viewer',
    summary: 'What machines and containers start from, and who runs which version',
    bodies: { 200: imageListSchema },
    answers: { 200: 'The images of the installation' },
    handle: async (call) => ({ json: { images: await all(call) } }),
  }),
  door({
    name: 'api-images-one',
    method: 'GET',
    route: 'api/images/{image}',
    access: 'viewer',
    summary: 'Versions of one image: proved or not, in which regions, used by whom',
    bodies: { 200: imageSchema },
    answers: { 200: 'The image', 404: 'No such image' },
    async handle({ durable, settings, param }) {
      const name = param('image');
      if (!NAMES.includes(name))
        throw new Problem(404, `There is no image ${quoted(name, /^[a-z]{1,20}$/)}: there are ${NAMES.join(', ')}`);
      return { json: await knownImage({ durable, settings }, name) };
    },
  }),
];
