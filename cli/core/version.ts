import { readFileSync } from 'node:fs';

/** The package's version; package.json lies two folders above `cli/core/` and three above `dist/cli/core/`. */
export function version(): string {
  for (const path of ['../../package.json', '../../../package.json'])
    try {
      return (JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { version: string }).version;
    } catch {}
  return '?';
}
