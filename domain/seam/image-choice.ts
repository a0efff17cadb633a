/** Operations by which the entity of images is told what to start from. */
import { z } from 'zod';
import { event, instant } from './fields.ts';
import { BUILT_IMAGES, imageVersion } from './image-build.ts';

export const imageChoice = z.strictObject({
  version: imageVersion,
  by: z.string().max(300),
  /** ISO 8601. */
  at: instant,
  /** It was chosen although it has not passed its smoke test. */
  forced: z.literal(true).exactOptional(),
});
export type ImageChoice = z.infer<typeof imageChoice>;

/** `choice` is null where what the installation is set to counts again. */
export const choiceInputs = {
  choose: z.strictObject({ image: z.enum(BUILT_IMAGES), choice: imageChoice.nullable() }),
  pin: z.strictObject({ image: z.enum(BUILT_IMAGES), event, choice: imageChoice.nullable() }),
} as const;
