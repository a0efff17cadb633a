import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Parsed } from '../core/command.ts';
import { CliError, EXIT, usageError } from '../core/errors.ts';
import type { Io } from '../core/io.ts';
import type { OptionSpecs } from '../core/metadata.ts';
import { decodeText } from '../keys/decode.ts';
import { EVENT_OPTION, eventOf } from './event-argument.ts';
import { keysFrom } from './keys.ts';
import { list, pairs } from './lists.ts';

/** What can be said of single languages, when they are there at first or added. */
export const LANGUAGE_OPTIONS = {
  mixing: {
    type: 'string',
    value: 'LANGUAGE=WAY,...',
    description:
      "how languages are mixed, as the template offers it: french=light; the template's usual way by default",
  },
  audio: {
    type: 'string',
    value: 'LANGUAGE=SOUND,...',
    description: "the programme's sound per language: an ISO 639 code, a track's number or floor; by name by default",
  },
} as const satisfies OptionSpecs;

/** Options of `deploy` and `plan`: the same request, so that what was planned is what is deployed. */
export const REQUEST_OPTIONS = {
  ...EVENT_OPTION,
  file: {
    type: 'string',
    short: 'f',
    value: 'FILE',
    description: 'read the request from a YAML or JSON file; options win',
  },
  title: { type: 'string', value: 'TEXT', description: 'title of the event, any text' },
  env: {
    type: 'string',
    value: 'NAME',
    choices: ['production', 'staging', 'development'],
    description: 'environment, which sets defaults',
  },
  template: { type: 'string', value: 'NAME', description: 'template (default multilingual)' },
  languages: {
    type: 'string',
    short: 'l',
    value: 'A,B,C',
    description: 'one mixer each (default original,spanish,french)',
  },
  ...LANGUAGE_OPTIONS,
  'youtube-keys': {
    type: 'string',
    value: 'FILE',
    description: 'stream keys: a file, - for stdin, prompt, or K1,K2,K3 (with a warning)',
  },
  ttl: {
    type: 'string',
    value: 'DURATION',
    description: 'time to live: 90m, 24h, 7d (default 24h); then it is torn down',
  },
  region: { type: 'string', value: 'REGION', description: 'Azure region' },
  regions: { type: 'string', value: 'A,B', description: 'regions in order of preference, when one has no capacity' },
  'vm-sizes': { type: 'string', value: 'A,B', description: 'VM sizes in order of preference' },
  'starts-at': { type: 'string', value: 'TIME', description: 'deploy so that it is ready at this time (ISO 8601)' },
  'operator-cidrs': {
    type: 'string',
    value: 'A,B',
    description: 'networks that may reach the mixers by RDP (default none)',
  },
  exposure: {
    type: 'string',
    value: 'KIND',
    choices: ['public', 'private'],
    description: 'where relays can be reached',
  },
  budget: {
    type: 'string',
    value: 'AMOUNT[:ACTION]',
    description: 'budget of the event in US dollars; above it warn, refuse or end (20:end)',
    check: (value) => (/^\d+(\.\d+)?(:(warn|refuse|end))?$/.test(value) ? undefined : 'must be like 20 or 20:end'),
  },
  'keep-on-failure': { type: 'boolean', description: 'keep what was made when the deployment fails, until the TTL' },
  parameter: { type: 'string', short: 'p', multiple: true, value: 'NAME=VALUE', description: 'template parameter' },
} as const satisfies OptionSpecs;

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const budget = (text: string | undefined) => {
  const [amount, action] = text?.split(':') ?? [];
  return amount === undefined ? undefined : { amount: Number(amount), ...(action && { action }) };
};

function parameters(pairs: readonly string[]): Record<string, unknown> | undefined {
  if (pairs.length === 0) return undefined;
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 1) throw usageError(`--parameter must be NAME=VALUE: got '${pair}'`);
      return [pair.slice(0, equals), json(pair.slice(equals + 1))];
    }),
  );
}

function fromFile(path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parse(decodeText(readFileSync(path)) ?? '\0');
  } catch (error) {
    // What stands behind a colon would be quoted from the file, which may hold stream keys.
    const [why = ''] = (error as Error).message.split('\n');
    const known = 'code' in (error as object) && !(error as { linePos?: unknown }).linePos;
    throw usageError(`Cannot read the request file '${path}': ${known ? why : why.replace(/:.*$/, '')}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw usageError(`The request file '${path}' must hold an object, such as 'event: congress'`);
}

const defined = (value: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));

/** The body of `POST /api/deploy` and `/api/plan`. Values are not judged here: the control plane names every invalid field. */
export async function deployRequest(
  command: string,
  parsed: Parsed<typeof REQUEST_OPTIONS>,
  io: Io,
  warn: (text: string) => void,
): Promise<Record<string, unknown> & { event: string }> {
  const { options } = parsed;
  const file = options.file ? fromFile(options.file) : {};
  const event = options.event || parsed.positionals[0] ? eventOf(parsed, command) : file.event;
  if (typeof event !== 'string') eventOf(parsed, command);
  const languages = list(options.languages) ?? (file.languages as string[] | undefined);
  const source = options['youtube-keys'];
  if (options['youtube-keys'] === '') throw new CliError(EXIT.usage, '--youtube-keys is empty');
  return {
    ...file,
    ...defined({
      title: options.title,
      environment: options.env,
      template: options.template,
      languages,
      mixing: pairs(options.mixing, 'mixing'),
      audio: pairs(options.audio, 'audio'),
      region: options.region,
      regions: list(options.regions),
      vmSizes: list(options['vm-sizes']),
      ttl: options.ttl,
      startsAt: options['starts-at'],
      operatorCidrs: list(options['operator-cidrs']),
      exposure: options.exposure,
      budget: budget(options.budget),
      keepOnFailure: options['keep-on-failure'] || undefined,
      parameters: parameters(options.parameter),
      youtubeKeys: source && (await keysFrom(source, languages, io, warn)),
    }),
    event: event as string,
  };
}
