/** Processor time and memory of a relay at 5 Mbit/s. */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Caller, call, end, PASSPHRASE, publish, recording, startRelay, until } from '../../test/media/support.ts';
import { look } from '../../test/relay/streams.ts';
import type { Row } from '../main.ts';
import { barePipeline, NOT_COMPARED } from './bare.ts';
import { floor } from './floor.ts';

/** Other work on the machine can only make ours dearer (caches, clock): the least of some windows, with the median beside it. */
const WINDOWS = 6;
const SECONDS = 4;
const STREAM_SECONDS = 20;
/** A relay runs for hours: what V8 compiles in its first seconds does not count. */
export const WARM_MS = 15_000;
/** A caller that wakes rarely, because the machine is shared. */
const CALLER = { passphrase: PASSPHRASE.egress, latency: 200, batch: 100 };

/** 5 Mbit/s without null packets, which a relay would leave out: filled up in the video, as constant-rate encoders do. */
export const stream = () =>
  recording(
    'cbr5m',
    STREAM_SECONDS,
    [
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '25', '-x264-params', 'nal-hrd=cbr'],
      ...['-b:v', '4770k', '-minrate', '4770k', '-maxrate', '4770k', '-bufsize', '500k', '-c:a', 'aac'],
    ],
    ['testsrc2=s=1280x720:r=25,noise=alls=12:allf=t', 'sine=r=48000'],
  );

/** A process and its children. */
export function tree(pid: number): number[] {
  const children = execFileSync('sh', ['-c', `ps -o pid= --ppid ${pid} || true`], { encoding: 'utf8' });
  return [pid, ...children.split('\n').filter(Boolean).map(Number)];
}
/** Processor time of all threads in seconds; Linux counts it in nanoseconds there, and in hundredths of a second in `stat`. */
const seconds = (pids: number[]): number =>
  pids
    .flatMap((pid) => readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}/schedstat`))
    .reduce((sum, file) => sum + Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e9, 0);
/** Resident memory in MB; pages shared by the relay's own processes count once (Pss). */
const memory = (pids: number[]): number =>
  pids.reduce(
    (sum, pid) =>
      sum + Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024,
    0,
  );

/** Callers that throw away what they get, each a process; one after the other, because srtsink lets only one wait at its door. */
export async function crowd(
  launcher: string,
  port: number,
  count: number,
  idOf: (index: number) => string = () => '',
): Promise<ChildProcess[]> {
  const connected: ChildProcess[] = [];
  while (connected.length < count) {
    const child = call(launcher, 'in', { port, ...CALLER, streamid: idOf(connected.length) });
    const [line] = await Promise.race([once(child.stderr ?? child, 'data'), once(child, 'close')]);
    if (`${line}`.startsWith('ready')) connected.push(child);
  }
  return connected;
}
export interface Cost {
  /** Percent of a core: the least and the median. */
  cpu: number;
  median: number;
  mb: number;
}
export async function measure(pids: number[]): Promise<Cost> {
  const shares: number[] = [];
  for (let window = 0; window < WINDOWS; window++) {
    const before = seconds(pids);
    const began = performance.now();
    await sleep(SECONDS * 1000);
    shares.push(((seconds(pids) - before) / (performance.now() - began)) * 100_000);
  }
  shares.sort((a, b) => a - b);
  const at = (index: number) => shares[index] ?? Number.NaN;
  return { cpu: at(0), median: at(WINDOWS >> 1), mb: memory(pids) };
}

/** One after the other: the relay with 10 callers and with 51, a bare srtsrc ! srtsink likewise, and the network alone. */
export async function cost(launcher: string): Promise<Row[]> {
  const file = stream();
  const relay = await startRelay(launcher, { SRT_LATENCY_MS: '200' }, 'image');
  const presenter = publish(file, relay.ingest);
  await relay.when('programme', (h) => h.source === 'programme' && h.input.bitrate > 4_000_000);
  const [ours, many] = await tenAndMore(launcher, relay.egress, tree(relay.process.pid ?? 0));
  const bitrate = (statSync(file).size * 8) / STREAM_SECONDS;
  for (const child of [presenter, relay.process]) await end(child, 'SIGKILL');
  const [bare, bareMany] = await compared(launcher, file);
  const least = floor(10, bitrate);

  const row = (measureName: string, { cpu, median, mb }: Cost, beside: Cost | undefined, note: string): Row => ({
    measure: measureName,
    result: `${cpu.toFixed(1)} % of a core (median ${median.toFixed(1)}), ${mb.toFixed(0)} MB`,
    'times the bare pipeline': beside
      ? `${(cpu / beside.cpu).toFixed(2)} cpu, ${(mb / beside.mb).toFixed(2)} memory`
      : NOT_COMPARED,
    note,
  });
  const floorRow = (way: string, cpu: number): Row => ({
    measure: `the same datagrams to 10 sockets, ${way}`,
    result: `${cpu.toFixed(1)} % of a core`,
    'times the bare pipeline': bare ? `${(cpu / bare.cpu).toFixed(2)} cpu` : NOT_COMPARED,
    note: 'UDP alone: no SRT, no encryption, no ingest',
  });
  const errors = (found: number) => `${found} continuity errors at one caller`;
  return [
    row('relay, 10 callers', ours, bare, `${(bitrate / 1e6).toFixed(1)} Mbit/s in; goal 3 % and 150 MB`),
    ...(bare ? [row('bare srtsrc ! srtsink, 10 callers', bare, bare, 'no slate, no switch, no health')] : []),
    floorRow('a system call each', least.single),
    floorRow('a system call per burst', least.segmented),
    row('relay, 51 callers', many, bareMany, errors(many.errors)),
    ...(bareMany ? [row('bare srtsrc ! srtsink, 51 callers', bareMany, bareMany, errors(bareMany.errors))] : []),
  ];
}

async function compared(launcher: string, file: string): Promise<[Cost?, (Cost & { errors: number })?]> {
  const plain = await barePipeline(200);
  if (!plain) return [];
  const presenter = publish(file, plain.ingest);
  const measured = await tenAndMore(launcher, plain.egress, [plain.process.pid ?? 0]);
  for (const child of [presenter, plain.process]) await end(child, 'SIGKILL');
  return measured;
}
/** With ten callers, then with forty more and one that looks whether they disturb it. */
async function tenAndMore(launcher: string, port: number, pids: number[]): Promise<[Cost, Cost & { errors: number }]> {
  const callers = await crowd(launcher, port, 10);
  await sleep(WARM_MS);
  const ten = await measure(pids);
  const watcher = new Caller(launcher, port);
  await until('stream', () => watcher.chunks.length > 0);
  callers.push(...(await crowd(launcher, port, 40)));
  const more = await measure(pids);
  for (const child of [...callers, watcher.process]) await end(child, 'SIGKILL');
  return [ten, { ...more, errors: look(watcher.stream).continuityErrors.length }];
}
