/** What mixers are told and say: answers of `streaming`, `keys`, `languages` and `metrics` under `/api/events/{event}`. */
import { z } from 'zod';
import { usageSchema } from './usage.ts';

/** Whom a wish was told; they follow with their next heartbeat. */
export const toldSchema = z.object({
  event: z.string(),
  languages: z.array(z.string()),
  streaming: z.boolean().optional(),
});
export type Told = z.output<typeof toldSchema>;

/** Of `languages` where only sounds were given. */
export const soundsToldSchema = toldSchema.omit({ streaming: true }).extend({
  audio: z.record(z.string(), z.string()).describe('Which sound of the programme each of them gets from now on'),
  notes: z
    .array(z.string())
    .describe('What is allowed and may be a mistake: one sound twice, a sound that is not there'),
});
export type SoundsTold = z.output<typeof soundsToldSchema>;

/** Beside these, what each component that answers by HTTP says of itself, by its id. */
export const metricsSchema = z.looseObject({
  mixers: z.array(
    z.looseObject({
      language: z.string(),
      component: z.string(),
      at: z
        .string()
        .nullable()
        .describe('Of its last heartbeat, whose fields stand beside this; null before the first'),
      desired: z.looseObject({}).nullable().describe('What it is wanted to do'),
    }),
  ),
  azure: usageSchema,
});
export type Metrics = z.output<typeof metricsSchema>;
