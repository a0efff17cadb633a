import { z } from 'zod';
import { WANTED_PRESENTERS } from '../../contract/presenters.ts';
import { COMPONENT_ID, COMPONENT_NAME } from '../component.ts';
import { TTL_MAX_SECONDS, TTL_MIN_SECONDS } from './deploy.ts';
import { durationField, eventField, instantField, languageField, youtubeKeysField } from './fields.ts';
import { parseImage } from './images.ts';
import { audioField, mixingField } from './languages.ts';
import { MAX_COUNT } from './parameters.ts';

/** Bodies of the commands on an existing event (contract). The doors validate with these and OpenAPI is generated from them. */

export const teardownSchema = z.strictObject({
  event: eventField,
  confirm: z.boolean().optional().meta({ description: 'Without it the answer shows what would be removed' }),
});

const ttl = durationField
  .refine((seconds) => seconds >= TTL_MIN_SECONDS && seconds <= TTL_MAX_SECONDS, 'must be between 15m and 7d')
  .meta({ description: 'New time to live, counted from the creation of the group' });

export const extendSchema = z
  .strictObject({ ttl: ttl.optional(), until: instantField.optional().meta({ description: 'New end' }) })
  .refine((body) => (body.ttl === undefined) !== (body.until === undefined), 'needs exactly one of ttl and until');

export const languagesSchema = z
  .strictObject({
    add: z.array(languageField).max(50).optional(),
    remove: z.array(languageField).max(50).optional(),
    youtubeKeys: youtubeKeysField.optional(),
    mixing: mixingField.optional(),
    audio: audioField.optional(),
  })
  .superRefine((body, ctx) => {
    const all = [...(body.add ?? []), ...(body.remove ?? [])];
    if (all.length === 0 && Object.keys(body.audio ?? {}).length === 0)
      ctx.addIssue({ code: 'custom', message: 'needs add, remove or audio' });
    if (new Set(all).size < all.length) ctx.addIssue({ code: 'custom', message: 'names a language twice' });
  });

export const emptySchema = z.strictObject({});

/** Which components there are, the event knows. */
const componentField = z
  .string()
  .regex(COMPONENT_ID, 'must be a component of the event, such as relay or mixer-french');
const componentNameField = z.string().regex(COMPONENT_NAME, 'must be the name of a component of the template');

export const replaceSchema = z.strictObject({
  component: componentField
    .optional()
    .meta({ description: 'Component whose image it is; the first of the template by default' }),
  image: z
    .string()
    .refine((text) => parseImage(text) !== undefined, 'must be an image reference such as registry.azurecr.io/relay:2')
    .optional()
    .meta({ description: 'Image to run; the one the control plane is set to by default' }),
});

export const scaleSchema = z.strictObject({
  component: componentNameField.meta({ description: 'A component that the template counts' }),
  count: z.int().min(0, 'must be 0 or more').max(MAX_COUNT, `must be at most ${MAX_COUNT}`),
});

export const sourceSchema = z.strictObject({
  active: z
    .enum(WANTED_PRESENTERS)
    .meta({ description: 'Who is to be on air; auto: the main presenter whenever it is well' }),
});

export const remediateSchema = z.strictObject({
  component: componentField.meta({ description: 'A component of the event, such as relay or mixer-french' }),
  rung: z
    .enum(['restart', 'redeploy', 'recreate'])
    .optional()
    .meta({ description: 'How far to go; the next rung by default' }),
  dryRun: z.boolean().optional(),
});
