/** The header of a PES packet (ISO/IEC 13818-1, 2.4.3.6), read and changed in place even when it spans transport packets. */
import { type Header, PACKET } from './packet.ts';
import { setStamp, stamp } from './time.ts';

/** Bytes of one PES packet's beginning, seen as one though they lie in the payloads of several transport packets. */
export class PesStart {
  readonly packets: Buffer[] = [];
  #payloads: Buffer[] = [];

  add(packet: Buffer, head: Header): void {
    this.packets.push(packet);
    this.#payloads.push(packet.subarray(head.payload, PACKET));
  }
  /** True when all timestamps are here (or there are none to wait for). */
  get complete(): boolean {
    const bytes = this.#bytes(0, 19);
    return bytes.length >= 9 && bytes.length >= 9 + 5 * this.#stamps(bytes);
  }
  /** Wrapped 33-bit timestamps; undefined when the header has none. DTS equals PTS when only that is there. */
  get stamps(): { pts: number; dts: number } | undefined {
    const bytes = this.#bytes(0, 19);
    const count = this.#stamps(bytes);
    if (!count) return undefined;
    const pts = stamp(bytes.subarray(9));
    return { pts, dts: count === 2 ? stamp(bytes.subarray(14)) : pts };
  }
  /** Moves the timestamps by `offset` ticks. */
  shift(offset: number): void {
    const count = this.#stamps(this.#bytes(0, 19));
    for (let i = 0; i < count; i++) {
      const at = 9 + 5 * i;
      const bytes = this.#bytes(at, at + 5);
      setStamp(bytes, stamp(bytes) + offset);
      this.#write(at, bytes);
    }
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
