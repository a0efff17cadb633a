/** The app folder as it goes to Azure, whole: path -> content. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { parse } from 'yaml';
import { buildDashboard } from '../dashboard.mjs';
import { data } from '../data.mjs';
import { bundle, ROOT } from './bundle.ts';
import { type Backend, hostJson } from './host-json.ts';
import { notices } from './notices.ts';
import { type Lock, strangers } from './rules.ts';

interface Package {
  name: string;
  version: string;
  type: string;
  dependencies?: Record<string, string>;
}

const read = (path: string) => readFileSync(join(ROOT, path));
const json = <T>(path: string) => JSON.parse(read(path).toString('utf8')) as T;
const text = (content: string) => new TextEncoder().encode(content);

/** The app's own templates, by file, as functions/catalogue.ts reads them. */
const packedTemplates = (): string => {
  const names = readdirSync(join(ROOT, 'templates')).filter((name) => /\.ya?ml$/.test(name));
  const all = names.sort().map((name) => [name, parse(read(`templates/${name}`).toString('utf8'), { merge: true })]);
  return `${JSON.stringify(Object.fromEntries(all))}\n`;
};

/** What is wrong with a bundle of this repository. */
export const wrongWith = (metafile: Metafile): string[] =>
  strangers(metafile, json<Package>('package.json'), json<Lock>('package-lock.json'));

/** @throws Error naming everything that found its way into the bundle and does not belong there */
export async function appFolder(backend: Backend = 'AzureStorage'): Promise<Map<string, Uint8Array>> {
  await buildDashboard();
  const { files, metafile } = await bundle();
  const wrong = wrongWith(metafile);
  if (wrong.length > 0) throw new Error(`Cannot package the app:\n  ${wrong.join('\n  ')}`);
  const { name, version, type } = json<Package>('package.json');
  // Without dependencies: what the app needs is in its files, and the worker brings @azure/functions-core.
  files.set('package.json', text(`${JSON.stringify({ name, version, type, main: 'dist/index.js' }, null, 2)}\n`));
  files.set('host.json', text(hostJson(read('host.json').toString('utf8'), backend)));
  files.set('LICENSE', read('LICENSE'));
  files.set('THIRD-PARTY.txt', text(notices(ROOT, metafile, json<string[]>('dashboard/built/packages.json'))));
  files.set('templates/packed.json', text(packedTemplates()));
  // The app looks for its data one folder above the file that reads them: dist/index.js -> templates/.
  for (const folder of data())
    for (const file of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8', withFileTypes: true }))
      if (file.isFile() && !/\.(?:ts|ya?ml)$/.test(file.name)) {
        const path = join(file.parentPath, file.name).slice(ROOT.length);
        files.set(path.replaceAll('\\', '/').replace(/^\//, ''), read(path));
      }
  return files;
}
