/** Answers of `GET /api/images` and `GET /api/images/{image}`: what machines and containers start from. Times are ISO 8601 UTC. */
import { z } from 'zod';

export const imageVersionSchema = z.object({
  version: z.string().describe('Number of a gallery’s version; tag or digest of a container image'),
  osState: z.enum(['generalised', 'specialised']).optional().describe('Of a machine’s image only'),
  state: z.string().describe('Azure’s word for it: `Succeeded` once it can be used'),
  proved: z.boolean().nullable().describe('Whether it has passed its smoke test; null where none is known'),
  current: z.boolean().describe('The next event starts from it'),
  createdAt: z.string().optional(),
  endOfLife: z.string().optional().describe('It informs only: Azure goes on giving it out'),
  regions: z.array(
    z.object({
      region: z.string(),
      state: z.string().describe('`Completed` once the region has its copy'),
      progress: z.number().optional().describe('Percent'),
    }),
  ),
  usedBy: z.array(z.string()).describe('Events, and machines or container groups that are none of ours'),
});
export type ImageVersion = z.output<typeof imageVersionSchema>;

export const imageSchema = z.object({
  image: z.string().describe('As templates call it'),
  kind: z.enum(['machine', 'containers']),
  reference: z.string().describe('What the installation is set to'),
  pinned: z.boolean().describe('Whether that names one version, and not whatever is the latest'),
  current: z.string().nullable(),
  rollback: z.string().nullable().describe('The newest proved version before the current one, in the default region'),
  versions: z.array(imageVersionSchema).describe('Newest first'),
  pins: z
    .array(z.object({ event: z.string(), version: z.string() }))
    .describe('Events with a version of their own, whatever the others start from'),
  problem: z.string().optional().describe('Why nothing can be said of its versions'),
});
export type Image = z.output<typeof imageSchema>;
export const imageListSchema = z.object({ images: z.array(imageSchema) });
