/** Schema 2 of templates: what an event is composed of. What a component of a kind may say is the kind's own (domain/kinds). */
import { z } from 'zod';
import { COMPONENT_NAME } from '../component.ts';
import { LANGUAGE, MAX_LANGUAGES } from '../names.ts';
import { parseDuration } from '../request/durations.ts';
import { soundField } from '../request/sounds.ts';
import { networkSchema } from './network.ts';

const seconds = z.number().positive();

const environment = z.strictObject({
  vmSizes: z.array(z.string().min(1)).min(1).max(4).describe('VM sizes to try, best first'),
  spot: z.boolean().describe('Whether machines run as spot VMs'),
  ttl: z.string().refine((text) => parseDuration(text) !== undefined, 'must be a duration such as 24h'),
  tag: z.string().min(1).describe('Value of the tag `environment`'),
  regions: z.array(z.string().min(1)).min(1).describe('Regions an event may run in'),
});

const parameter = z.strictObject({
  type: z.enum(['string', 'integer', 'number', 'boolean']),
  default: z.union([z.string(), z.number(), z.boolean()]),
  description: z.string(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});

const step = z.strictObject({
  expected: seconds.describe('Usual duration, s'),
  timeout: seconds.describe('Given up after, s'),
});

/** The vaults of an installation: the control plane's own, and the one that machines may read. */
export const VAULTS = ['control', 'mixers'] as const;
export type VaultName = (typeof VAULTS)[number];
/** The one in which an agent finds what it proves itself with. */
export const AGENTS_VAULT: VaultName = 'mixers';

const secret = z.union([
  z.strictObject({
    make: z
      .enum(['passphrase', 'password'])
      .describe('Made once per deployment: an SRT passphrase, a Windows password'),
    vault: z.enum(VAULTS),
    each: z
      .string()
      .optional()
      .describe(
        'One for each language, or for each of a component that is counted or there for languages: `language` or its name',
      ),
  }),
  z.strictObject({
    given: z.literal('youtubeKeys').describe('Comes with the request'),
    vault: z.literal('mixers'),
    each: z.literal('language'),
  }),
]);
export type SecretRule = z.infer<typeof secret>;

export const RUNGS = ['restart', 'redeploy', 'recreate'] as const;
export type Rung = (typeof RUNGS)[number];

/** What every component may say, whatever its kind. */
export const commonShape = {
  title: z.string().min(1).max(60).optional().describe('For people'),
  each: z.literal('language').optional().describe('One for each language of the event'),
  mixing: z
    .string()
    .regex(/^[a-z][a-z0-9]{1,11}$/, 'must be 2 to 12 lower-case letters and digits')
    .optional()
    .describe('Only for languages that are mixed this way; the first way that a component names is the usual one'),
  count: z.int().min(0).max(50).optional().describe('How many there are at first; `scale` changes it'),
  heal: z
    .array(z.enum(RUNGS))
    .max(5)
    .default(['restart'])
    .describe('What is tried in turn when it is unwell, before people'),
  sources: z
    .record(z.string(), z.string())
    .default({})
    .describe('What it gets from which component: causes are healed first'),
  connection: z.record(z.string(), z.string()).default({}).describe('Addresses for people, by name'),
  credentials: z
    .record(z.string(), z.string())
    .default({})
    .describe('The same with secrets in them (a reference to secrets.NAME): filled in when somebody asks, never kept'),
} as const;

const component = z.looseObject({ kind: z.string(), ...commonShape });
/** A component as any room but its kind's sees it. */
export type ComponentRule = z.output<typeof component>;

export const templateSchema = z.strictObject({
  schema: z.literal(2, 'must be 2'),
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be lower-case letters, digits and hyphens, at most 40'),
  version: z.int().positive(),
  title: z.string().min(1),
  description: z.string(),
  languages: z
    .array(z.string().regex(LANGUAGE))
    .min(1)
    .max(MAX_LANGUAGES)
    .optional()
    .describe('Languages of an event that names none; absent where nothing is there for each language'),
  audio: z
    .record(z.string().regex(LANGUAGE), soundField)
    .optional()
    .describe("The programme's sound of languages whose names do not say it: an ISO 639 code, a track or floor"),
  parameters: z.record(z.string(), parameter).default({}).describe('What a request may set under `parameters`'),
  network: networkSchema.optional().describe('One virtual network with a security group per subnet'),
  secrets: z
    .record(z.string().regex(COMPONENT_NAME, 'must be 2 to 12 lower-case letters and digits'), secret)
    .default({}),
  components: z
    .record(z.string().regex(COMPONENT_NAME, 'must be 2 to 12 lower-case letters and digits'), component)
    .refine((all) => Object.keys(all).length > 0, 'must have at least one component'),
  checks: z.strictObject({ attempts: z.int().positive(), intervalSeconds: seconds }),
  environments: z.record(z.enum(['production', 'staging', 'development']), environment),
  steps: z.record(z.string(), step).describe('Usual duration and patience for each kind of step'),
});

/** What kind of infrastructure an event gets: a validated file of templates/. Plain JSON; snapshotted into the lifecycle's input. */
export type Template = z.output<typeof templateSchema>;
export type Environment = keyof Template['environments'];
export type StepTimes = z.infer<typeof step>;

/** Steps that every event has; kinds add their own. */
export const CORE_STEPS = [
  'preflight',
  'resource-group',
  'secrets',
  'nsg',
  'vnet',
  'expires-tag',
  'power',
  'discard',
  'remove',
] as const;

/** Whether a template has anything for each language. */
export const hasLanguages = ({ components }: Pick<Template, 'components'>): boolean =>
  Object.values(components).some(({ each }) => each === 'language');

/** Ways in which a template's languages can be mixed, the usual one first; empty where there is only one way. */
export const mixingsOf = ({ components }: Pick<Template, 'components'>): string[] => [
  ...new Set(Object.values(components).flatMap(({ mixing }) => mixing ?? [])),
];

const usualMixing = ({ components }: Pick<Template, 'components'>): string | undefined => {
  for (const name in components) if (components[name]?.mixing !== undefined) return components[name].mixing;
  return undefined;
};

/** Whether a component is there for languages that are mixed in some way; in the usual one when that is left out. */
export const servesMixing = (
  template: Pick<Template, 'components'>,
  { mixing }: ComponentRule,
  way?: string,
): boolean => mixing === undefined || mixing === (way ?? usualMixing(template));

/** The secret that stream keys become; undefined where a template takes none. */
export const keySecret = ({ secrets }: Pick<Template, 'secrets'>): string | undefined =>
  Object.keys(secrets).find((name) => {
    const rule = secrets[name];
    return rule !== undefined && 'given' in rule;
  });

/** Times of a step. @throws Error for a step that the template does not know (a programming error) */
export function stepTimes({ name, steps }: Pick<Template, 'name' | 'steps'>, step: string): StepTimes {
  const times = Object.hasOwn(steps, step) ? steps[step] : undefined;
  if (!times) throw new Error(`Cannot time the step ${step} as template ${name} does not name it`);
  return times;
}
