/** What both sides share: the SRT listener's settings, and what lines of text mean. */
import type { Settings } from './settings.ts';

/** What the relay writes to its log: one event and its fields per line. */
export type Log = (event: string, fields?: Record<string, unknown>) => void;

/** Settings of an srt-pipe (launcher/srt-pipe.c) as it reads them. */
export const lines = (settings: Record<string, string | number>): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

/** Settings of a listening srt-pipe: `in` for the presenters, `out` for any number of callers. */
export const listener = (
  { bind, latencyMs }: Settings,
  { port, passphrase }: Settings['ingest'],
  flow: 'in' | 'out',
  more: Record<string, number> = {},
): string => lines({ mode: 'listen', flow, host: bind, port, passphrase, latency: latencyMs, ...more });

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

/** Who a line about a caller is about. The address is for the log only, never for the public health page. */
export interface LineOf {
  peer: string;
  /** Lane of a receiver; 0 for the main and 1 for the backup presenter. */
  number: number;
}
const fields = (line: string): string[] => line.split(' ').slice(1);

/** What a line says of a caller that was added. */
export function addedIn(line: string): LineOf & { latencyMs: number; id: string } {
  const [peer = '', latency, number, id = '-'] = fields(line);
  return { peer, latencyMs: Number(latency) || 0, number: Number(number) || 0, id: id === '-' ? '' : decode(id) };
}
/** What a line says of a caller that was removed, refused or silent. */
export function callerIn(line: string): LineOf {
  const [peer = '', number] = fields(line);
  return { peer, number: Number(number) || 0 };
}
/** Undoes srt-pipe's percent-encoding; bytes that are no UTF-8 stay encoded. */
function decode(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
