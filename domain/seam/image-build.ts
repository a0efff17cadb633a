/** What the orchestration that builds an image is given, what its one activity is asked, and what it answers. */
import { z } from 'zod';
import { type Failure, failureSchema } from './failure.ts';
import { agree, deployment, group, instant, seconds } from './fields.ts';

/** Builds are named as deployments are, so that everything that guards those guards them: their tags, the reaper, the removal. */
export const BUILD_EVENT = { mixer: 'image-mixer' } as const;
export type BuiltImage = keyof typeof BUILD_EVENT;
export const BUILT_IMAGES = Object.keys(BUILD_EVENT) as BuiltImage[];

export const imageVersion = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,8})(?:\.(?:0|[1-9]\d{0,8})){2}$/, 'must be Major.Minor.Patch, such as 1.4.0');
const armId = (type: string) =>
  z
    .string()
    .max(1000)
    .regex(
      new RegExp(`^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/${type}/[^?#]+$`, 'i'),
      `is no id of ${type}`,
    );
export const region = z
  .string()
  .regex(/^[a-z][a-z0-9]{2,40}$/, 'must be a region in its short form, such as westeurope');

/** A file that the build downloads. Its address is kept in history: it must not be one that opens by itself. */
export const sourceFile = z.strictObject({
  url: z
    .url({ protocol: /^https$/, error: 'must be an https address' })
    .max(500)
    .refine((text) => !/[?#@]/.test(text), {
      error:
        'must have no query and no user: give the build’s identity the right to read it, not a link that opens by itself',
    }),
  sha256: z.string().regex(/^[0-9a-f]{64}$/i, 'must be a SHA-256 in hexadecimal'),
});
export const windowsVersion = z
  .string()
  .regex(/^\d+(\.\d+){2,3}$/, 'must be an exact version such as 20348.3091.250112');
export const sourcesSchema = z.strictObject({ agent: sourceFile, obs: sourceFile, node: sourceFile });
/** What a build starts on: Windows from the marketplace, or a version of ours. */
const base = z.union([
  z.strictObject({ ...sourcesSchema.shape, windowsVersion }),
  z.strictObject({ ...sourcesSchema.shape, from: imageVersion }),
]);
export const STORAGE = ['Standard_LRS', 'Standard_ZRS', 'Premium_LRS'] as const;

export const imageBuildInput = deployment
  .extend({
    image: z.enum(BUILT_IMAGES),
    /** The number that both kinds of version will have. */
    version: imageVersion,
    /** ARM id of the gallery's definition for generalised versions. */
    definition: armId('Microsoft\\.Compute/galleries/[^/]+/images'),
    /** Whether a specialised version is captured too. */
    specialised: z.boolean(),
    resourceGroup: group,
    region,
    /** Regions that get a copy; the first is the build's own. */
    regions: z.array(region).min(1).max(20),
    sources: base,
    identityId: armId('Microsoft\\.ManagedIdentity/userAssignedIdentities'),
    vmSize: z.string().regex(/^[A-Za-z0-9_]{2,60}$/, 'is no size of a machine'),
    storage: z.enum(STORAGE),
    /** ISO 8601. */
    endOfLife: instant.exactOptional(),
    acceptedAt: instant,
    /** When the reaper may take what a build that broke left behind. */
    expiresAt: instant,
    by: z.string().max(300),
    pollSeconds: seconds,
  })
  .superRefine((input, context) => {
    agree(input, context);
    if (input.event !== BUILD_EVENT[input.image])
      context.addIssue({ code: 'custom', path: ['event'], message: 'is not what builds of this image are called' });
    if (input.regions[0] !== input.region)
      context.addIssue({ code: 'custom', path: ['regions'], message: 'must begin with the region of the build' });
  });
export type ImageBuildInput = z.infer<typeof imageBuildInput>;

/** In this order; the last two are done whatever came before. */
export const ACTIONS = [
  'prepare',
  'customise',
  'generalised',
  'network',
  'boot',
  'warm',
  'stop',
  'capture',
  'trial',
  'prove',
  'discard',
] as const;
export type BuildAction = (typeof ACTIONS)[number];

export const imageStepInput = z.intersection(imageBuildInput, z.object({ action: z.enum(ACTIONS) }));
export type ImageStepInput = ImageBuildInput & { action: BuildAction };

/** Each step looks first: it is asked again and again until it is done, by whatever process. */
export type ImageStep =
  | { step: 'done'; detail?: string }
  | { step: 'running'; detail?: string }
  | { step: 'again'; afterSeconds: number; failure: Failure }
  | { step: 'failed'; failure: Failure };

const entry = z.object({ at: z.string(), code: z.string().max(40), text: z.string().max(300) });
export type BuildEntry = z.infer<typeof entry>;
const stood = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  createdAt: z.string().exactOptional(),
  removedAt: z.string().exactOptional(),
});

/** What is kept of a build: journal, cost and proof of what is left. */
export const buildRecord = z.object({
  buildId: z.string(),
  image: z.enum(BUILT_IMAGES),
  version: imageVersion,
  /** The version of ours that it was built on. */
  from: imageVersion.exactOptional(),
  outcome: z.enum(['done', 'failed']),
  by: z.string().max(300),
  acceptedAt: instant,
  endedAt: instant,
  failure: failureSchema.exactOptional(),
  journal: z.array(entry).max(100),
  cost: z.object({ total: z.number(), currency: z.string(), pricesAsOf: z.string() }),
  /** Versions that it put into the gallery, by ARM id; none when it failed. */
  versions: z.array(z.string()).max(2),
  existed: z.array(stood).max(1000),
  /** Ids of what could not be removed. */
  remains: z.array(z.string()).max(1000),
  verifiedAt: z.string(),
});
export type BuildRecord = z.infer<typeof buildRecord>;

/** What a build that runs shows of itself: Durable's custom status. */
export interface BuildProgress {
  buildId: string;
  /** What is done now, and since when (ISO 8601). */
  action: BuildAction | 'clean';
  since: string;
  detail?: string;
  /** From 0 to 1. */
  progress: number;
  journal: BuildEntry[];
}
