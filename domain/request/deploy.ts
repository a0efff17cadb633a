import { z } from 'zod';
import { contentHash } from '../hash.ts';
import { own } from '../own.ts';
import { type Environment, hasLanguages, keySecret, type Template } from '../template/schema.ts';
import { formatDuration, parseDuration } from './durations.ts';
import {
  budgetField,
  durationField,
  eventField,
  instantField,
  languagesField,
  operatorCidrsField,
  regionField,
  titleField,
  vmSizeField,
  youtubeKeysField,
} from './fields.ts';
import { keysByLanguage } from './keys.ts';
import { audioField, mixingField, readOfLanguages, withoutUsual } from './languages.ts';
import { MAX_COUNT, readCounts, readParameters } from './parameters.ts';
import { type Problem, problemsOf, unknownField } from './problems.ts';

export const TTL_MIN_SECONDS = 15 * 60;
export const TTL_MAX_SECONDS = 7 * 86_400;

/** Body of `POST /api/deploy` and `POST /api/plan` (contract). OpenAPI is generated from it (`z.toJSONSchema(..., { io: 'input' })`). */
export const deploySchema = z.strictObject({
  event: eventField,
  title: titleField.optional(),
  environment: z
    .enum(['production', 'staging', 'development'])
    .optional()
    .meta({ description: 'Named defaults; production' }),
  template: z.string().optional().meta({ description: 'Name of a template; multilingual' }),
  languages: languagesField.optional(),
  region: regionField.optional(),
  regions: z.array(regionField).min(1).max(5).optional().meta({ description: 'Regions to try, best first' }),
  vmSizes: z.array(vmSizeField).min(1).max(4).optional().meta({ description: 'VM sizes to try, best first' }),
  ttl: durationField.optional().meta({ description: 'Time to live from the creation of the group: 15m to 7d' }),
  startsAt: instantField.optional().meta({ description: 'When the event must be ready; deployed so early that it is' }),
  youtubeKeys: youtubeKeysField.optional(),
  mixing: mixingField.optional(),
  audio: audioField.optional(),
  operatorCidrs: operatorCidrsField.optional(),
  exposure: z
    .enum(['public', 'private'])
    .optional()
    .meta({ description: 'Whether the relays face the internet; public' }),
  budget: budgetField.optional(),
  keepOnFailure: z.boolean().optional().meta({ description: 'Keep the remains of a failed deployment until its TTL' }),
  parameters: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .optional()
    .meta({ description: "The template's own settings" }),
  counts: z
    .record(z.string(), z.int().min(0).max(MAX_COUNT))
    .optional()
    .meta({ description: 'How many of each component that the template counts; as the template says by default' }),
  planHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be the hash of a plan: 64 hexadecimal digits')
    .optional()
    .meta({ description: 'Deploy only what this plan showed' }),
});

/** A deploy request with every default resolved. Goes into durable history: never holds a key. */
export interface DeployRequest {
  event: string;
  title: string;
  environment: Environment;
  template: string;
  languages: string[];
  /** Best first; the first is where it begins. */
  regions: string[];
  /** Best first. */
  vmSizes: string[];
  spot: boolean;
  ttlSeconds: number;
  /** ISO 8601. */
  startsAt?: string;
  /** How long before `startsAt` it begins, in seconds: what the control plane has learned. Not asked for, so neither in the request's hash nor in the plan's. */
  leadSeconds?: number;
  operatorCidrs: string[];
  exposure: 'public';
  budget?: { amount: number; action: 'warn' | 'refuse' | 'end' };
  keepOnFailure: boolean;
  parameters: Record<string, string | number | boolean>;
  /** How languages are mixed that are not in the usual way. */
  mixing?: Record<string, string>;
  /** Which sound of the programme languages get that were given another than their usual one. */
  audio?: Record<string, string>;
  /** How many of each counted component there are at first. */
  counts?: Record<string, number>;
  /** Whether stream keys came with the request (all or none). */
  keysGiven: boolean;
}

export interface DeployDefaults {
  templates: Readonly<Record<string, Template>>;
  defaultRegion: string;
  /** Milliseconds since the Unix epoch. */
  now: number;
}

export type ParsedDeploy =
  | {
      ok: true;
      request: DeployRequest;
      template: Template;
      planHash?: string;
      /** Stream keys by language: for Key Vault and nothing else. */
      keys: Record<string, string> | undefined;
    }
  | { ok: false; problems: Problem[] };

type Fields = z.output<typeof deploySchema>;

/** Validates field by field, so that one bad field does not hide the problems of the others. */
function readFields(body: unknown): { values: Partial<Fields>; problems: Problem[] } {
  const problems: Problem[] = [];
  const values: Record<string, unknown> = {};
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    return { values, problems: [{ path: '', message: 'must be a JSON object' }] };
  for (const key of Object.keys(body))
    if (!Object.hasOwn(deploySchema.shape, key)) problems.push(unknownField('', key));
  for (const [key, schema] of Object.entries(deploySchema.shape)) {
    const given = (body as Record<string, unknown>)[key];
    if (given === undefined && key === 'event') {
      problems.push({ path: 'event', message: 'is required' });
      continue;
    }
    const result = (schema as z.ZodType).safeParse(given);
    if (result.success) values[key] = result.data;
    else problems.push(...problemsOf(result.error, [key]));
  }
  return { values: values as Partial<Fields>, problems };
}

/**
 * Validates a deploy request, resolves its defaults and splits off the stream keys.
 * @returns the normalised request, or every problem with its path
 */
export function parseDeployRequest(body: unknown, defaults: DeployDefaults): ParsedDeploy {
  const { values, problems } = readFields(body);
  const problem = (path: string, message: string) => problems.push({ path, message });

  const name = values.template ?? 'multilingual';
  const template = own(defaults.templates, name);
  if (!template) {
    problem('template', `Unknown template; known: ${Object.keys(defaults.templates).sort().join(', ')}`);
    return { ok: false, problems };
  }
  const environment = values.environment ?? 'production';
  const chosen = template.environments[environment];

  const languages = values.languages ?? template.languages ?? [];
  if (values.languages !== undefined && !hasLanguages(template))
    problem('languages', `template ${name} has nothing for each language; leave them out`);
  if (values.youtubeKeys !== undefined && keySecret(template) === undefined)
    problem('youtubeKeys', `template ${name} takes no stream keys; leave them out`);
  const regions = [...new Set([...(values.region ? [values.region] : []), ...(values.regions ?? [])])];
  if (regions.length === 0) regions.push(defaults.defaultRegion);
  for (const region of regions) {
    if (chosen.regions.includes(region)) continue;
    const path =
      region === values.region
        ? 'region'
        : values.regions?.includes(region)
          ? `regions[${values.regions.indexOf(region)}]`
          : 'region';
    problem(path, `is not allowed in ${environment}; allowed: ${chosen.regions.join(', ')}`);
  }
  const ttlSeconds = values.ttl ?? parseDuration(chosen.ttl) ?? TTL_MAX_SECONDS;
  if (ttlSeconds < TTL_MIN_SECONDS || ttlSeconds > TTL_MAX_SECONDS)
    problem('ttl', `must be between ${formatDuration(TTL_MIN_SECONDS)} and ${formatDuration(TTL_MAX_SECONDS)}`);
  if (values.startsAt !== undefined && values.startsAt <= defaults.now) problem('startsAt', 'must be in the future');
  if (values.exposure === 'private') problem('exposure', 'private is not built yet; use public');

  // Which keys are missing can only be told of languages that could be read.
  const readable = values.languages !== undefined || (body as { languages?: unknown } | null)?.languages === undefined;
  const keys =
    values.youtubeKeys === undefined || !readable ? undefined : keysByLanguage(values.youtubeKeys, languages, problem);
  const ofLanguages = readable ? readOfLanguages(template, languages, values, problems) : {};
  const parameters = readParameters(template, values.parameters ?? {}, problems);
  const counts = readCounts(template, values.counts ?? {}, problems);
  if (problems.length > 0 || !values.event) return { ok: false, problems };

  const request: DeployRequest = {
    event: values.event.event,
    title: values.title ?? values.event.title ?? values.event.event,
    environment,
    template: name,
    languages,
    regions,
    vmSizes: [...new Set(values.vmSizes ?? chosen.vmSizes)],
    spot: chosen.spot,
    ttlSeconds,
    ...(values.startsAt === undefined ? {} : { startsAt: new Date(values.startsAt).toISOString() }),
    operatorCidrs: values.operatorCidrs ?? [],
    exposure: 'public',
    ...(values.budget === undefined ? {} : { budget: values.budget }),
    keepOnFailure: values.keepOnFailure ?? false,
    parameters,
    ...withoutUsual(template, ofLanguages),
    ...(counts === undefined ? {} : { counts }),
    keysGiven: keys !== undefined,
  };
  return { ok: true, request, template, keys, ...(values.planHash === undefined ? {} : { planHash: values.planHash }) };
}

/** Hash of a normalised request: under one Idempotency-Key the same hash is the same request. Stream keys are no part of it. */
export const requestHash = (request: DeployRequest): string => contentHash(request);
