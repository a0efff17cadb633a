/** What both pipelines share: the SRT listener's settings, and what lines of text mean. */
import type { Settings } from './settings.ts';

/** What the relay writes to its log: one event and its fields per line. */
export type Log = (event: string, fields?: Record<string, unknown>) => void;

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** Properties of srtsrc or srtsink as listener, in gst-launch syntax. */
export const listener = ({ bind, latencyMs }: Settings, { port, passphrase }: Settings['ingest']): string => {
  const host = bind.includes(':') ? `[${bind}]` : bind;
  return `uri="srt://${host}:${port}?mode=listener" passphrase=${quoted(passphrase)} pbkeylen=16 latency=${latencyMs}`;
};

export type PipelineEvent = 'ready' | 'added' | 'removed' | 'second' | 'wrong-passphrase' | 'error';

/**
 * What a line of srt-pipe says; undefined when it is nothing to act on. libsrt refuses a handshake with "rsp(REJECT): CODE":
 * 1010 is SRT_REJ_BADSECRET, 1011 SRT_REJ_UNSECURE, no passphrase at all (libsrt, srtcore/srt.h).
 */
export function eventOf(line: string): PipelineEvent | undefined {
  if (line === 'ready') return 'ready';
  if (line.startsWith('caller-added ')) return 'added';
  if (line.startsWith('caller-removed ')) return 'removed';
  if (line.startsWith('caller-refused ')) return 'second';
  if (line.startsWith('error ')) return 'error';
  if (/rsp\(REJECT\): 101[01]\b/.test(line)) return 'wrong-passphrase';
  return undefined;
}

/** The address in an event line; for the log only, never for the public health page. */
export const peerOf = (line: string): string | undefined => line.split(' ')[1];
