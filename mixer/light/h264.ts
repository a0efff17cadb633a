/** H.264 as transport streams carry it (Rec. ITU-T H.264, annex B), and as RTMP does (ISO/IEC 14496-15). */

const SPS = 7;
const PPS = 8;
/** Access unit delimiters and filler data say nothing. */
const LEFT_OUT = new Set([9, 12]);
/** Profiles whose configuration names the colours' format too. */
const HIGH = new Set([100, 110, 122, 144, 244]);

/** The NAL units between start codes, without the zeros behind them. */
export function nalUnits(bytes: Buffer): Buffer[] {
  const units: Buffer[] = [];
  let from = -1;
  for (let at = bytes.indexOf('\0\0\x01', 0, 'latin1'); ; at = bytes.indexOf('\0\0\x01', from, 'latin1')) {
    if (from >= 0) {
      let end = at < 0 ? bytes.length : at;
      while (end > from && bytes[end - 1] === 0) end--;
      if (end > from) units.push(bytes.subarray(from, end));
    }
    if (at < 0) return units;
    from = at + 3;
  }
}

export interface Picture {
  /** Its slices and what belongs to them, each with its length before it. */
  data: Buffer;
  /** The decoder's configuration, where the picture brings its parameter sets along. */
  config: Buffer | undefined;
}

/** A picture as RTMP carries it. Parameter sets go into the configuration and nowhere else. */
export function pictureOf(bytes: Buffer): Picture {
  const parts: Buffer[] = [];
  const sets: Record<number, Buffer[]> = { [SPS]: [], [PPS]: [] };
  for (const unit of nalUnits(bytes)) {
    const type = unit.readUInt8(0) & 31;
    if (sets[type]) sets[type].push(unit);
    else if (!LEFT_OUT.has(type)) parts.push(...prefixed(unit, 4));
  }
  return { data: Buffer.concat(parts), config: configOf(sets[SPS] ?? [], sets[PPS] ?? []) };
}

const prefixed = (unit: Buffer, bytes: 2 | 4): Buffer[] => {
  const length = Buffer.alloc(bytes);
  length.writeUIntBE(unit.length, 0, bytes);
  return [length, unit];
};

/** AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1). */
function configOf(sps: Buffer[], pps: Buffer[]): Buffer | undefined {
  const [first] = sps;
  if (!first || first.length < 4 || pps.length === 0) return undefined;
  const unique = (units: Buffer[]) => units.filter((unit, i) => units.findIndex((other) => other.equals(unit)) === i);
  const [a, b] = [unique(sps), unique(pps)];
  const more = HIGH.has(first.readUInt8(1)) ? coloursOf(first) : [];
  return Buffer.concat([
    Buffer.from([1]),
    first.subarray(1, 4),
    Buffer.from([0xff, 0xe0 | a.length]),
    ...a.flatMap((unit) => prefixed(unit, 2)),
    Buffer.from([b.length]),
    ...b.flatMap((unit) => prefixed(unit, 2)),
    Buffer.from(more),
  ]);
}

/** Chroma format and bit depths, of a sequence parameter set of a high profile (7.3.2.1.1). */
function coloursOf(sps: Buffer): number[] {
  const bits = new Bits(sps.subarray(4, 20));
  bits.exponential(); // seq_parameter_set_id
  const chroma = bits.exponential();
  if (chroma === 3) bits.bit();
  return [0xfc | (chroma & 3), 0xf8 | (bits.exponential() & 7), 0xf8 | (bits.exponential() & 7), 0];
}

class Bits {
  readonly #bytes: Buffer;
  #at = 0;
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }
  bit(): number {
    const byte = this.#bytes[this.#at >> 3] ?? 0xff;
    return (byte >> (7 - (this.#at++ & 7))) & 1;
  }
  exponential(): number {
    let zeros = 0;
    while (zeros < 16 && this.bit() === 0) zeros++;
    let value = 1;
    for (let i = 0; i < zeros; i++) value = value * 2 + this.bit();
    return value - 1;
  }
}
