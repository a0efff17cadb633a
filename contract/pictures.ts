/**
 * Small moving pictures of what each mixer sends, for who watches the page. A heartbeat is answered with `pictureSeconds` while somebody
 * looks; then an agent sends one picture in as many seconds to this door, until an answer says that nobody looks any more.
 */
import { z } from 'zod';
import type { Source } from './problems.ts';
import { speakerSchema } from './heartbeat.ts';

/** Path of the door, without leading slash. */
export const PICTURE_ROUTE = 'api/agents/picture';
export const PICTURE_TYPES = ['image/jpeg', 'image/png'] as const;
/** Pixels of its longer side, as agents make it; what is shown is no larger. */
export const PICTURE_WIDTH = 160;
/** Characters of base64 that a picture may have: one of {@link PICTURE_WIDTH} is far below. */
const MOST = 40_000;
/** Seconds between two pictures of one mixer. */
export const PICTURE_SECONDS = 1;

/** A picture and the sound that goes with it. */
export const frameSchema = z.object({
  type: z.enum(PICTURE_TYPES),
  picture: z.base64().min(1).max(MOST).describe('Its bytes in base64'),
  peakDb: z
    .number()
    .transform((peak) => Math.max(-120, Math.min(20, Math.round(peak * 10) / 10)))
    .nullable()
    .describe('Highest sample since the picture before, dBFS; null where the agent cannot tell'),
});
export type Frame = z.output<typeof frameSchema>;

export const pictureSchema = speakerSchema.and(frameSchema);
export const pictureAnswerSchema = z.object({ wanted: z.boolean().describe('False: nobody looks any more') });

/** The sound that a mixer's meter shows. */
export const HEARD_SOURCE: Source = 'programme';
