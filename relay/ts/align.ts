import { PACKET, SYNC } from './packet.ts';

/** Packets in a row that must begin with the sync byte before the position is believed; a lone 0x47 is common in any data. */
const PROOF = 3;

/** Cuts a byte stream, which may begin or break anywhere, into transport packets. */
export class Aligner {
  /** Bytes thrown away because they were in no packet. */
  dropped = 0;
  /** True while packets are being found. */
  locked = false;
  #rest: Buffer = Buffer.alloc(0);

  /** @returns the whole packets in what was received up to now, as views */
  push(chunk: Buffer): Buffer[] {
    const data = this.#rest.length ? Buffer.concat([this.#rest, chunk]) : chunk;
    const packets: Buffer[] = [];
    let at = 0;
    for (;;) {
      if (!this.locked) {
        const found = this.#find(data, at);
        this.dropped += found.at - at;
        at = found.at;
        if (!found.proven) break;
        this.locked = true;
      }
      if (at + PACKET > data.length) break;
      if (data.readUInt8(at) !== SYNC) {
        this.locked = false;
        continue;
      }
      packets.push(data.subarray(at, at + PACKET));
      at += PACKET;
    }
    this.#rest = Buffer.from(data.subarray(at));
    return packets;
  }

  /** The first place from `from` where packets can begin; proven when enough data was there to see it. */
  #find(data: Buffer, from: number): { at: number; proven: boolean } {
    for (let at = data.indexOf(SYNC, from); at >= 0; at = data.indexOf(SYNC, at + 1)) {
      let next = at + PACKET;
      while (next < data.length && next < at + PROOF * PACKET && data.readUInt8(next) === SYNC) next += PACKET;
      if (next >= at + PROOF * PACKET) return { at, proven: true };
      if (next >= data.length) return { at, proven: false };
    }
    return { at: data.length, proven: false };
  }
}
