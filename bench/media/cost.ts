/** Processor time and memory of a relay at 5 Mbit/s. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Caller,
  end,
  PASSPHRASE,
  publish,
  recording,
  start,
  startRelay,
  udpPorts,
  until,
} from '../../test/media/support.ts';
import { look } from '../../test/relay/streams.ts';
import type { Row } from '../main.ts';

const SECONDS = 12;
/** Linux counts processor time in hundredths of a second for user space (`getconf CLK_TCK`). */
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** 5 Mbit/s with null packets, as a hardware encoder's constant rate. */
const stream = () =>
  recording(
    'rate5m',
    20,
    [
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-tune',
      'zerolatency',
      '-g',
      '25',
      '-b:v',
      '4500k',
      '-maxrate',
      '4500k',
      '-bufsize',
      '1M',
      '-c:a',
      'aac',
      '-muxrate',
      '5M',
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

/** Many callers in one process that throws everything away. */
function crowd(launcher: string, port: number, count: number) {
  const child = start(launcher, [], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const one = `srtsrc uri="srt://127.0.0.1:${port}?mode=caller" passphrase="${PASSPHRASE.egress}" latency=200 ! fakesink sync=false async=false`;
  (child.stdio[3] as Socket).end(Array(count).fill(one).join(' '));
  return child;
}
async function measure(pids: number[]): Promise<{ cpu: number; mb: number }> {
  const before = seconds(pids);
  const began = performance.now();
  await sleep(SECONDS * 1000);
  return { cpu: ((seconds(pids) - before) / (performance.now() - began)) * 100_000, mb: memory(pids) };
}

/** The relay with 10 callers beside a bare srtsrc ! srtsink with 10 callers, then the relay with 50. */
export async function cost(launcher: string): Promise<Row[]> {
  const file = stream();
  const settings = { latency: 200 };
  const [ingest = 0, egress = 0] = await udpPorts(2);
  const plain = start(launcher, [], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const listen = (port: number, key: string) =>
    `uri="srt://127.0.0.1:${port}?mode=listener" passphrase="${key}" pbkeylen=16 latency=${settings.latency}`;
  (plain.stdio[3] as Socket).end(
    `srtsrc ${listen(ingest, PASSPHRASE.ingest)} keep-listening=true ! queue ! srtsink ${listen(egress, PASSPHRASE.egress)} wait-for-connection=false sync=false async=false`,
  );
  await sleep(500);
  const toPlain = publish(file, ingest);
  const plainCrowd = crowd(launcher, egress, 10);
  await sleep(3000);
  const bare = await measure([plain.pid ?? 0]);
  const bareMany = await disturbed(launcher, egress, [plain.pid ?? 0]);
  for (const child of [toPlain, plainCrowd, plain]) await end(child, 'SIGKILL');

  const relay = await startRelay(launcher, { SRT_LATENCY_MS: '200' }, 'image');
  const presenter = publish(file, relay.ingest);
  await relay.when('programme', (h) => h.source === 'programme' && h.input.bitrate > 4_000_000);
  const ten = crowd(launcher, relay.egress, 10);
  await relay.when('10 callers', (h) => h.callers === 10);
  const pids = tree(relay.process.pid ?? 0);
  const ours = await measure(pids);
  const many = await disturbed(launcher, relay.egress, pids);
  await end(ten, 'SIGKILL');
  const { bitrate } = (await relay.health()).input;
  for (const child of [presenter, relay.process]) await end(child);
  await until('relay gone', () => relay.process.exitCode !== null || relay.process.signalCode !== null);

  const row = (measureName: string, { cpu, mb }: typeof ours, beside: typeof ours, note: string): Row => ({
    measure: measureName,
    result: `${cpu.toFixed(1)} % of a core, ${mb.toFixed(0)} MB`,
    'times the bare pipeline': `${(cpu / beside.cpu).toFixed(2)} cpu, ${(mb / beside.mb).toFixed(2)} memory`,
    note,
  });
  const errors = (found: number) => `${found} continuity errors at one caller`;
  return [
    row('bare srtsrc ! srtsink, 10 callers', bare, bare, 'no slate, no switch, no health'),
    row('relay, 10 callers', ours, bare, `${(bitrate / 1e6).toFixed(1)} Mbit/s in; goal 3 % and 150 MB`),
    row('bare srtsrc ! srtsink, 51 callers', bareMany, bareMany, errors(bareMany.errors)),
    row('relay, 51 callers', many, bareMany, errors(many.errors)),
  ];
}

/** Forty callers more, and what one caller among them sees of it. */
async function disturbed(launcher: string, port: number, pids: number[]) {
  const watcher = new Caller(launcher, port);
  const forty = crowd(launcher, port, 40);
  await until('stream', () => watcher.chunks.length > 0);
  const measured = await measure(pids);
  for (const child of [forty, watcher.process]) await end(child, 'SIGKILL');
  return { ...measured, errors: look(watcher.stream).continuityErrors.length };
}
