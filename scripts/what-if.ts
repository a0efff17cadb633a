/**
 * What `az deployment sub what-if --no-pretty-print` found, in a line per change: `node scripts/what-if.ts FILE [--show]`. Without
 * `--show` a change is exit code 1: then what stands is not what was installed.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

interface Property {
  path: string;
  propertyChangeType: string;
  children?: Property[] | null | undefined;
}
const property: z.ZodType<Property> = z.looseObject({
  path: z.string(),
  propertyChangeType: z.string(),
  get children() {
    return z.array(property).nullish();
  },
});
const result = z.looseObject({
  changes: z.array(
    z.looseObject({
      resourceId: z.string(),
      changeType: z.string(),
      unsupportedReason: z.string().nullish(),
      delta: z.array(property).nullish(),
    }),
  ),
});

/** Not ours, as it was, or nothing that is compared. */
const QUIET = new Set(['Ignore', 'NoChange', 'NoEffect']);
/** What Azure itself tells wrong: settings are never read back, so they always look changed (arm-template-whatif#419). */
const NOISE = [/\/sites\/[^/]+\/config\/appsettings$/i];
const NOISY_PROPERTY = /^properties\.siteConfig\.appSettings\b/i;

const leaves = (list: readonly Property[], above = ''): [path: string, type: string][] =>
  list.flatMap(({ path, propertyChangeType, children }) => {
    const full = above ? `${above}.${path}` : path;
    return children?.length ? leaves(children, full) : [[full, propertyChangeType] as [string, string]];
  });

/** @returns a line per change that counts @throws ZodError when it is no what-if result */
export function changesIn(text: string): string[] {
  return result.parse(JSON.parse(text)).changes.flatMap(({ resourceId, changeType, unsupportedReason, delta }) => {
    if (QUIET.has(changeType) || NOISE.some((one) => one.test(resourceId))) return [];
    // What a nested deployment would do is not known before the one that it waits for; it says nothing about a change.
    if (changeType === 'Unsupported') return [];
    const changed = leaves(delta ?? []).filter(([path, type]) => !QUIET.has(type) && !NOISY_PROPERTY.test(path));
    if (changeType === 'Modify' && changed.length === 0) return [];
    const what = changed.map(([path, type]) => `${type} ${path}`).join(', ');
    return [
      `${changeType} ${resourceId}${what ? `: ${what}` : ''}${unsupportedReason ? ` (${unsupportedReason})` : ''}`,
    ];
  });
}

if (import.meta.main) {
  const [file = '', ...flags] = process.argv.slice(2);
  const found = changesIn(readFileSync(file, 'utf8'));
  console.log(found.length === 0 ? 'Nothing would change.' : found.join('\n'));
  if (found.length > 0 && !flags.includes('--show')) process.exitCode = 1;
}
