/** A zip whose bytes depend on nothing but its content: sorted, of one date, for one kind of system. */
import { type Zippable, zipSync } from 'fflate';

/** Unix, a plain file that everybody may read. */
const FILE = { os: 3, attrs: (0o100644 << 16) >>> 0, level: 9 } as const;

/** @param files path with `/` -> content */
export function zipped(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  // The first moment that a zip can name; read and written as local time, so that no time zone shows.
  const mtime = new Date(1980, 0, 1);
  const entries = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, content]) => [path, [content, { ...FILE, mtime }]]);
  return zipSync(Object.fromEntries(entries) as Zippable);
}
