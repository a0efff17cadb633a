/** The page's built files (scripts/dashboard.mjs), each as it is, as gzip and as brotli. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256 } from '../domain/hash.ts';

const folder = fileURLToPath(new URL('../dashboard/built/', import.meta.url));

const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  webmanifest: 'application/manifest+json',
  txt: 'text/plain; charset=utf-8',
};

export interface PageFile {
  type: string;
  /** Of its content, for `ETag`. */
  tag: string;
  /** Its name has its hash in it: it never changes. */
  hashed: boolean;
  /** By content coding; `identity` is always there. */
  codings: ReadonlyMap<string, string>;
}

const CODINGS = { '.br': 'br', '.gz': 'gzip' } as const;

function read(root: string): ReadonlyMap<string, PageFile> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  const known = new Set(names);
  const files = new Map<string, PageFile>();
  for (const name of names) {
    const type = TYPES[name.split('.').at(-1) ?? ''];
    if (type === undefined) continue;
    const path = join(root, name);
    const codings = new Map([['identity', path]]);
    for (const [ending, coding] of Object.entries(CODINGS))
      if (known.has(name + ending)) codings.set(coding, path + ending);
    const tag = `"${sha256(readFileSync(path).toString('latin1')).slice(0, 20)}"`;
    files.set(name, { type, tag, hashed: name.startsWith('assets/'), codings });
  }
  return files;
}

let cached: { at: number; files: ReadonlyMap<string, PageFile> } | undefined;
/** Path from the page's root -> file; undefined where the page is not built. Built anew while the app runs, it is the new one. */
export function pageFiles(): ReadonlyMap<string, PageFile> | undefined {
  const at = statSync(join(folder, 'index.html'), { throwIfNoEntry: false })?.mtimeMs;
  if (at === undefined) return undefined;
  if (cached?.at !== at) cached = { at, files: read(folder) };
  return cached.files;
}

/** The best coding that the client takes (RFC 9110, section 12.5.3), and the file's bytes in it. */
export function encoded(file: PageFile, accepted: string | null): { coding: string; bytes: Uint8Array } {
  const taken = new Map(
    (accepted ?? '').split(',').map((one) => {
      const [name = '', ...parameters] = one
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const weight = parameters.find((each) => each.startsWith('q='))?.slice(2);
      return [name, weight === undefined ? 1 : Number(weight)];
    }),
  );
  for (const coding of ['br', 'gzip']) {
    const path = file.codings.get(coding);
    if (path !== undefined && (taken.get(coding) ?? 0) > 0) return { coding, bytes: readFileSync(path) };
  }
  return { coding: 'identity', bytes: readFileSync(file.codings.get('identity') ?? '') };
}
