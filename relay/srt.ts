/** What both sides share: the SRT listener's settings, and what lines of text mean. */
import type { Settings } from './settings.ts';

/** What the relay writes to its log: one event and its fields per line. */
export type Log = (event: string, fields?: Record<string, unknown>) => void;

/** Settings of a listening srt-pipe (launcher/srt-pipe.c): `in` for the one presenter, `out` for any number of callers. */
export const listener = ({ bind, latencyMs }: Settings, { port, passphrase }: Settings['ingest'], flow: 'in' | 'out') =>
  Object.entries({ mode: 'listen', flow, host: bind, port, passphrase, latency: latencyMs })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

export type PipelineEvent = 'ready' | 'added' | 'removed' | 'second' | 'silent' | 'wrong-passphrase' | 'error';

/**
 * What a line of srt-pipe says; undefined when it is nothing to act on. Of the codes of refused handshakes 1010 is
 * SRT_REJ_BADSECRET, 1011 SRT_REJ_UNSECURE, no passphrase at all (libsrt, srtcore/srt.h).
 */
export function eventOf(line: string): PipelineEvent | undefined {
  if (line === 'ready') return 'ready';
  if (line.startsWith('caller-added ')) return 'added';
  if (line.startsWith('caller-removed ')) return 'removed';
  if (line.startsWith('caller-refused ')) return 'second';
  if (line.startsWith('caller-silent ')) return 'silent';
  if (line.startsWith('error ')) return 'error';
  if (/^caller-rejected 101[01]$/.test(line)) return 'wrong-passphrase';
  return undefined;
}

/** The address in an event line; for the log only, never for the public health page. */
export const peerOf = (line: string): string | undefined => line.split(' ')[1];

/** The buffer in ms that both ends agreed on, in the line of a caller that was added. */
export const latencyOf = (line: string): number => Number(line.split(' ')[2]) || 0;
