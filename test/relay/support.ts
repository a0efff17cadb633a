/** What the tests need of the machine: programs that may be missing (then a test is skipped with the reason, never in CI). */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { absent, compileSrtPipe } from '../../local/media/programs.ts';

/** The names that are not on PATH, as a reason; in CI a missing one is an error, because a skipped test proves nothing. */
export function missing(...programs: string[]): string | undefined {
  const lacking = absent(...programs);
  if (lacking.length === 0) return undefined;
  const reason = `not installed: ${lacking.join(', ')} (see .ci/packages)`;
  if (process.env.CI) throw new Error(reason);
  return reason;
}

/** nginx's RTMP module, which is no program of its own. */
export function missingRtmp(): string | undefined {
  if (existsSync('/usr/lib/nginx/modules/ngx_rtmp_module.so')) return undefined;
  const reason = 'not installed: libnginx-mod-rtmp (see .ci/packages)';
  if (process.env.CI) throw new Error(reason);
  return reason;
}

/** The compiled relay/launcher; undefined when it cannot be compiled here. */
export function srtPipe(): string | undefined {
  try {
    return compileSrtPipe('relay/launcher', join(tmpdir(), 'stream-control-launcher'));
  } catch (error) {
    if (process.env.CI) throw error;
    return undefined;
  }
}
