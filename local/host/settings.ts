/** App settings: local.settings.json, the environment, and what the host's caller decides. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Clock, RealClock } from '../clock.ts';
import { readJsonFile } from '../read-json.ts';
import { HostError } from './errors.ts';
import type { HostOptions } from './options.ts';

export interface LocalSettings {
  values: Record<string, string>;
  /** The section `Host`: `LocalHttpPort`, and this host's own `Auth` and `Keys` (see auth.ts). */
  host: Record<string, unknown>;
}

/** A value is a text, or what has one: a list or an object would arrive as `[object Object]`. */
const value = z.union([z.string(), z.number(), z.boolean()], { error: 'must be a text, a number, true or false' });
const localSettings = z.looseObject({
  IsEncrypted: z.boolean().nullish(),
  Values: z.record(z.string(), value).nullish(),
  Host: z.record(z.string(), z.unknown()).nullish(),
});

/** @throws HostError when local.settings.json is there but not usable */
export function readLocalSettings(appDir: string): LocalSettings {
  const file = join(appDir, 'local.settings.json');
  if (!existsSync(file)) return { values: {}, host: {} };
  const root = readJsonFile(file, localSettings, 'Correct it, or delete it to start without it', 'by-hand');
  if (root.IsEncrypted)
    throw new HostError(`Cannot read ${file} as it is encrypted: run "func settings decrypt" in its folder`);
  const values = Object.entries(root.Values ?? {}).map(([name, value]) => [name, String(value)]);
  return { values: Object.fromEntries(values), host: root.Host ?? {} };
}

/** Variables this process got from a host, so that the next host over another app may replace them. */
const applied = new Set<string>();

/**
 * Puts settings into the environment the app reads.
 * @param values yield to variables that were in the environment before any host (the real environment wins)
 * @param decided win over everything: what the host's caller passed
 */
export function applySettings(values: Record<string, string>, decided: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) {
    if (process.env[name] !== undefined && !applied.has(name)) continue;
    process.env[name] = value;
    applied.add(name);
  }
  for (const [name, value] of Object.entries(decided)) {
    process.env[name] = value;
    applied.add(name);
  }
}

const MOST = 10;

/**
 * How many processes of its own the app is to run in; undefined for the host's own.
 * @throws HostError for a number that the real host does not take, or where processes of their own cannot work
 */
export function processCount(
  { workers, ports }: HostOptions,
  clock: Clock,
  environment: Record<string, string | undefined>,
): number | undefined {
  const virtual = ports !== undefined || !(clock instanceof RealClock);
  const wanted = workers ?? (virtual ? undefined : environment.FUNCTIONS_WORKER_PROCESS_COUNT || undefined);
  if (wanted === undefined) return undefined;
  const count = Number(wanted);
  if (!Number.isInteger(count) || count < 1 || count > MOST)
    throw new HostError(
      `--workers and FUNCTIONS_WORKER_PROCESS_COUNT must be a whole number from 1 to ${MOST}: current value is '${wanted}'`,
    );
  if (virtual) throw new HostError('Cannot use workers as virtual time stays in one process');
  return count;
}

const isTrue = (value: string | undefined) => value !== undefined && /^(true|1)$/i.test(value);

/** `AzureWebJobs.<function>.Disabled`, also in the form with `_` that Linux allows as a variable's name. */
export const isDisabled = (name: string): boolean =>
  isTrue(process.env[`AzureWebJobs.${name}.Disabled`]) || isTrue(process.env[`AzureWebJobs_${name}_Disabled`]);

/**
 * Replaces each `%NAME%` by that app setting.
 * @throws HostError naming the setting that is missing, in the real host's words
 */
export function resolveReferences(text: string): string {
  return text.replace(/%([^%]+)%/g, (_, name: string) => {
    const value = process.env[name];
    if (value === undefined) throw new HostError(`'%${name}%' does not resolve to a value.`);
    return value;
  });
}
