/** Answer of `POST /api/teardown` without `confirm`: what would go, and what would stay. */
import { z } from 'zod';
import { leftSchema } from './left.ts';

export const removalPreviewSchema = z.object({
  event: z.string(),
  deploymentId: z.string(),
  state: z.string(),
  resourceGroup: z.string(),
  wouldRemove: z.array(z.object({ name: z.string(), type: z.string() })),
  wouldStay: z.array(leftSchema).describe('What the event’s groups hold that is not the event’s'),
  held: z.string().nullable().describe('The value of the groups’ tag `hold`: the end of the time to live passes it by'),
  unseen: z.string().optional().describe('Why nobody could look'),
  confirm: z.string().describe('What to send to remove it'),
});
export type RemovalPreview = z.output<typeof removalPreviewSchema>;
