/** Program specific information: PAT and PMT (ISO/IEC 13818-1, 2.4.4), read from and written to packets. */
import { PACKET, packetOf } from './packet.ts';

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

/** CRC_32 of annex A; 0 over a whole section including its CRC. */
export const crc = (data: Buffer): number => {
  let value = 0xffffffff;
  for (const byte of data) value = ((value << 8) ^ (CRC[(value >>> 24) ^ byte] as number)) >>> 0;
  return value;
};

/** Longest PAT or PMT, its first three bytes included (2.4.4.3, 2.4.4.8). */
const LONGEST_SECTION = 1024;

/** Collects the sections of one PID, which may span packets or share one. */
export class SectionReader {
  #bytes: Buffer | undefined;

  /** @param payload of one packet. @returns the sections that are complete now and whose CRC is right */
  push(payload: Buffer, start: boolean): Buffer[] {
    const sections: Buffer[] = [];
    if (start) {
      const pointer = 1 + (payload.length ? payload.readUInt8(0) : 0);
      this.#add(payload.subarray(1, pointer), sections);
      this.#bytes = Buffer.alloc(0);
      this.#add(payload.subarray(pointer), sections);
    } else this.#add(payload, sections);
    return sections;
  }
  /** Bytes of a section that has begun and not ended. */
  get held(): number {
    return this.#bytes?.length ?? 0;
  }
  /** A packet was lost: what was begun cannot be completed. */
  reset(): void {
    this.#bytes = undefined;
  }
  #add(data: Buffer, sections: Buffer[]): void {
    if (!this.#bytes) return;
    let bytes: Buffer | undefined = this.#bytes.length ? Buffer.concat([this.#bytes, data]) : data;
    while (bytes && bytes.length >= 3) {
      const end = 3 + (bytes.readUInt16BE(1) & 0xfff);
      // Behind 0xff there is only stuffing, and a PAT or PMT is not this long: wait for the next beginning, keeping nothing.
      if (bytes.readUInt8(0) === 0xff || end > LONGEST_SECTION) bytes = undefined;
      else if (bytes.length < end) break;
      else {
        const section = bytes.subarray(0, end);
        if (crc(section) === 0) sections.push(section);
        bytes = bytes.subarray(end);
      }
    }
    this.#bytes = bytes && Buffer.from(bytes);
  }
}

const current = (section: Buffer, table: number, least: number): boolean =>
  section.length >= least && section.readUInt8(0) === table && (section.readUInt8(5) & 1) === 1;

/** Number of the first programme and PID of its PMT; undefined when the section is not a PAT in force or lists none. */
export function firstProgram(section: Buffer): { program: number; pmtPid: number } | undefined {
  if (!current(section, 0, 12)) return undefined;
  for (let at = 8; at + 4 <= section.length - 4; at += 4)
    if (section.readUInt16BE(at) !== 0)
      return { program: section.readUInt16BE(at), pmtPid: section.readUInt16BE(at + 2) & 0x1fff };
  return undefined;
}

export interface Stream {
  /** stream_type, e.g. 0x1b for H.264 and 0x0f for AAC in ADTS. */
  type: number;
  pid: number;
  /** ES descriptors as they came; they tell the codec of private types. */
  descriptors: Buffer;
}
export interface Pmt {
  program: number;
  pcrPid: number;
  streams: Stream[];
}

/** Reads a PMT; undefined when the section is not one in force or is malformed. */
export function parsePmt(section: Buffer): Pmt | undefined {
  if (!current(section, 2, 16)) return undefined;
  const end = section.length - 4;
  const streams: Stream[] = [];
  let at = 12 + (section.readUInt16BE(10) & 0xfff);
  while (at + 5 <= end) {
    const next = at + 5 + (section.readUInt16BE(at + 3) & 0xfff);
    if (next > end) return undefined;
    streams.push({
      type: section.readUInt8(at),
      pid: section.readUInt16BE(at + 1) & 0x1fff,
      descriptors: Buffer.from(section.subarray(at + 5, next)),
    });
    at = next;
  }
  return at === end
    ? { program: section.readUInt16BE(3), pcrPid: section.readUInt16BE(8) & 0x1fff, streams }
    : undefined;
}

const section = (table: number, id: number, version: number, body: Buffer): Buffer => {
  const bytes = Buffer.alloc(8 + body.length + 4);
  bytes.writeUInt8(table, 0);
  bytes.writeUInt16BE(0xb000 | (5 + body.length + 4), 1);
  bytes.writeUInt16BE(id, 3);
  bytes.writeUInt8(0xc1 | ((version & 0x1f) << 1), 5);
  body.copy(bytes, 8);
  bytes.writeUInt32BE(crc(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
};

/** A PAT with one programme. */
export const patSection = (program: number, pmtPid: number): Buffer => {
  const body = Buffer.alloc(4);
  body.writeUInt16BE(program, 0);
  body.writeUInt16BE(0xe000 | pmtPid, 2);
  return section(0, 1, 0, body);
};

/** A PMT; `version` (5 bits) must change whenever the rest does. */
export const pmtSection = ({ program, pcrPid, streams }: Pmt, version: number): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(0xe000 | pcrPid, 0);
  head.writeUInt16BE(0xf000, 2);
  const parts = streams.map(({ type, pid, descriptors }) => {
    const entry = Buffer.alloc(5);
    entry.writeUInt8(type, 0);
    entry.writeUInt16BE(0xe000 | pid, 1);
    entry.writeUInt16BE(0xf000 | descriptors.length, 3);
    return Buffer.concat([entry, descriptors]);
  });
  return section(2, program, version, Buffer.concat([head, ...parts]));
};

/** The packets that carry one section; continuity counters are left 0. */
export const sectionPackets = (pid: number, bytes: Buffer): Buffer[] => {
  const data = Buffer.concat([Buffer.from([0]), bytes]);
  const packets: Buffer[] = [];
  for (let at = 0; at < data.length; at += PACKET - 4) {
    // Sections are filled up with 0xff behind the data, not by an adaptation field: every PSI reader knows that form.
    const payload = Buffer.alloc(PACKET - 4, 0xff);
    data.copy(payload, 0, at);
    packets.push(packetOf(pid, at === 0, payload));
  }
  return packets;
};
