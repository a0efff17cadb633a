/** What may be in the bundle: the app's rooms, the packages it names as dependencies, and what those bring along. */
import { isBuiltin } from 'node:module';
import type { Metafile } from 'esbuild';

/** The rooms that run on Azure. Simulator, command line, relay and agent are not among them. */
export const ROOMS = [
  'activities',
  'azure',
  'contract',
  'domain',
  'durable',
  'entities',
  'functions',
  'inspect',
  'orchestrations',
  'ports',
  'telemetry',
];

export interface Lock {
  packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
}

/** Provided by the Functions worker. */
const PROVIDED = '@azure/functions-core';

/** `node_modules/a/node_modules/@b/c/index.js` -> `node_modules/a/node_modules/@b/c` */
export const folderOf = (path: string): string | undefined => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
const nameOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
const roomOf = (path: string): string => path.split('/')[0] ?? '';

/** Everything in a bundle that does not belong there, and every dependency that nothing in it imports; empty when all is well. */
export function strangers(
  { inputs }: Metafile,
  { dependencies = {} }: { dependencies?: Record<string, string> },
  { packages }: Lock,
): string[] {
  const found = new Set<string>();
  const used = new Set<string>();
  for (const [path, { imports }] of Object.entries(inputs)) {
    // Written by one of our plugins in a package's stead.
    if (/^(?:builtin|left-out|narrowed|unused-group):/.test(path)) continue;
    const own = !path.includes('node_modules/');
    if (own && !ROOMS.includes(roomOf(path))) found.add(`${path} is in no room of the app`);
    const folder = folderOf(path);
    const locked = folder === undefined ? undefined : packages[folder];
    if (folder !== undefined && (!locked || locked.dev || locked.devOptional))
      found.add(`${folder} is no dependency of the app's`);
    for (const one of imports) {
      if (one.external && !isBuiltin(one.path) && one.path !== PROVIDED && one.path !== '<runtime>')
        found.add(`${path} needs ${one.path}, which is not in the bundle`);
      if (own && one.path.includes('node_modules/')) used.add(nameOf(one.original ?? one.path));
    }
  }
  for (const name of used)
    if (!(name in dependencies)) found.add(`${name} is imported and no dependency in package.json`);
  for (const name of Object.keys(dependencies))
    if (!used.has(name)) found.add(`${name} is a dependency in package.json and nothing imports it`);
  return [...found].sort();
}
