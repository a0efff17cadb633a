/** The header of a PES packet (ISO/IEC 13818-1, 2.4.3.6), read and changed in place even when it spans transport packets. */
import { type Header, PACKET } from './packet.ts';
import { setStamp, signed, stamp, TICKS_PER_MS } from './time.ts';

/** A picture is shown at most this long after it is decoded: sixteen pictures, the most that H.264 reorders, at eight per second. */
const LONGEST_ORDER = 2000 * TICKS_PER_MS;

/** Bytes of one PES packet's beginning, seen as one though they lie in the payloads of several transport packets. */
export class PesStart {
  readonly packets: Buffer[] = [];
  #payloads: Buffer[] = [];

  add(packet: Buffer, head: Header): void {
    this.packets.push(packet);
    this.#payloads.push(packet.subarray(head.payload, PACKET));
  }
  /** Bytes kept. */
  get held(): number {
    return this.packets.length * PACKET;
  }
  /** True when all timestamps are here (or there are none to wait for). */
  get complete(): boolean {
    const bytes = this.#bytes(0, 19);
    return bytes.length >= 9 && bytes.length >= 9 + 5 * this.#stamps(bytes);
  }
  /** Whether this is the beginning of a picture or of sound: of anything else a player might take other bytes for its times. */
  get valid(): boolean {
    const bytes = this.#bytes(0, 9);
    if (bytes.length < 9 || bytes.readUIntBE(0, 3) !== 1 || (bytes.readUInt8(6) & 0xc0) !== 0x80) return false;
    const id = bytes.readUInt8(3);
    const media = (id >= 0xc0 && id <= 0xef) || id === 0xbd || id === 0xfd;
    return media && bytes.readUInt8(7) >> 6 !== 1 && bytes.readUInt8(8) >= 5 * this.#stamps(bytes);
  }
  /** Wrapped 33-bit timestamps; undefined when the header has none. DTS equals PTS when only that is there. */
  get stamps(): { pts: number; dts: number } | undefined {
    const bytes = this.#bytes(0, 19);
    const count = this.#stamps(bytes);
    if (!count) return undefined;
    const pts = stamp(bytes.subarray(9));
    return { pts, dts: count === 2 ? stamp(bytes.subarray(14)) : pts };
  }
  /**
   * Moves the timestamps by `offset` ticks. A PTS that cannot belong to its DTS is replaced by it: a player would wait for its time.
   * @returns false when it was
   */
  shift(offset: number): boolean {
    const stamps = this.stamps;
    if (!stamps) return true;
    const late = signed(stamps.pts - stamps.dts);
    const fits = late >= 0 && late <= LONGEST_ORDER;
    this.#stamp(9, (fits ? stamps.pts : stamps.dts) + offset);
    if (this.#stamps(this.#bytes(0, 19)) === 2) this.#stamp(14, stamps.dts + offset);
    return fits;
  }
  /**
   * Whether H.264 decoding can start here, judged by the first packets' NAL units: a sequence parameter set or an IDR slice
   * (Rec. ITU-T H.264, table 7-1). For encoders that do not set the random access indicator.
   */
  get startsDecoding(): boolean {
    const bytes = this.#bytes(0, PACKET * 2);
    const from = 9 + (bytes.length > 8 ? bytes.readUInt8(8) : 0);
    for (
      let at = bytes.indexOf('\0\0\x01', from, 'latin1');
      at >= 0;
      at = bytes.indexOf('\0\0\x01', at + 3, 'latin1')
    ) {
      const type = at + 3 < bytes.length ? bytes.readUInt8(at + 3) & 0x1f : 0;
      if (type === 5 || type === 7) return true;
      if (type === 1) return false;
    }
    return false;
  }

  /** The first `count` bytes of what it carries, as far as they are here. */
  payload(count: number): Buffer {
    const from = 9 + (this.#bytes(8, 9)[0] ?? 0);
    return this.#bytes(from, from + count);
  }

  #stamp(at: number, ticks: number): void {
    const bytes = this.#bytes(at, at + 5);
    setStamp(bytes, ticks);
    this.#write(at, bytes);
  }
  #bytes(from: number, to: number): Buffer {
    const first = this.#payloads[0];
    if (this.#payloads.length === 1 && first) return Buffer.from(first.subarray(from, to));
    return Buffer.concat(this.#payloads).subarray(from, to);
  }
  #write(at: number, bytes: Buffer): void {
    let skip = at;
    let done = 0;
    for (const payload of this.#payloads) {
      if (skip < payload.length) {
        done += bytes.copy(payload, skip, done);
        skip = 0;
      } else skip -= payload.length;
      if (done === bytes.length) return;
    }
  }
  /** How many timestamps the header announces. */
  #stamps(bytes: Buffer): number {
    if (bytes.length < 9 || bytes.readUIntBE(0, 3) !== 1 || (bytes.readUInt8(6) & 0xc0) !== 0x80) return 0;
    const flags = bytes.readUInt8(7) >> 6;
    return flags === 3 ? 2 : flags === 2 ? 1 : 0;
  }
}
