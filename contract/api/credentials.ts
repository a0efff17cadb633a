/** Answer of `GET /api/events/{event}/credentials`: secrets. Every reading is recorded. */
import { z } from 'zod';

export const credentialsSchema = z.object({
  event: z.string(),
  deploymentId: z.string(),
  srtUrl: z.string().optional().describe('With its passphrase; absent when one language was asked for'),
  slidesUrl: z.string().optional(),
  mixers: z.array(
    z.object({ language: z.string(), host: z.string().nullable(), user: z.string(), password: z.string().nullable() }),
  ),
});
export type Credentials = z.output<typeof credentialsSchema>;
