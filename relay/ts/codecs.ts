import type { Stream } from './psi.ts';

/** stream_type of H.264 (ISO/IEC 13818-1, table 2-34): the only video that can follow the slate for connected callers. */
export const H264 = 0x1b;
/** stream_type of AAC in ADTS, the slate's audio. */
export const AAC = 0x0f;

const VIDEO: Record<number, string> = {
  1: 'MPEG-1 video',
  2: 'MPEG-2 video',
  16: 'MPEG-4 video',
  27: 'H.264',
  36: 'HEVC',
  51: 'VVC',
};
const AUDIO: Record<number, string> = {
  3: 'MPEG-1 audio',
  4: 'MPEG-2 audio',
  15: 'AAC',
  17: 'AAC (LATM)',
  129: 'AC-3',
  135: 'E-AC-3',
};

/** Name of a video codec by its stream_type; undefined when it is not video. */
export const videoName = (stream: Stream): string | undefined =>
  VIDEO[stream.type] ?? (stream.type === 6 && has(stream, 'HEVC') ? 'HEVC' : undefined);

/** Name of an audio codec; private streams are told by their descriptors (ETSI EN 300 468: 0x6a AC-3, 0x7a E-AC-3). */
export const audioName = (stream: Stream): string | undefined => {
  if (AUDIO[stream.type]) return AUDIO[stream.type];
  if (stream.type !== 6) return undefined;
  if (has(stream, 'Opus')) return 'Opus';
  return stream.descriptors.includes(0x6a) ? 'AC-3' : stream.descriptors.includes(0x7a) ? 'E-AC-3' : undefined;
};

const has = (stream: Stream, registration: string): boolean => stream.descriptors.includes(registration, 0, 'latin1');
