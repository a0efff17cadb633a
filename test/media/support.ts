/** Real publishers, relays and callers on loopback. Everything started here is ended by {@link endAll}. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Health } from '../../relay/health.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const running = new Set<ChildProcess>();

/** Starts a program that {@link endAll} will end. */
export function start(command: string, args: string[], options: Parameters<typeof spawn>[2] = {}): ChildProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  running.add(child);
  child.once('close', () => running.delete(child));
  for (const stream of child.stdio) stream?.on('error', () => {});
  return child;
}
export const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once('close', resolve);
  });
export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  child.kill(signal);
  return ended(child);
}
export const endAll = async (): Promise<void> => {
  await Promise.all([...running].map((child) => end(child, 'SIGKILL')));
};

/** Free UDP ports of loopback. */
export async function udpPorts(count: number): Promise<number[]> {
  const sockets = await Promise.all(
    Array.from({ length: count }, () => {
      const socket = createSocket('udp4');
      return new Promise<typeof socket>((resolve) => socket.bind(0, '127.0.0.1', () => resolve(socket)));
    }),
  );
  const ports = sockets.map((socket) => (socket.address() as AddressInfo).port);
  await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
  return ports;
}

/** A free TCP port of loopback. */
export async function tcpPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

/** Asks again until `look` gives something; the answer, or an error that says what was awaited. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  seconds = 60,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export interface TestRelay {
  process: ChildProcess;
  log: Record<string, unknown>[];
  ingest: number;
  egress: number;
  url: string;
  health(): Promise<Health>;
  /** Resolves with the first health that `wanted` accepts. */
  when(what: string, wanted: (health: Health) => boolean, seconds?: number): Promise<Health>;
}
export const PASSPHRASE = { ingest: 'presenter-secret-1', egress: 'mixers-secret-2' };

/** How the image runs the built program; see the ENTRYPOINT in relay/Dockerfile. */
const IMAGE = ['--max-semi-space-size=2', '--max-old-space-size=48', 'dist/relay/main.js'];

/** A relay in a process of its own, settings by environment; from its source, or built and started as in the image. */
export async function startRelay(
  srtPipe: string,
  settings: Record<string, string> = {},
  from: 'source' | 'image' = 'source',
  expected: Health['status'] = 'ok',
): Promise<TestRelay> {
  const [ingest = 0, egress = 0] = await udpPorts(2);
  const env = {
    ...process.env,
    EVENT_TITLE: 'Test event',
    BIND: '127.0.0.1',
    INGEST_PORT: `${ingest}`,
    EGRESS_PORT: `${egress}`,
    HEALTH_PORT: '0',
    INGEST_PASSPHRASE: PASSPHRASE.ingest,
    EGRESS_PASSPHRASE: PASSPHRASE.egress,
    SRT_LATENCY_MS: '80',
    SRT_PIPE: srtPipe,
    ...settings,
  };
  const child = start(process.execPath, from === 'image' ? IMAGE : ['relay/main.ts'], { env, cwd: root });
  const log: Record<string, unknown>[] = [];
  let stderr = '';
  child.stderr?.on('data', (data) => {
    stderr += data;
  });
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => log.push(JSON.parse(line)));
  const ready = await until('relay ready', () => {
    if (child.exitCode !== null) throw new Error(`the relay ended: ${stderr}`);
    return log.find(({ event }) => event === 'ready');
  });
  const url = `http://127.0.0.1:${ready.health}`;
  // Not kept open: a test that waits for a program meanwhile would find it closed.
  const once = { headers: { connection: 'close' } };
  const health = async () => (await (await fetch(`${url}/health`, once)).json()) as Health;
  const when: TestRelay['when'] = (what, wanted, seconds) =>
    until(
      `relay: ${what}`,
      async () => {
        const now = await health();
        return wanted(now) && now;
      },
      seconds,
    );
  await when(expected, (h) => h.status === expected);
  return { process: child, log, ingest, egress, url, health, when };
}

/** Starts srt-pipe as a caller on loopback; `output` is where what it receives goes. */
export function call(
  srtPipe: string,
  flow: 'in' | 'out',
  settings: { port: number; passphrase: string; latency: number; batch?: number; streamid?: string },
  output: 'pipe' | 'ignore' = 'ignore',
): ChildProcess {
  const child = start(srtPipe, [], { stdio: [flow === 'out' ? 'pipe' : 'ignore', output, 'pipe', 'pipe'] });
  const lines = Object.entries({ mode: 'call', flow, host: '127.0.0.1', ...settings });
  (child.stdio[3] as Socket).end(lines.map(([name, value]) => `${name}=${value}\n`).join(''));
  return child;
}

/** A caller that keeps every byte it gets, as OBS or a player would receive it. */
export class Caller {
  readonly process: ChildProcess;
  readonly chunks: Buffer[] = [];
  readonly text: string[] = [];
  constructor(srtPipe: string, port: number, passphrase = PASSPHRASE.egress, latencyMs = 80, streamid = '') {
    this.process = call(srtPipe, 'in', { port, passphrase, latency: latencyMs, batch: 2, streamid }, 'pipe');
    this.process.stdout?.on('data', (chunk) => this.chunks.push(chunk));
    if (this.process.stderr) createInterface({ input: this.process.stderr }).on('line', (line) => this.text.push(line));
  }
  get stream(): Buffer {
    const bytes = Buffer.concat(this.chunks);
    return bytes.subarray(0, bytes.length - (bytes.length % 188));
  }
}

/** Makes a stream of `seconds` with ffmpeg once and keeps it among the temporary files. */
export function recording(name: string, seconds: number, options: string[], inputs: string[]): string {
  const folder = join(tmpdir(), 'stream-control-recordings');
  const hash = createHash('sha256')
    .update(JSON.stringify([options, inputs]))
    .digest('hex')
    .slice(0, 8);
  const file = join(folder, `${name}-${seconds}-${hash}.ts`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const sources = inputs.flatMap((input) => ['-f', 'lavfi', '-i', input]);
  const fresh = `${file}.${process.pid}`;
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...sources, '-t', `${seconds}`, ...options, '-f', 'mpegts', fresh]);
  renameSync(fresh, file);
  return file;
}
/** Moving bars and a tone: a picture every 40 ms, a key frame each second. */
export const bars = (seconds = 30): string =>
  recording(
    'bars',
    seconds,
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
      '600k',
      '-c:a',
      'aac',
      '-ar',
      '48000',
    ],
    ['testsrc2=s=640x360:r=25', 'sine=f=440:r=48000'],
  );

/** Publishes a recording in real time, over and over. */
export function publish(file: string, port: number, passphrase = PASSPHRASE.ingest, streamId = ''): ChildProcess {
  const id = streamId && `&streamid=${streamId}`;
  const url = `srt://127.0.0.1:${port}?mode=caller&latency=80000&passphrase=${passphrase}&pkt_size=1316${id}`;
  const all = ['-map', '0', '-c', 'copy', '-f', 'mpegts', url];
  return start('ffmpeg', ['-v', 'error', '-re', '-stream_loop', '-1', '-i', file, ...all]);
}

/** The tones of {@link tracks}, Hz, and what their tracks are called; the fourth has no name. */
export const TONES = [440, 660, 880, 1100] as const;
/** A moving picture with four tracks of sound, each a tone of its own. */
export const tracks = (seconds = 30): string =>
  recording(
    'tracks',
    seconds,
    [
      ...['-map', '0:v', ...TONES.flatMap((_, i) => ['-map', `${i + 1}:a`])],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '25', '-b:v', '400k'],
      ...['-c:a', 'aac', '-b:a', '64k', '-ac', '2'],
      ...['eng', 'fra', 'spa'].flatMap((code, i) => [`-metadata:s:a:${i}`, `language=${code}`]),
    ],
    ['testsrc2=s=320x180:r=25', ...TONES.map((tone) => `sine=f=${tone}:r=48000`)],
  );

/** How loud each of the {@link TONES} is in mono samples (signed 16 bit at `rate`), dB of full scale: Goertzel's algorithm. */
export function toneLevels(samples: Buffer, rate: number): number[] {
  const count = samples.length >> 1;
  return TONES.map((tone) => {
    const turn = 2 * Math.cos((2 * Math.PI * tone) / rate);
    let [one, two] = [0, 0];
    for (let i = 0; i < count; i++) [one, two] = [samples.readInt16LE(i * 2) / 32768 + turn * one - two, one];
    return 10 * Math.log10(Math.max(1e-12, (4 * (one * one + two * two - turn * one * two)) / count / count));
  });
}
/** What a program makes of its input; without waiting in vain, and without holding up whoever else is served here. */
export function piped(command: string, args: string[], input: Buffer): Promise<Buffer> {
  const child = start(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const parts: Buffer[] = [];
  child.stdout?.on('data', (part) => parts.push(part));
  child.stdin?.end(input);
  return ended(child).then(() => Buffer.concat(parts));
}
/** The tones that are heard in the last second of a transport stream, by ffmpeg's reading of it. */
export async function tonesIn(stream: Buffer): Promise<number[]> {
  const rate = 8000;
  const out = ['-vn', '-ac', '1', '-ar', `${rate}`, '-f', 's16le', '-'];
  const samples = await piped('ffmpeg', ['-v', 'quiet', '-f', 'mpegts', '-i', '-', ...out], lately(stream));
  const levels = toneLevels(samples.subarray(-2 * rate), rate);
  return TONES.filter((_, i) => (levels[i] ?? -200) > -40);
}
/** The end of a transport stream: a few seconds of {@link tracks}. */
export const lately = (stream: Buffer): Buffer => {
  const whole = stream.length - (stream.length % 188);
  return stream.subarray(Math.max(0, whole - 1500 * 188), whole);
};
