/** What is not the event's and stood in its groups: it stays. */
import { z } from 'zod';

export const leftSchema = z.object({
  id: z.string().optional(),
  name: z.string(),
  type: z.string(),
  why: z.string().describe('Why it is not the event’s, or cannot go'),
});
export type Left = z.output<typeof leftSchema>;
