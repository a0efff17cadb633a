/** What `npm run package` makes, unpacked. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { ROOT } from './stack.ts';

/** Packages this repository's app and unpacks the zip. @returns the zip's path */
export function packageInto(folder: string): string {
  const printed = execFileSync(process.execPath, [join(ROOT, 'scripts/package/main.ts')], { encoding: 'utf8' });
  const zip = printed.trimEnd().split('\n').at(-1) ?? '';
  for (const [path, content] of Object.entries(unzipSync(readFileSync(zip)))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return zip;
}
