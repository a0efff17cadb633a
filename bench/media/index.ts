/**
 * The media plane on this machine: cost and added latency of a relay beside a bare pipeline in the same run, disturbance by many
 * callers, and how soon a mixer is ready. What is not installed gives a row that says so.
 */
import { endAll } from '../../test/media/support.ts';
import { missing, srtPipe } from '../../test/relay/support.ts';
import type { Row } from '../main.ts';
import { readiness } from './agent.ts';
import { cost } from './cost.ts';
import { latency } from './latency.ts';

export async function run(): Promise<Row[]> {
  const launcher = srtPipe();
  const lacking = missing('ffmpeg', 'pango-view') ?? (launcher ? undefined : 'srt-pipe cannot be compiled');
  if (lacking || !launcher) return [{ measure: 'relay', result: lacking ?? '' }];
  try {
    const rows = [...(await cost(launcher)), ...(await latency(launcher))];
    const noObs = missing('obs', 'Xvfb');
    return [...rows, ...(noObs ? [{ measure: 'agent ready', result: noObs }] : await readiness())];
  } finally {
    await endAll();
  }
}
