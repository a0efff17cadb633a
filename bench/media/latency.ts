/** Time from a presenter's write to a caller's read, marked in the pictures themselves. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Caller, call, end, PASSPHRASE, startRelay } from '../../test/media/support.ts';
import { Writer } from '../../test/relay/streams.ts';
import type { Row } from '../main.ts';
import { barePipeline, NOT_COMPARED } from './bare.ts';

const LATENCY_MS = 200;
const FRAMES = 300;
const FRAME_MS = 20;
const MARK = Buffer.from('SENT-AT:');

/** Publishes small pictures whose bytes say when they were written, and reads them at `caller`. */
async function delays(launcher: string, ingest: number, caller: Caller): Promise<number[]> {
  const sender = call(launcher, 'out', { port: ingest, passphrase: PASSPHRASE.ingest, latency: LATENCY_MS });
  const found: number[] = [];
  let rest = Buffer.alloc(0);
  caller.process.stdout?.on('data', (chunk: Buffer) => {
    const now = performance.now();
    rest = Buffer.concat([rest, chunk]);
    for (let at = rest.indexOf(MARK); at >= 0 && at + 24 < rest.length; at = rest.indexOf(MARK)) {
      found.push(now - Number(rest.subarray(at + MARK.length, at + MARK.length + 14).toString()));
      rest = rest.subarray(at + 24);
    }
    rest = rest.subarray(-200);
  });
  await sleep(1000);
  const writer = new Writer();
  for (let frame = 0; frame < FRAMES; frame++) {
    const from = writer.packets.length;
    if (frame % 5 === 0) writer.tables([{ type: 0x1b, pid: 0x40 }]);
    const body = [...MARK, ...Buffer.from(performance.now().toFixed(3).padStart(14, '0'))];
    writer.pes(0x40, { dts: frame * FRAME_MS * 90 + 9000, key: true, pcr: frame * FRAME_MS * 90, body, size: 700 });
    sender.stdin?.write(Buffer.concat(writer.packets.slice(from)));
    await sleep(FRAME_MS);
  }
  await sleep(3 * LATENCY_MS);
  await end(sender, 'SIGKILL');
  await end(caller.process, 'SIGKILL');
  return found.sort((a, b) => a - b);
}
const at = (sorted: number[], share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;

/** A bare pipeline and the relay, one after the other, both with two SRT hops of the same latency. */
export async function latency(launcher: string): Promise<Row[]> {
  const plain = await barePipeline(LATENCY_MS);
  const bare =
    plain && (await delays(launcher, plain.ingest, new Caller(launcher, plain.egress, PASSPHRASE.egress, LATENCY_MS)));
  if (plain) await end(plain.process, 'SIGKILL');
  const relay = await startRelay(launcher, { SRT_LATENCY_MS: `${LATENCY_MS}` }, 'image');
  const ours = await delays(launcher, relay.ingest, new Caller(launcher, relay.egress, PASSPHRASE.egress, LATENCY_MS));
  await end(relay.process);
  const row = (measure: string, sorted: number[], note: string): Row => ({
    measure,
    result: `median ${at(sorted, 0.5).toFixed(0)} ms, p99 ${at(sorted, 0.99).toFixed(0)} ms`,
    'times the bare pipeline': bare ? (at(sorted, 0.5) / at(bare, 0.5)).toFixed(2) : NOT_COMPARED,
    note: `${sorted.length} pictures; ${note}`,
  });
  return [
    ...(bare ? [row(`bare pipeline, SRT latency ${LATENCY_MS} ms`, bare, 'two hops')] : []),
    row(`relay, SRT latency ${LATENCY_MS} ms`, ours, `two hops; goal ${2 * LATENCY_MS + 100} ms at the median`),
  ];
}
