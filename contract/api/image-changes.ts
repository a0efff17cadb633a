/** Choosing, pinning, taking back and removing versions of an image. */
import { z } from 'zod';

export const imageChangeSchema = z.object({
  image: z.string(),
  from: z.string().nullable().describe('What events started from before'),
  to: z.string().nullable().describe('What they start from now, or would'),
  done: z.boolean().describe('False for a preview'),
  running: z.array(z.string()).describe('Events that go on with what they run: nothing of them changes'),
  pinned: z.array(z.string()).describe('Events with a version of their own, which stays theirs'),
});
export type ImageChange = z.output<typeof imageChangeSchema>;

export const imagePinSchema = z.object({ image: z.string(), event: z.string(), version: z.string().nullable() });
export type ImagePin = z.output<typeof imagePinSchema>;

export const imageRemovedSchema = z.object({
  image: z.string(),
  version: z.string(),
  removing: z.array(z.string()).describe('ARM ids; Azure takes a minute or two'),
});
export type ImageRemoved = z.output<typeof imageRemovedSchema>;
