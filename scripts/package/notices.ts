/** The licences of the packages that are inside the bundle: their terms ask that these go with every copy. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { folderOf } from './rules.ts';

/** @param inPage packages that are inside the operator's page */
export function notices(root: string, { outputs }: Metafile, inPage: readonly string[]): string {
  const folders = new Set(inPage.map((name) => `node_modules/${name}`));
  for (const { inputs } of Object.values(outputs))
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = folderOf(path.replace(/^[\w-]+:/, ''));
      if (folder !== undefined && bytesInOutput > 0) folders.add(folder);
    }
  return [...folders]
    .map((folder) => {
      const read = (file: string) => readFileSync(join(root, folder, file), 'utf8').trim();
      const { name, version, license } = JSON.parse(read('package.json')) as Record<string, string>;
      const files = readdirSync(join(root, folder))
        .filter((file) => /^(licen[cs]e|notice)\b/i.test(file))
        .sort();
      return [`${name} ${version} (${license})`, ...files.map(read)].join('\n\n');
    })
    .sort()
    .join(`\n\n${'-'.repeat(80)}\n\n`)
    .concat('\n');
}
