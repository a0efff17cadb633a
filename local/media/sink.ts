/** `sink.js RTMP-URL ADDRESS PORT`: listens for one RTMP stream after another and serves it to any number of SRT callers. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

const [source = '', address = '', port = ''] = process.argv.slice(2);
const out = spawn(process.env.SRT_PIPE ?? 'srt-pipe', [], { stdio: ['pipe', 'ignore', 'inherit', 'pipe'] });
(out.stdio[3] as Writable).end(`mode=listen\nflow=out\nhost=${address}\nport=${port}\nlatency=125\n`);
let ffmpeg: ChildProcess | undefined;
let stopping = false;

function listen(): void {
  const args = ['-v', 'error', '-nostdin', '-listen', '1', '-i', source, '-c', 'copy', '-f', 'mpegts', '-'];
  ffmpeg = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  if (out.stdin) ffmpeg.stdout?.pipe(out.stdin, { end: false });
  // Each stream ends ffmpeg; the next one is awaited at once.
  ffmpeg.once('close', () => stopping || setTimeout(listen, 200));
}
function end(code: number): void {
  stopping = true;
  ffmpeg?.kill('SIGKILL');
  out.kill('SIGTERM');
  process.exit(code);
}
out.stdin?.on('error', () => {}); // Its end is reported by 'close'.
out.once('close', () => stopping || end(1));
process.once('SIGTERM', () => end(0));
process.once('SIGINT', () => end(0));
listen();
