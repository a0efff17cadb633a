/** What a template needs of the installation that is not everywhere. */
import { referencesIn } from '../references.ts';
import type { Installation } from '../seam/installation.ts';
import type { Template } from './schema.ts';

const refersTo = (template: Template): Set<string> =>
  new Set(referencesIn(template.components).map(([, reference]) => reference));

/** An installation without what the template does not refer to: an event has nothing to do with the rest, at its end either. */
export function onlyNeeded(template: Template, { usersTable, ...rest }: Installation): Installation {
  return usersTable !== undefined && refersTo(template).has('installation.usersTable') ? { ...rest, usersTable } : rest;
}

/** The setting that gives what is referred to as `installation.NAME`, by the reference. */
const SETTINGS: Readonly<Record<string, { setting: string; has: (installation: Installation) => boolean }>> = {
  'installation.usersTable': {
    setting: 'USERS_TABLE_URL',
    has: ({ usersTable }) => usersTable !== undefined,
  },
};

/** Settings that are not set, and without which what the template makes could not run on Azure. */
export const missingSettings = (template: Template, installation: Installation): string[] => {
  const references = refersTo(template);
  return Object.entries(SETTINGS).flatMap(([reference, { setting, has }]) =>
    references.has(reference) && !has(installation) ? [setting] : [],
  );
};
