/** The programs that real media need on this machine. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';

/** Those of `names` that are not on PATH. */
export const absent = (...names: string[]): string[] =>
  names.filter((name) => spawnSync('which', [name], { stdio: 'ignore' }).status !== 0);

/** The libsrt that srt-pipe is linked with: how, and which. @throws Error saying what is missing */
export function srtLibrary(): { flags: string[]; name: string } {
  const ask = (...what: string[]) => spawnSync('pkg-config', [...what, 'srt'], { encoding: 'utf8' });
  const flags = ask('--cflags', '--libs');
  if (flags.status !== 0) throw new Error('Cannot compile srt-pipe: libsrt-gnutls-dev is not installed');
  const library = /-l(\S+)/.exec(flags.stdout)?.[1] ?? 'srt';
  return {
    flags: flags.stdout.trim().split(/\s+/),
    name: `${library} ${ask('--modversion').stdout.trim()}`,
  };
}

/**
 * Compiles the relay's srt-pipe, once per state of its C sources and library: the same program is half as fast with another one.
 * @param sources folder of the sources, relay/launcher
 * @param folder where the program is kept
 * @returns its path
 * @throws Error saying what is missing
 */
export const compileSrtPipe = (sources: string, folder: string): string => {
  const { flags, name } = srtLibrary();
  return compiled('srt-pipe', sources, folder, ['-pthread', ...flags], name);
};

/** Compiles what keeps OBS's ports on loopback, local/media/loopback; otherwise like {@link compileSrtPipe}. */
export const compileLoopback = (sources: string, folder: string): string =>
  compiled('loopback.so', sources, folder, ['-shared', '-fPIC']);

function compiled(name: string, sources: string, folder: string, options: string[], library = ''): string {
  const files = readdirSync(sources)
    .sort()
    .map((file) => join(sources, file));
  const hash = createHash('sha256').update(JSON.stringify([options, library]));
  for (const file of files) hash.update(readFileSync(file));
  const target = join(folder, `${name}-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(target)) return target;
  if (absent('cc').length) throw new Error(`Cannot compile ${name}: cc not installed`);
  mkdirSync(folder, { recursive: true });
  const fresh = `${target}.${process.pid}`;
  const c = files.filter((file) => file.endsWith('.c'));
  execFileSync('cc', ['-O2', '-Wall', '-Werror', '-D_GNU_SOURCE', '-o', fresh, ...c, ...options]);
  renameSync(fresh, target);
  return target;
}
