/**
 * Small moving pictures of what each mixer sends, for who watches the page. A heartbeat is answered with `pictureSeconds` while somebody
 * looks; then an agent sends one picture in as many seconds to this door, until an answer says that nobody looks any more.
 */
import { z } from 'zod';
import { speakerSchema } from './heartbeat.ts';
import type { Source } from './problems.ts';

/** Path of the door, without leading slash. */
export const PICTURE_ROUTE = 'api/agents/picture';
export const PICTURE_TYPES = ['image/jpeg', 'image/png'] as const;
/** Pixels of its longer side, as agents make it; what is shown is no larger. */
export const PICTURE_WIDTH = 160;
/** Characters of base64 that a picture may have: one of {@link PICTURE_WIDTH} is far below. */
const MOST = 40_000;
/** dBFS of nothing at all. */
export const SILENCE = -120;
/** Seconds between two pictures of one mixer. */
export const PICTURE_SECONDS = 1;

/** A picture and the sound that goes with it. */
export const frameSchema = z.object({
  type: z.enum(PICTURE_TYPES),
  picture: z.base64().min(1).max(MOST).describe('Its bytes in base64'),
  peakDb: z
    .number()
    .min(SILENCE)
    .max(40)
    .nullable()
    .describe('Highest sample since the picture before, dBFS; null where the agent cannot tell'),
});
export type Frame = z.output<typeof frameSchema>;

/** dBFS of a sample's size (1 is full), as a frame says it. */
export const dbOf = (size: number): number =>
  size > 0 ? Math.max(SILENCE, Math.min(40, Math.round(200 * Math.log10(size)) / 10)) : SILENCE;

export const pictureSchema = speakerSchema.and(frameSchema);
export const pictureAnswerSchema = z.object({ wanted: z.boolean().describe('False: nobody looks any more') });

/** The sound that a mixer's meter shows. */
export const HEARD_SOURCE: Source = 'programme';
