/** The programs that real media need on this machine. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';

/** Those of `names` that are not on PATH. */
export const absent = (...names: string[]): string[] =>
  names.filter((name) => spawnSync('which', [name], { stdio: 'ignore' }).status !== 0);

/**
 * Compiles the relay's srt-pipe from its C source, once per source text.
 * @param folder where the program is kept
 * @returns its path
 * @throws Error saying what is missing
 */
export function compileSrtPipe(source: string, folder: string): string {
  const text = readFileSync(source);
  const target = join(folder, `srt-pipe-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`);
  if (existsSync(target)) return target;
  const lacking = absent('cc', 'pkg-config');
  if (lacking.length) throw new Error(`Cannot compile srt-pipe: ${lacking.join(' and ')} not installed`);
  const query = ['--cflags', '--libs', 'gstreamer-1.0', 'gio-2.0', 'gio-unix-2.0'];
  const flags = spawnSync('pkg-config', query, { encoding: 'utf8' });
  if (flags.status !== 0) throw new Error('Cannot compile srt-pipe: libgstreamer1.0-dev is not installed');
  mkdirSync(folder, { recursive: true });
  const fresh = `${target}.${process.pid}`;
  execFileSync('cc', ['-O2', '-Wall', '-Werror', '-o', fresh, source, ...flags.stdout.trim().split(/\s+/)]);
  renameSync(fresh, target);
  return target;
}
