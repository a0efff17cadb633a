import { parse } from 'yaml';
import { z } from 'zod';
import { LANGUAGE, MAX_LANGUAGES } from './names.ts';
import { overlap, readCidr, within } from './request/cidrs.ts';
import { parseDuration } from './request/durations.ts';
import { type Problem, problemsOf } from './request/problems.ts';

const seconds = z.number().positive();
const port = z.int().min(1).max(65_535);
const cidr = z.string().superRefine((text, ctx) => {
  const range = readCidr(text);
  if (typeof range === 'string') ctx.addIssue({ code: 'custom', message: range });
  else if (!text.includes('/')) ctx.addIssue({ code: 'custom', message: 'must be a range such as 10.42.0.0/16' });
});

const network = z
  .strictObject({
    addressSpace: cidr,
    containersSubnet: cidr,
    mixersSubnet: cidr.refine((text) => text.endsWith('.0/24'), 'must be a /24 whose last number is 0'),
    firstMixer: z.int().min(4).max(11).describe('Host part of the first mixer; Azure keeps the first four addresses'),
  })
  .superRefine(({ addressSpace, containersSubnet, mixersSubnet }, ctx) => {
    const [space, containers, mixers] = [addressSpace, containersSubnet, mixersSubnet].map(readCidr);
    if (typeof space !== 'object' || typeof containers !== 'object' || typeof mixers !== 'object') return;
    const problem = (path: string, message: string) => ctx.addIssue({ code: 'custom', path: [path], message });
    if (!within(space, containers)) problem('containersSubnet', 'must lie in addressSpace');
    if (!within(space, mixers)) problem('mixersSubnet', 'must lie in addressSpace');
    if (overlap(containers, mixers)) problem('mixersSubnet', 'must not overlap containersSubnet');
  });

/** Ports that Azure keeps for itself on container instances (Microsoft Learn, "Azure Container Instances FAQ"). */
const reserved = (n: number): boolean =>
  [22, 9999, 19_000, 19_080, 19_100, 19_390].includes(n) ||
  (n >= 1025 && n <= 1027) ||
  (n >= 3389 && n <= 3399) ||
  (n >= 20_000 && n <= 30_000) ||
  (n >= 49_152 && n <= 65_534);
const containerPort = port.refine((n) => !reserved(n), 'is a port that Azure Container Instances reserves');

const container = z
  .strictObject({
    cpu: z.number().positive().max(31).describe('vCPUs'),
    memoryGb: z.number().positive().max(240).describe('Memory in GB'),
    ingestPort: containerPort.describe('UDP port that takes the SRT stream'),
    egressPort: containerPort.describe('UDP port the mixers pull from'),
    healthPort: containerPort.describe('TCP port of /health'),
  })
  .refine(
    (c) => new Set([c.ingestPort, c.egressPort, c.healthPort]).size === 3,
    'ingestPort, egressPort and healthPort must differ: Azure refuses one number on both protocols',
  );

const environment = z.strictObject({
  vmSizes: z.array(z.string().min(1)).min(1).max(4).describe('VM sizes to try, best first'),
  spot: z.boolean().describe('Whether mixers run as spot VMs'),
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
export const STEP_KINDS = [
  'preflight',
  'resource-group',
  'secrets',
  'nsg',
  'vnet',
  'public-ip',
  'nic',
  'container-group',
  'mixer',
  'check-container',
  'check-mixer',
  'expires-tag',
  'power',
  'delete-machine',
  'remove',
] as const;
export type StepKind = (typeof STEP_KINDS)[number];

export const templateSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  version: z.int().positive(),
  title: z.string().min(1),
  description: z.string(),
  languages: z
    .array(z.string().regex(LANGUAGE))
    .min(1)
    .max(MAX_LANGUAGES)
    .describe('Languages of an event that names none'),
  parameters: z.record(z.string(), parameter).describe('What a request may set under `parameters`'),
  network,
  relay: container,
  slides: container,
  mixer: z.strictObject({
    adminUsername: z.string().min(1).max(20),
    osDiskGb: z.int().positive().optional(),
    heartbeatSeconds: seconds.describe("Interval of the agent's heartbeats"),
  }),
  checks: z.strictObject({ attempts: z.int().positive(), intervalSeconds: seconds }),
  environments: z.record(z.enum(['production', 'staging', 'development']), environment),
  steps: z.record(z.enum(STEP_KINDS), step),
});

/** What kind of infrastructure an event gets: a validated file of templates/. Plain JSON; snapshotted into the lifecycle's input. */
export type Template = z.infer<typeof templateSchema>;
export type Environment = keyof Template['environments'];

/**
 * Reads a template's YAML text.
 * @returns the template, or every problem with its path
 */
export function parseTemplate(text: string): { ok: true; template: Template } | { ok: false; problems: Problem[] } {
  let data: unknown;
  try {
    data = parse(text);
  } catch (error) {
    return {
      ok: false,
      problems: [{ path: '', message: `Cannot read template as YAML: ${(error as Error).message}` }],
    };
  }
  const result = templateSchema.safeParse(data);
  return result.success ? { ok: true, template: result.data } : { ok: false, problems: problemsOf(result.error) };
}
