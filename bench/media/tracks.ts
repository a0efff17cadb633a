/** What sound tracks cost a relay: ten callers on ten tracks beside ten callers on the one track of a programme. */
import { setTimeout as sleep } from 'node:timers/promises';
import { end, publish, recording, startRelay, type TestRelay } from '../../test/media/support.ts';
import type { Row } from '../main.ts';
import { type Cost, crowd, measure, stream, tree, WARM_MS } from './cost.ts';

const TRACKS = 10;

/** The pictures of {@link stream} with ten tracks of 128 kbit/s. */
const tenTracks = () =>
  recording(
    'cbr5m-10',
    20,
    [
      ...['-map', '0:v', ...Array.from({ length: TRACKS }, (_, i) => ['-map', `${i + 1}:a`]).flat()],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '25', '-x264-params', 'nal-hrd=cbr'],
      ...['-b:v', '4770k', '-minrate', '4770k', '-maxrate', '4770k', '-bufsize', '500k', '-c:a', 'aac', '-b:a', '128k'],
    ],
    [
      'testsrc2=s=1280x720:r=25,noise=alls=12:allf=t',
      ...Array.from({ length: TRACKS }, (_, i) => `sine=f=${300 + i * 100}:r=48000`),
    ],
  );

/** @param asked levels are asked for, as the control plane and the page do */
async function costOf(launcher: string, file: string, idOf: (index: number) => string, asked: boolean): Promise<Cost> {
  const relay: TestRelay = await startRelay(launcher, { SRT_LATENCY_MS: '200' }, 'image');
  const presenter = publish(file, relay.ingest);
  await relay.when('programme', (h) => h.source === 'programme' && h.input.bitrate > 4_000_000);
  const callers = await crowd(launcher, relay.egress, TRACKS, idOf);
  const ask = asked ? setInterval(() => void fetch(`${relay.url}/health?levels`).catch(() => {}), 10_000) : undefined;
  if (asked) await fetch(`${relay.url}/health?levels`);
  await sleep(WARM_MS);
  const cost = await measure(tree(relay.process.pid ?? 0));
  clearInterval(ask);
  for (const child of [...callers, presenter, relay.process]) await end(child, 'SIGKILL');
  return cost;
}

export async function tracksCost(launcher: string): Promise<Row[]> {
  const one = await costOf(launcher, stream(), () => '', false);
  const idOf = (index: number) => `programme/${index + 1}`;
  const ten = await costOf(launcher, tenTracks(), idOf, false);
  const measured = await costOf(launcher, tenTracks(), idOf, true);
  const row = (what: string, { cpu, median, mb }: Cost, note: string): Row => ({
    measure: `relay, 10 callers, ${what}`,
    result: `${cpu.toFixed(1)} % of a core (median ${median.toFixed(1)}), ${mb.toFixed(0)} MB`,
    'times one track': `${(cpu / one.cpu).toFixed(2)} (medians ${(median / one.median).toFixed(2)})`,
    note,
  });
  return [
    row('one track', one, '5 Mbit/s'),
    row('ten tracks, one each', ten, '5 Mbit/s and 10 x 128 kbit/s; goal 1.5 times'),
    row('ten tracks, levels asked for', measured, 'ffmpeg decodes and measures all ten'),
  ];
}
