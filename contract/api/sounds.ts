/** Answer of `POST /api/events/{event}/languages` where only sounds were given. */
import { z } from 'zod';

export const soundsToldSchema = z.object({
  event: z.string(),
  languages: z.array(z.string()).describe('Those that were told'),
  audio: z.record(z.string(), z.string()).describe('Which sound of the programme each of them gets from now on'),
  notes: z
    .array(z.string())
    .describe('What is allowed and may be a mistake: one sound twice, a sound that is not there'),
});
export type SoundsTold = z.output<typeof soundsToldSchema>;
