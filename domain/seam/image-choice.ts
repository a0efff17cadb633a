/** Operations by which the entity of images is told what to start from, and when to build. */
import { z } from 'zod';
import { DAYS, isTimeZone } from '../schedule/recurrence.ts';
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

/** A build that begins by itself. Its request is checked again at each occurrence, as a door checks it. */
export const buildSchedule = z.strictObject({
  days: z.array(z.enum(DAYS)).min(1).max(7),
  at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 03:30'),
  timeZone: z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/Zurich'),
  request: z.record(z.string(), z.unknown()),
  by: z.string().max(300),
  /** ISO 8601: since when it stands as it is. */
  since: instant,
});
const came = z.strictObject({
  occurrence: instant,
  buildId: z.string().max(200).exactOptional(),
  problem: z.string().max(500).exactOptional(),
});
export type BuildSchedule = z.infer<typeof buildSchedule> & { last?: z.infer<typeof came> };

export const scheduleInputs = {
  schedule: z.strictObject({ image: z.enum(BUILT_IMAGES), schedule: buildSchedule.nullable() }),
  came: z.strictObject({ image: z.enum(BUILT_IMAGES), last: came }),
} as const;
