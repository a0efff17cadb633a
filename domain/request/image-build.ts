/** The body of `POST /api/images/{image}/builds`. */
import { z } from 'zod';
import { imageVersion, region, STORAGE, sourcesSchema } from '../seam/image-build.ts';

export const imageBuildSchema = z.strictObject({
  ...sourcesSchema.shape,
  windowsVersion: z
    .union([z.literal('latest'), sourcesSchema.shape.windowsVersion])
    .describe('Exact version of Windows Server, or `latest` for the one that Azure has then: so updates come in'),
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
export type ImageBuildRequest = z.infer<typeof imageBuildSchema>;
