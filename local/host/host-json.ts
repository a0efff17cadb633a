/** host.json, with the overrides `AzureFunctionsJobHost__<section>__<key>` of the environment (Microsoft Learn, host.json reference). */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from '../read-json.ts';
import { parseTimeSpan } from '../timespan.ts';
import { HostError } from './errors.ts';
import { levelOf } from './log.ts';

export interface HostJson {
  /** Put before every HTTP route; "" for none. */
  routePrefix: string;
  /** Milliseconds one invocation may take; undefined means unbounded. */
  functionTimeout: number | undefined;
  /** Category prefix (or `default`) -> level name. */
  logLevels: Record<string, string>;
  /** The section `extensions.durableTask`, as written. */
  durableTask: Record<string, unknown>;
}

const PREFIX = 'azurefunctionsjobhost__';
/** What the host uses when host.json is silent, on every plan but Consumption (5 minutes there). */
const DEFAULT_TIMEOUT = '00:30:00';

type Section = Record<string, unknown>;
const isSection = (value: unknown): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The own key of `section` that equals `name` in any case, else `name`. */
const keyOf = (section: Section, name: string): string =>
  Object.keys(section).find((key) => key.toLowerCase() === name.toLowerCase()) ?? name;

function overrideFrom(environment: Record<string, string | undefined>, root: Section): void {
  for (const [variable, value] of Object.entries(environment)) {
    if (value === undefined || !variable.toLowerCase().startsWith(PREFIX)) continue;
    const path = variable.slice(PREFIX.length).split('__');
    const last = path.pop();
    if (last === undefined) continue;
    let section = root;
    for (const name of path) {
      const key = keyOf(section, name);
      if (!isSection(section[key])) section[key] = {};
      section = section[key] as Section;
    }
    section[keyOf(section, last)] = value;
  }
}

function at(root: Section, ...path: string[]): unknown {
  let value: unknown = root;
  for (const name of path) value = isSection(value) ? value[keyOf(value, name)] : undefined;
  return value;
}

function timeout(value: unknown, file: string): number | undefined {
  if (value === '-1' || value === -1) return undefined;
  const ms = typeof value === 'string' ? parseTimeSpan(value) : undefined;
  if (ms === undefined || ms <= 0)
    throw new HostError(
      `Cannot read ${file} as functionTimeout must be a positive TimeSpan such as "00:30:00", or "-1": current value is ${JSON.stringify(value)}`,
    );
  return ms;
}

/** @throws HostError for a level that there is none of, in the real host's words */
function levelsOf(section: unknown): Record<string, string> {
  if (!isSection(section)) return {};
  const given = Object.entries(section).map(([category, level]) => [category, String(level ?? '')] as const);
  const levels = given.filter(([, level]) => level !== '');
  for (const [category, level] of levels)
    if (levelOf(level) === undefined)
      throw new HostError(`Configuration value '${level}' for category '${category}' is not supported.`);
  return Object.fromEntries(levels);
}

/**
 * @param appDir folder with host.json
 * @param environment for the overrides
 * @throws HostError when the file is missing, not JSON, or a value the host needs has the wrong form
 */
export function readHostJson(appDir: string, environment: Record<string, string | undefined>): HostJson {
  const file = join(appDir, 'host.json');
  if (!existsSync(file)) throw new HostError(`Cannot load the app: ${file} does not exist`);
  const root = readJsonFile(file, z.unknown(), 'Correct it', 'by-hand');
  if (!isSection(root) || at(root, 'version') !== '2.0')
    throw new HostError(`Cannot read ${file} as "version" must be "2.0"`);
  overrideFrom(environment, root);
  const prefix = at(root, 'extensions', 'http', 'routePrefix');
  const durableTask = at(root, 'extensions', 'durableTask');
  return {
    routePrefix: typeof prefix === 'string' ? prefix.replace(/^\/+|\/+$/g, '') : 'api',
    functionTimeout: timeout(at(root, 'functionTimeout') ?? DEFAULT_TIMEOUT, file),
    logLevels: levelsOf(at(root, 'logging', 'logLevel')),
    durableTask: isSection(durableTask) ? durableTask : {},
  };
}
