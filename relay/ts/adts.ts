/** AAC in ADTS frames (ISO/IEC 13818-7, 6.2): what sound it is, and silence that sounds like more of the same. */
import { header, packetOf } from './packet.ts';
import { PesStart } from './pes.ts';
import type { Part } from './source.ts';
import { setStamp, TICKS_PER_MS } from './time.ts';

/** Bytes of an ADTS header without checksum. */
export const ADTS_HEADER = 7;
/** Samples in a frame. */
export const FRAME_SAMPLES = 1024;
const RATES = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];
const LOW_COMPLEXITY = 1;

export interface SoundFormat {
  /** MPEG-4 audio object type less one; 1 is AAC-LC. */
  profile: number;
  /** Index of the sampling rate. */
  rateIndex: number;
  /** Channel configuration: 1 mono, 2 stereo; 0 is told inside of the frames. */
  channels: number;
}
export const STEREO: SoundFormat = { profile: LOW_COMPLEXITY, rateIndex: 3, channels: 2 };

/** Samples per second. */
export const rateOf = ({ rateIndex }: SoundFormat): number => RATES[rateIndex] ?? 48_000;
/** Ticks from one frame to the next; not a whole number at 44.1 kHz. */
export const frameTicks = (format: SoundFormat): number => (FRAME_SAMPLES * TICKS_PER_MS * 1000) / rateOf(format);

export interface AdtsHeader extends SoundFormat {
  /** Bytes of the frame, header included. */
  length: number;
  /** Bytes of the header. */
  header: number;
}
/** Reads a header at `at`; undefined where there is none. */
export function adtsHeader(bytes: Buffer, at = 0): AdtsHeader | undefined {
  if (at + ADTS_HEADER > bytes.length || (bytes.readUInt16BE(at) & 0xfff6) !== 0xfff0) return undefined;
  const word = bytes.readUInt32BE(at + 2);
  const rateIndex = (word >> 26) & 15;
  const length = (word >> 5) & 0x1fff;
  const head = bytes.readUInt8(at + 1) & 1 ? ADTS_HEADER : ADTS_HEADER + 2;
  if (rateIndex >= RATES.length || length < head) return undefined;
  return { profile: word >>> 30, rateIndex, channels: (word >> 22) & 7, length, header: head };
}

/** Frames in which nothing is coded (seen from ffmpeg's encoder, and decoded to silence); they hold at every rate. */
const SILENT: Record<number, Buffer> = {
  1: Buffer.from('01182007', 'hex'),
  2: Buffer.from('211004608c1c', 'hex'),
};

/** A silent frame of this format; of more than two channels, whose silence is not known here, a stereo one. */
export function silentFrame(format: SoundFormat): Buffer {
  const channels = SILENT[format.channels] ? format.channels : 2;
  const payload = SILENT[channels] ?? Buffer.alloc(0);
  const head = Buffer.from([0xff, 0xf1, 0, 0, 0, 0, 0xfc]);
  const length = ADTS_HEADER + payload.length;
  head.writeUInt32BE(
    ((LOW_COMPLEXITY << 30) | (format.rateIndex << 26) | (channels << 22) | (length << 5) | 0x1f) >>> 0,
    2,
  );
  return Buffer.concat([head, payload]);
}

/** A silent frame as a PES packet whose time is 0. */
export function silentPart(format: SoundFormat): Part {
  const frame = silentFrame(format);
  const pes = Buffer.alloc(14 + frame.length);
  pes.set([0, 0, 1, 0xc0, 0, 8 + frame.length, 0x80, 0x80, 5, 0x21]);
  setStamp(pes.subarray(9), 0);
  frame.copy(pes, 14);
  const packet = packetOf(0, true, pes);
  const start = new PesStart();
  start.add(packet, header(packet));
  return { role: 'audio', pid: 0, packets: [packet], start: { pes: start, dts: 0, key: false } };
}
