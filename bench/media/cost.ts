/** Processor time and memory of a relay at 5 Mbit/s. */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Caller, call, end, PASSPHRASE, publish, recording, startRelay, until } from '../../test/media/support.ts';
import { look } from '../../test/relay/streams.ts';
import type { Row } from '../main.ts';
import { barePipeline, NOT_COMPARED } from './bare.ts';
import { floor } from './floor.ts';

const SECONDS = 12;
/** A relay runs for hours: what V8 compiles in its first seconds does not count. */
const WARM_MS = 15_000;
/** A caller that wakes rarely, because the machine is shared. */
const CALLER = { passphrase: PASSPHRASE.egress, latency: 200, batch: 100 };
/** Linux counts processor time in hundredths of a second for user space (`getconf CLK_TCK`). */
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** 5 Mbit/s without null packets, which a relay would leave out: filled up in the video, as constant-rate encoders do. */
const stream = () =>
  recording(
    'cbr5m',
    20,
    [
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '25', '-x264-params', 'nal-hrd=cbr'],
      ...['-b:v', '4800k', '-minrate', '4800k', '-maxrate', '4800k', '-bufsize', '500k', '-c:a', 'aac'],
    ],
    ['testsrc2=s=1280x720:r=25,noise=alls=12:allf=t', 'sine=r=48000'],
  );

function tree(pid: number): number[] {
  const children = execFileSync('sh', ['-c', `ps -o pid= --ppid ${pid} || true`], { encoding: 'utf8' });
  return [pid, ...children.split('\n').filter(Boolean).map(Number)];
}
const seconds = (pids: number[]): number =>
  pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return sum + (Number(fields[11]) + Number(fields[12])) / TICKS;
  }, 0);
/** Resident memory in MB; pages shared by the relay's own processes count once (Pss). */
const memory = (pids: number[]): number =>
  pids.reduce(
    (sum, pid) =>
      sum + Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024,
    0,
  );

/** Callers that throw away what they get, each a process; one after the other, because srtsink lets only one wait at its door. */
async function crowd(launcher: string, port: number, count: number): Promise<ChildProcess[]> {
  const connected: ChildProcess[] = [];
  while (connected.length < count) {
    const child = call(launcher, 'in', { port, ...CALLER });
    const [line] = await Promise.race([once(child.stderr ?? child, 'data'), once(child, 'close')]);
    if (`${line}`.startsWith('ready')) connected.push(child);
  }
  return connected;
}
async function measure(pids: number[]): Promise<{ cpu: number; mb: number }> {
  const before = seconds(pids);
  const began = performance.now();
  await sleep(SECONDS * 1000);
  return { cpu: ((seconds(pids) - before) / (performance.now() - began)) * 100_000, mb: memory(pids) };
}

/** The relay with 10 callers beside a bare srtsrc ! srtsink with 10 callers at the same time, then both with 51, one after the other. */
export async function cost(launcher: string): Promise<Row[]> {
  const file = stream();
  const relay = await startRelay(launcher, { SRT_LATENCY_MS: '200' }, 'image');
  const plain = await barePipeline(200);
  const presenters = [publish(file, relay.ingest), ...(plain ? [publish(file, plain.ingest)] : [])];
  await relay.when('programme', (h) => h.source === 'programme' && h.input.bitrate > 4_000_000);
  const tens = await crowd(launcher, relay.egress, 10);
  if (plain) tens.push(...(await crowd(launcher, plain.egress, 10)));
  await relay.when('10 callers', (h) => h.callers === 10);
  await sleep(WARM_MS);
  const pids = { relay: tree(relay.process.pid ?? 0), plain: plain ? [plain.process.pid ?? 0] : [] };
  const [ours, bare] = await Promise.all([measure(pids.relay), plain && measure(pids.plain)]);
  const many = await disturbed(launcher, relay.egress, pids.relay);
  const bareMany = plain && (await disturbed(launcher, plain.egress, pids.plain));
  const { bitrate } = (await relay.health()).input;
  for (const child of [...tens, ...presenters, relay.process, ...(plain ? [plain.process] : [])])
    await end(child, 'SIGKILL');
  const least = floor(10, bitrate);

  const row = (measureName: string, { cpu, mb }: typeof ours, beside: typeof ours | undefined, note: string): Row => ({
    measure: measureName,
    result: `${cpu.toFixed(1)} % of a core, ${mb.toFixed(0)} MB`,
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

/** Forty callers more, and what one caller among them sees of it. */
async function disturbed(launcher: string, port: number, pids: number[]) {
  const watcher = new Caller(launcher, port);
  await until('stream', () => watcher.chunks.length > 0);
  const forty = await crowd(launcher, port, 40);
  const measured = await measure(pids);
  for (const child of [...forty, watcher.process]) await end(child, 'SIGKILL');
  return { ...measured, errors: look(watcher.stream).continuityErrors.length };
}
