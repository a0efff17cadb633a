/** What the tests need of the machine: programs that may be missing (then a test is skipped with the reason, never in CI). */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The names that are not on PATH; in CI a missing one is an error, because a skipped test proves nothing. */
export function missing(...programs: string[]): string | undefined {
  const absent = programs.filter((program) => spawnSync('which', [program]).status !== 0);
  if (absent.length === 0) return undefined;
  const reason = `not installed: ${absent.join(', ')} (see .ci/packages)`;
  if (process.env.CI) throw new Error(reason);
  return reason;
}

/** Compiles launcher/srt-pipe.c once per source text; undefined when the compiler or GStreamer's headers are missing. */
export function srtPipe(): string | undefined {
  const source = fileURLToPath(new URL('../../relay/launcher/srt-pipe.c', import.meta.url));
  const folder = join(tmpdir(), 'stream-control-launcher');
  const hash = spawnSync('sha256sum', [source], { encoding: 'utf8' }).stdout.slice(0, 16);
  const target = join(folder, `srt-pipe-${hash}`);
  if (existsSync(target)) return target;
  const flags = spawnSync('pkg-config', ['--cflags', '--libs', 'gstreamer-1.0', 'gio-2.0', 'gio-unix-2.0'], {
    encoding: 'utf8',
  });
  if (flags.status !== 0) {
    if (process.env.CI)
      throw new Error('srt-pipe cannot be compiled: libgstreamer1.0-dev or pkg-config is not installed');
    return undefined;
  }
  mkdirSync(folder, { recursive: true });
  const fresh = `${target}.${process.pid}`;
  execFileSync('cc', ['-O2', '-Wall', '-Werror', '-o', fresh, source, ...flags.stdout.trim().split(/\s+/)]);
  renameSync(fresh, target);
  return target;
}
