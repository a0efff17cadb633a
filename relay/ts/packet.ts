/** The 188-byte transport packet (ISO/IEC 13818-1, 2.4.3.2). */
export const PACKET = 188;
export const SYNC = 0x47;

export interface Header {
  pid: number;
  /** payload_unit_start_indicator: a PES packet or a section begins here. */
  start: boolean;
  /** The sender says that the packet is damaged, or it is scrambled: nothing in it can be used. */
  unusable: boolean;
  continuity: number;
  /** Where the payload begins; {@link PACKET} when there is none. */
  payload: number;
  discontinuity: boolean;
  /** random_access_indicator: decoding can start here. */
  randomAccess: boolean;
  /** Where the six bytes of a PCR are, if there is one. */
  pcrAt: number | undefined;
}

/** Reads the header of one packet; a malformed adaptation field makes it unusable. */
export function header(packet: Buffer): Header {
  const word = packet.readUInt32BE(0);
  const control = (word >> 4) & 3;
  const length = control & 2 ? packet.readUInt8(4) : -1;
  const flags = length > 0 ? packet.readUInt8(5) : 0;
  const end = 4 + 1 + length;
  const malformed = end > PACKET || (control & 1 ? end === PACKET : false) || control === 0;
  return {
    pid: (word >> 8) & 0x1fff,
    start: (word & 0x400000) !== 0,
    unusable: (word & 0x800000) !== 0 || (word & 0xc0) !== 0 || malformed,
    continuity: word & 0xf,
    payload: control & 1 ? Math.min(end, PACKET) : PACKET,
    discontinuity: (flags & 0x80) !== 0,
    randomAccess: (flags & 0x40) !== 0,
    pcrAt: flags & 0x10 && length >= 7 ? 6 : undefined,
  };
}

/** A packet of payload `data` (at most 184 bytes), filled up by adaptation-field stuffing; the continuity counter is left 0. */
export function packetOf(pid: number, start: boolean, data: Buffer): Buffer {
  const packet = Buffer.alloc(PACKET, 0xff);
  const stuffing = PACKET - 4 - data.length;
  packet.writeUInt32BE(((SYNC << 24) | (start ? 0x400000 : 0) | (pid << 8) | (stuffing ? 0x30 : 0x10)) >>> 0, 0);
  if (stuffing) packet.writeUInt8(stuffing - 1, 4);
  if (stuffing > 1) packet.writeUInt8(0, 5);
  data.copy(packet, 4 + stuffing);
  return packet;
}

/** A packet without payload that carries nothing but room for a PCR at byte 6. */
export function pcrPacket(pid: number): Buffer {
  const packet = Buffer.alloc(PACKET, 0xff);
  packet.writeUInt32BE(((SYNC << 24) | (pid << 8) | 0x20) >>> 0, 0);
  packet.writeUInt8(PACKET - 5, 4);
  packet.writeUInt8(0x10, 5);
  return packet;
}
