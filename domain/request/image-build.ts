/** The body of `POST /api/images/{image}/builds`. */
import { z } from 'zod';
import { imageVersion, region, STORAGE, sourcesSchema, windowsVersion } from '../seam/image-build.ts';

const fields = z.strictObject({
  ...sourcesSchema.shape,
  windowsVersion: z
    .union([z.literal('latest'), windowsVersion])
    .optional()
    .describe('Exact version of Windows Server, or `latest` for the one that Azure has then: so updates come in'),
  from: imageVersion
    .optional()
    .describe(
      'A proved version of this image to build on, with the Windows that it has; `windowsVersion` is then not used',
    ),
  identity: z
    .string()
    .regex(
      /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.ManagedIdentity\/userAssignedIdentities\/[\w.-]+$/i,
      'must be the ARM id of a user-assigned identity',
    )
    .describe('Image Builder’s: it reads the agent’s package and writes into the gallery'),
  version: imageVersion.optional().describe('Number of the versions; the one after the newest by default'),
  region: region.optional().describe('Where it is built; the default region otherwise'),
  regions: z.array(region).min(1).max(20).optional().describe('Which regions get a copy, beside that one'),
  vmSize: z
    .string()
    .regex(/^[A-Za-z0-9_]{2,60}$/, 'must be a size such as Standard_D2s_v3')
    .default('Standard_D2s_v3'),
  specialised: z.boolean().default(true).describe('Whether a machine that has booted is captured too'),
  storage: z.enum(STORAGE).default('Standard_LRS'),
  keepDays: z.int().min(1).max(3650).optional().describe('Days until the versions’ end of life, which informs only'),
});

interface Base {
  windowsVersion?: string | undefined;
  from?: string | undefined;
}
/** A build needs something to begin with. */
const begins = ({ windowsVersion: windows, from }: Base): boolean => windows !== undefined || from !== undefined;
const needed = { path: ['windowsVersion'], error: 'is needed where from names no version to build on' };

export const imageBuildSchema = fields.refine(begins, needed);
/** Each build of a schedule takes the next number. */
export const scheduledBuildSchema = fields.omit({ version: true }).refine(begins, needed);
export type ImageBuildRequest = z.infer<typeof imageBuildSchema>;
