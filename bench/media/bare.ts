/** What a relay is compared with: GStreamer's SRT elements and nothing else. */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { PASSPHRASE, start, udpPorts, until } from '../../test/media/support.ts';

/** Said where the comparison would stand. */
export const NOT_COMPARED = 'not installed: gstreamer1.0-tools, gstreamer1.0-plugins-bad';

const listens = (port: number): boolean =>
  readFileSync('/proc/net/udp', 'utf8').includes(`:${port.toString(16).toUpperCase().padStart(4, '0')} `);

/** `srtsrc ! srtsink` with our passphrases, listening; undefined when GStreamer's tools or its SRT elements are not installed. */
export async function barePipeline(
  latencyMs: number,
): Promise<{ process: ChildProcess; ingest: number; egress: number } | undefined> {
  if (spawnSync('gst-inspect-1.0', ['srtsink'], { stdio: 'ignore' }).status !== 0) return undefined;
  const [ingest = 0, egress = 0] = await udpPorts(2);
  const listen = (port: number, passphrase: string) =>
    `uri=srt://127.0.0.1:${port}?mode=listener passphrase=${passphrase} pbkeylen=16 latency=${latencyMs}`.split(' ');
  const source = ['srtsrc', ...listen(ingest, PASSPHRASE.ingest), 'keep-listening=true'];
  const sink = ['srtsink', ...listen(egress, PASSPHRASE.egress)];
  const live = ['wait-for-connection=false', 'sync=false', 'async=false'];
  const child = start('gst-launch-1.0', ['-q', ...source, '!', 'queue', '!', ...sink, ...live]);
  await until('the bare pipeline to listen', () => listens(ingest) && listens(egress));
  return { process: child, ingest, egress };
}
