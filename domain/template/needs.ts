/** What of an installation a template may refer to, as `installation.NAME`: it is not everywhere. */
import { own } from '../own.ts';
import { referencesIn, type Value } from '../references.ts';
import type { Installation } from '../seam/installation.ts';
import type { Template } from './schema.ts';

/** By name, the setting that gives it. */
const SETTINGS = { usersTable: 'USERS_TABLE_URL' } as const satisfies Partial<Record<keyof Installation, string>>;
type Optional = keyof typeof SETTINGS;

/** What a reference stands for; empty where it is not set. Undefined for what no template may refer to. */
export const offeredBy = (installation: Installation, name: string): Value | undefined =>
  own(SETTINGS, name) === undefined ? undefined : (installation[name as Optional] ?? '');

/** What a template refers to. */
function referred(template: Template): Optional[] {
  const references = new Set(referencesIn(template.components).map(([, reference]) => reference));
  return (Object.keys(SETTINGS) as Optional[]).filter((name) => references.has(`installation.${name}`));
}

/** An installation without what the template does not refer to: an event has nothing to do with the rest, at its end either. */
export function onlyNeeded(template: Template, installation: Installation): Installation {
  const needed = new Set<string>(referred(template));
  const kept = Object.entries(installation).filter(([name]) => !Object.hasOwn(SETTINGS, name) || needed.has(name));
  return Object.fromEntries(kept) as unknown as Installation;
}

/** Settings that are not set, and without which what the template makes could not run on Azure. */
export const missingSettings = (template: Template, installation: Installation): string[] =>
  referred(template).flatMap((name) => (installation[name] === undefined ? [SETTINGS[name]] : []));
