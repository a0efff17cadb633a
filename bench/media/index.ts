/**
 * The media plane on this machine: cost and added latency of a relay beside a bare pipeline in the same run, disturbance by many
 * callers, what tracks and light mixers cost, how soon a presenter takes over, and how soon a mixer is ready. What is not installed gives a row that says so.
 */
import { srtLibrary } from '../../local/media/programs.ts';
import { endAll } from '../../test/media/support.ts';
import { missing, srtPipe } from '../../test/relay/support.ts';
import type { Row } from '../main.ts';
import { readiness } from './agent.ts';
import { cost } from './cost.ts';
import { latency } from './latency.ts';
import { lightCost, takeovers } from './light.ts';
import { tracksCost } from './tracks.ts';

export async function run(): Promise<Row[]> {
  const launcher = srtPipe();
  const lacking = missing('ffmpeg', 'pango-view') ?? (launcher ? undefined : 'srt-pipe cannot be compiled');
  if (lacking || !launcher) return [{ measure: 'relay', result: lacking ?? '' }];
  try {
    const rows = [
      { measure: 'srt-pipe is linked with', result: srtLibrary().name },
      ...(await cost(launcher)),
      ...(await tracksCost(launcher)),
      ...(await lightCost(launcher)),
      ...(await takeovers(launcher)),
      ...(await latency(launcher)),
    ];
    const noObs = missing('obs', 'Xvfb');
    return [...rows, ...(noObs ? [{ measure: 'agent ready', result: noObs }] : await readiness())];
  } finally {
    await endAll();
  }
}
