/**
 * MPEG-TS time: 33-bit counters of a 90 kHz clock (ISO/IEC 13818-1, 2.4.3.5 and 2.4.3.7).
 *
 * The output's times are plain numbers of ticks that never wrap; only what is written wraps. 2^53 ticks are three thousand years.
 * The input's are wrapped as they came, and are placed by {@link near}.
 */
export const TICKS_PER_MS = 90;
export const WRAP = 2 ** 33;

/** What goes on the wire for `ticks`: 0 to 2^33 - 1, also for negative times. */
export const wrap = (ticks: number): number => ((ticks % WRAP) + WRAP) % WRAP;

/** How far `ticks` is ahead of 0 (or behind, below 0) the short way round: the difference of two wrapped times. */
export const signed = (ticks: number): number => {
  const forward = wrap(ticks);
  return forward < WRAP / 2 ? forward : forward - WRAP;
};

/**
 * The time that `value`, of which only the wrapped part counts, stands for: the one nearest to `reference`.
 * The reference is the wall clock and never an earlier time stamp, so that no input can lead it astray.
 */
export const near = (value: number, reference: number): number => reference + signed(value - reference);

/** Reads a PTS or DTS from its five bytes. */
export const stamp = (bytes: Buffer): number =>
  ((bytes.readUInt8(0) >> 1) & 7) * 2 ** 30 + (bytes.readUInt16BE(1) >> 1) * 2 ** 15 + (bytes.readUInt16BE(3) >> 1);

/** Writes a PTS or DTS (wrapped here) into its five bytes and keeps the four bits that say which it is. */
export const setStamp = (bytes: Buffer, ticks: number): void => {
  const value = wrap(ticks);
  bytes.writeUInt8((bytes.readUInt8(0) & 0xf0) | (Math.floor(value / 2 ** 30) << 1) | 1, 0);
  bytes.writeUInt16BE(((Math.floor(value / 2 ** 15) & 0x7fff) << 1) | 1, 1);
  bytes.writeUInt16BE(((value & 0x7fff) << 1) | 1, 3);
};

/** A PCR: `base` in ticks, `extension` in 1/300 of a tick (0 to 299). */
export interface Pcr {
  base: number;
  extension: number;
}

/** Reads the six bytes of a PCR at `at`. */
export const pcr = (packet: Buffer, at: number): Pcr => ({
  base: packet.readUInt32BE(at) * 2 + (packet.readUInt8(at + 4) >> 7),
  extension: packet.readUInt16BE(at + 4) & 0x1ff,
});

/** Writes the six bytes of a PCR at `at`; the base is wrapped here. */
export const setPcr = (packet: Buffer, at: number, { base, extension }: Pcr): void => {
  const value = wrap(base);
  packet.writeUInt32BE(Math.floor(value / 2), at);
  packet.writeUInt16BE(((value % 2) << 15) | 0x7e00 | extension, at + 4);
};
