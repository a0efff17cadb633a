import { z } from 'zod';
import { BUDGET_ACTIONS } from '../../contract/api/cost.ts';
import { parseInstant } from '../instant.ts';
import { languageHint } from '../language-names.ts';
import { LANGUAGE, MAX_LANGUAGES } from '../names.ts';
import { line } from '../text.ts';
import { rangesProblems, readCidr, TOO_OPEN, tooOpen } from './cidrs.ts';
import { parseDuration } from './durations.ts';
import { slugifyEvent } from './event-name.ts';

/** The fields that several requests share. Messages say what to do and never quote the value, which may be a secret put in the wrong field. */

const text = (max: number) =>
  z.string().overwrite(line).min(1, 'must not be empty').max(max, `must have at most ${max} characters`);

export const eventField = z
  .string()
  .max(200, 'must have at most 200 characters')
  .transform((value, ctx) => {
    const slug = slugifyEvent(value);
    if (slug.ok) return slug;
    ctx.issues.push({ code: 'custom', message: slug.message, input: value });
    return z.NEVER;
  })
  .meta({
    description: 'Name of the event; other text is slugified when that is unambiguous and kept as title',
    examples: ['sunday-service', 'Conference-2025'],
  });

export const languageField = z.string().regex(LANGUAGE, {
  error: ({ input }) =>
    `must be 2 to 12 lower-case letters, optionally followed by a hyphen and 2 to 8 letters or digits${languageHint(String(input))}`,
});

export const languagesField = z
  .array(languageField)
  .min(1, 'must name at least one language')
  .max(MAX_LANGUAGES, `must name at most ${MAX_LANGUAGES} languages`)
  .superRefine((languages, ctx) => {
    languages.forEach((language, index) => {
      if (languages.indexOf(language) < index)
        ctx.addIssue({ code: 'custom', path: [index], message: 'repeats a language named before' });
    });
  })
  .meta({ description: 'Languages, in the order of the mixers' });

/** A text that means something else. @param parse undefined for a text that does not */
const textOf = <T>(parse: (text: string) => T | undefined, message: string) =>
  z.string().transform((value, ctx) => {
    const meant = parse(value);
    if (meant !== undefined) return meant;
    ctx.issues.push({ code: 'custom', message, input: value });
    return z.NEVER;
  });

export const durationField = textOf(parseDuration, 'must be a duration such as 90m, 24h, 7d or ISO 8601 (PT90M)').meta({
  description: 'Duration: 90m, 24h, 7d or ISO 8601',
  examples: ['90m', '24h', 'PT90M'],
});

export const instantField = textOf(
  parseInstant,
  'must be an ISO 8601 time with a zone on a day that exists, such as 2026-11-22T09:00:00Z',
).meta({ description: 'ISO 8601 time with a zone', format: 'date-time' });

/** A stream key as YouTube shows it: visible ASCII. */
const keyField = z.string().regex(/^[\x21-\x7e]{1,256}$/, 'must be 1 to 256 visible characters without spaces');
export const youtubeKeysField = z.union([z.record(z.string(), keyField), z.array(keyField)]).meta({
  description:
    'Stream keys: an object language -> key, or a list in language order; they go to Key Vault and nowhere else',
  writeOnly: true,
});

export const titleField = text(100).meta({ description: 'Free title, shown to people' });
export const regionField = z
  .string()
  .regex(/^[a-z][a-z0-9]{2,30}$/, 'must be an Azure region name such as westeurope')
  .meta({ description: 'Azure region, programmatic name' });
export const vmSizeField = z
  .string()
  .regex(/^(standard|basic)_[a-z0-9_-]{1,60}$/i, 'must be an Azure VM size such as Standard_D2s_v3');

const cidrField = z
  .string()
  .superRefine((value, ctx) => {
    const range = readCidr(value);
    if (typeof range === 'string') ctx.addIssue({ code: 'custom', message: range });
    else if (tooOpen([range])) ctx.addIssue({ code: 'custom', message: TOO_OPEN });
  })
  .meta({ description: 'IPv4 address or range' });

/** Judged together: two halves of the internet are the internet. */
export const operatorCidrsField = z
  .array(cidrField)
  .max(20, 'must have at most 20 ranges')
  .superRefine((values, ctx) => {
    const ranges = values.map(readCidr).filter((range) => typeof range !== 'string');
    if (ranges.length < values.length || ranges.some((range) => tooOpen([range]))) return;
    for (const { index, message } of rangesProblems(ranges))
      ctx.addIssue({ code: 'custom', path: index === undefined ? [] : [index], message });
  })
  .meta({ description: 'Where RDP to the mixers may come from, IPv4; none by default' });

export const budgetField = z
  .union([
    z.number().positive('must be more than 0'),
    z.strictObject({
      amount: z.number().positive('must be more than 0').describe('US dollars for the whole event'),
      action: z
        .enum(BUDGET_ACTIONS)
        .default('warn')
        .describe('What happens when the event would cost, or has cost, more'),
    }),
  ])
  .transform((value) => (typeof value === 'number' ? { amount: value, action: 'warn' as const } : value))
  .meta({ description: 'Limit in US dollars: a number (warn only), or amount and action' });
