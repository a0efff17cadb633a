/** Builds of an image: one at a time, each an orchestration with a journal, a cost and a proof of what is left. */
import type { DurableClient } from 'durable-functions';
import { clients } from '../azure/clients.ts';
import { classify } from '../azure/errors.ts';
import type { Settings } from '../azure/settings.ts';
import {
  type Build,
  type BuildAccepted,
  buildAcceptedSchema,
  buildListSchema,
  buildSchema,
} from '../contract/api/image-builds.ts';
import { nextVersion } from '../domain/images/build.ts';
import { parseGalleryImage } from '../domain/images/uses.ts';
import { baseProblem } from '../domain/images/versions.ts';
import { instanceId, newDeploymentId, resourceGroupName } from '../domain/names.ts';
import { type ImageBuildRequest, imageBuildSchema } from '../domain/request/image-build.ts';
import {
  BUILD_EVENT,
  BUILT_IMAGES,
  type BuildProgress,
  type BuildRecord,
  type BuiltImage,
  type ImageBuildInput,
  imageBuildInput,
} from '../domain/seam/image-build.ts';
import { instanceStatus, isEnded } from '../durable/instances.ts';
import { startAnew } from '../durable/start.ts';
import { readImages } from '../entities/images.ts';
import { newestWindows, versionsOf } from '../inspect/images.ts';
import { ports } from '../ports/index.ts';
import { type Door, door } from './door.ts';
import { installationOf } from './installation.ts';
import { invalid, Problem, quoted } from './problem.ts';

/** Milliseconds after which the reaper may take what a build left that broke: far longer than all its phases together. */
const EXPIRES = 24 * 3_600_000;
const DAY = 86_400_000;
const POLL_SECONDS = 10;

/** @throws Problem 404 */
export function builtImage(name: string): BuiltImage {
  const found = BUILT_IMAGES.find((one) => one === name);
  if (found) return found;
  throw new Problem(
    404,
    `There are no builds of ${quoted(name, /^[a-z]{1,20}$/)}: they are of ${BUILT_IMAGES.join(', ')}`,
  );
}

/** The instance of an image's latest build, if it is one. */
async function latest(durable: DurableClient, image: BuiltImage) {
  const instance = await instanceStatus(durable, instanceId.imageBuild(image));
  const parsed = imageBuildInput.safeParse(instance?.input);
  return instance && parsed.success ? { instance, input: parsed.data, ended: isEnded(instance) } : undefined;
}

const ofRecord = (record: BuildRecord): Build => ({
  buildId: record.buildId,
  image: record.image,
  version: record.version,
  from: record.from ?? null,
  state: record.outcome,
  by: record.by,
  acceptedAt: record.acceptedAt,
  endedAt: record.endedAt,
  phase: null,
  detail: null,
  progress: 1,
  error: record.failure
    ? { code: record.failure.code, message: record.failure.message, advice: record.failure.advice ?? null }
    : null,
  journal: record.journal,
  cost: record.cost,
  versions: record.versions,
  certificate: { existed: record.existed, remains: record.remains, verifiedAt: record.verifiedAt },
});

function ofInstance({ instance, input, ended }: NonNullable<Awaited<ReturnType<typeof latest>>>): Build {
  const shown = instance.customStatus as BuildProgress | null;
  const progress = shown?.buildId === input.deploymentId ? shown : undefined;
  const runtime = String(instance.runtimeStatus);
  return {
    buildId: input.deploymentId,
    image: input.image,
    version: input.version,
    from: 'from' in input.sources ? input.sources.from : null,
    state: ended ? 'broken' : 'running',
    by: input.by,
    acceptedAt: input.acceptedAt,
    endedAt: null,
    phase: progress?.action ?? null,
    detail: progress?.detail ?? null,
    progress: progress?.progress ?? 0,
    error: ended
      ? {
          code: 'BuildBroke',
          message: `nobody looks after this build: its orchestration ended as ${runtime}`,
          advice: `the reaper removes ${input.resourceGroup} when its time is over; build again`,
        }
      : null,
    journal: progress?.journal ?? [],
    cost: null,
    versions: [],
    certificate: null,
  };
}

/** Every build that is known, newest first. One that has just ended is told of by its own output. */
async function buildsOf(durable: DurableClient, image: BuiltImage): Promise<Build[]> {
  const [now, { builds }] = await Promise.all([latest(durable, image), readImages(durable)]);
  const kept = builds.filter((one) => one.image === image).map(ofRecord);
  if (!now || kept.some(({ buildId }) => buildId === now.input.deploymentId)) return kept;
  const completed = now.ended && String(now.instance.runtimeStatus) === 'Completed';
  return [completed ? ofRecord(now.instance.output as BuildRecord) : ofInstance(now), ...kept];
}

/** The number for the new versions, which no version of either kind has. @throws Problem 400, 503 */
async function chosenVersion(
  settings: Settings,
  { version: given, from }: ImageBuildRequest,
  region: string,
): Promise<{ definition: string; version: string }> {
  const image = parseGalleryImage(settings.mixerImageId);
  if (!image) throw new Problem(409, 'MIXER_IMAGE_ID names no image of a gallery: there is nowhere to put a version');
  try {
    const versions = await versionsOf(await clients(settings.subscriptionId), image);
    const problem = from && baseProblem(versions, from, region);
    if (problem) throw invalid([{ path: 'from', message: problem }]);
    const numbers = versions.map(({ name }) => name);
    if (given !== undefined && numbers.includes(given))
      throw invalid([{ path: 'version', message: `there is a version ${given}; the next is ${nextVersion(numbers)}` }]);
    return { definition: image.id, version: given ?? nextVersion(numbers) };
  } catch (error) {
    if (error instanceof Problem) throw error;
    const { failure } = classify(error, image.id);
    throw new Problem(503, `The gallery cannot be read: ${failure.code}: ${failure.message}`);
  }
}

const busy = (input: Pick<ImageBuildInput, 'deploymentId' | 'version'>): Problem =>
  new Problem(409, `A build of version ${input.version} is under way (${input.deploymentId}): one at a time`);

export interface Beginning {
  image: BuiltImage;
  body: ImageBuildRequest;
  /** Who asked for it. */
  by: string;
  durable: DurableClient;
  settings: Settings;
}

/** The version of Windows to build on, exact: what was built on stands in history. @throws Problem 503 */
async function windowsOf(settings: Settings, region: string, given = 'latest'): Promise<string> {
  if (given !== 'latest') return given;
  try {
    const newest = await newestWindows(await clients(settings.subscriptionId), region);
    if (newest !== undefined) return newest;
  } catch (error) {
    const { failure } = classify(error, region);
    throw new Problem(503, `Windows' versions cannot be read: ${failure.code}: ${failure.message}`);
  }
  throw new Problem(503, `Azure has no Windows Server in ${region}: name a version, or build in another region`);
}

/** Starts a build. @throws Problem 400, 409, 503 */
export async function beginBuild({ image, body, by, durable, settings }: Beginning): Promise<BuildAccepted> {
  const before = await latest(durable, image);
  if (before && !before.ended) throw busy(before.input);
  const region = body.region ?? settings.defaultRegion;
  const { definition, version } = await chosenVersion(settings, body, region);
  const now = ports().now();
  const event = BUILD_EVENT[image];
  const files = { agent: body.agent, obs: body.obs, node: body.node };
  const input: ImageBuildInput = {
    deploymentId: newDeploymentId(event, now, ports().random(8)),
    event,
    installation: installationOf(settings),
    image,
    version,
    definition,
    specialised: body.specialised,
    resourceGroup: resourceGroupName(event, Math.floor(now / 1000)),
    region,
    regions: [...new Set([region, ...(body.regions ?? [])])],
    sources:
      body.from === undefined
        ? { ...files, windowsVersion: await windowsOf(settings, region, body.windowsVersion) }
        : { ...files, from: body.from },
    identityId: body.identity,
    vmSize: body.vmSize,
    storage: body.storage,
    ...(body.keepDays === undefined ? {} : { endOfLife: new Date(now + body.keepDays * DAY).toISOString() }),
    acceptedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + EXPIRES).toISOString(),
    by,
    pollSeconds: POLL_SECONDS,
  };
  await startAnew(durable, 'imageBuild', instanceId.imageBuild(image), input);
  // The slower of two may be told that its start succeeded: what runs says whose it was.
  const running = await latest(durable, image);
  if (running && running.input.deploymentId !== input.deploymentId) throw busy(running.input);
  const statusUrl = `${settings.publicUrl}/api/images/${image}/builds/${input.deploymentId}`;
  return { buildId: input.deploymentId, image, version, statusUrl };
}

export const imageBuildDoors: Door[] = [
  door({
    name: 'api-images-builds-begin',
    method: 'POST',
    route: 'api/images/{image}/builds',
    access: 'admin',
    summary: 'Builds a version of the mixers’ image, proves it and leaves nothing else behind',
    schema: imageBuildSchema,
    bodies: { 202: buildAcceptedSchema },
    answers: { 202: 'Accepted', 404: 'No such image', 409: 'A build of it is under way' },
    async handle(call) {
      const { body, durable, settings, who } = call;
      const image = builtImage(call.param('image'));
      const accepted = await beginBuild({ image, body, by: who.name, durable, settings });
      return { status: 202, headers: { location: accepted.statusUrl }, json: accepted };
    },
  }),
  door({
    name: 'api-images-builds',
    method: 'GET',
    route: 'api/images/{image}/builds',
    access: 'viewer',
    summary: 'Builds of an image, newest first',
    bodies: { 200: buildListSchema },
    answers: { 200: 'The builds', 404: 'No such image' },
    handle: async ({ durable, param }) => ({ json: { builds: await buildsOf(durable, builtImage(param('image'))) } }),
  }),
  door({
    name: 'api-images-builds-one',
    method: 'GET',
    route: 'api/images/{image}/builds/{build}',
    access: 'viewer',
    summary: 'One build: how far it is, its journal, its cost, and proof of what is left',
    bodies: { 200: buildSchema },
    answers: { 200: 'The build', 404: 'No such build' },
    async handle({ durable, param }) {
      const found = (await buildsOf(durable, builtImage(param('image')))).find(
        ({ buildId }) => buildId === param('build'),
      );
      if (!found) throw new Problem(404, 'There is no build of that id');
      return { json: found };
    },
  }),
];
