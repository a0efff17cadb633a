/** Transport streams made by hand, packet by packet, independent of the code under test. */

export const TS = 188;
/** Five bytes of a timestamp (ISO/IEC 13818-1, 2.4.3.7), built from its bits as text. */
export function stampBytes(prefix: string, ticks: number): number[] {
  const bits = BigInt.asUintN(33, BigInt(ticks)).toString(2).padStart(33, '0');
  const text = `${prefix}${bits.slice(0, 3)}1${bits.slice(3, 18)}1${bits.slice(18)}1`;
  return Array.from({ length: 5 }, (_, i) => Number.parseInt(text.slice(i * 8, i * 8 + 8), 2));
}

export interface PacketOptions {
  pid: number;
  start?: boolean;
  cc?: number;
  key?: boolean;
  discontinuity?: boolean;
  pcr?: number;
  /** Payload; undefined for none. */
  data?: Uint8Array | undefined;
}
export function packet({
  pid,
  start = false,
  cc = 0,
  key = false,
  discontinuity = false,
  pcr,
  data,
}: PacketOptions): Buffer {
  const flags = (discontinuity ? 0x80 : 0) | (key ? 0x40 : 0) | (pcr === undefined ? 0 : 0x10);
  const field: number[] = flags ? [flags] : [];
  if (pcr !== undefined) {
    const bits = `${BigInt.asUintN(33, BigInt(pcr)).toString(2).padStart(33, '0')}111111000000000`;
    for (let i = 0; i < 48; i += 8) field.push(Number.parseInt(bits.slice(i, i + 8), 2));
  }
  const room = TS - 4 - (data?.length ?? 0);
  const adapted = flags !== 0 || room > 0;
  if (adapted && room < 1 + field.length) throw new Error('the payload leaves no room for the adaptation field');
  if (adapted && !flags && room > 1) field.push(0);
  const out = Buffer.alloc(TS, 0xff);
  out.set([0x47, (start ? 0x40 : 0) | (pid >> 8), pid & 255, (adapted ? 0x20 : 0) | (data ? 0x10 : 0) | cc]);
  if (adapted) out.set([room - 1, ...field], 4);
  if (data) out.set(data, TS - data.length);
  return out;
}

/** CRC of annex A, bit by bit. */
export function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data)
    for (let bit = 7; bit >= 0; bit--) {
      const top = (crc >>> 31) ^ ((byte >> bit) & 1);
      crc = top ? ((crc << 1) ^ 0x04c11db7) >>> 0 : (crc << 1) >>> 0;
    }
  return crc >>> 0;
}
export interface Es {
  type: number;
  pid: number;
  descriptors?: number[];
}
const section = (table: number, id: number, version: number, body: number[]): Buffer => {
  const length = 5 + body.length + 4;
  const head = [table, 0xb0 | (length >> 8), length & 255, id >> 8, id & 255, 0xc1 | (version << 1), 0, 0, ...body];
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(Uint8Array.from(head)));
  return Buffer.concat([Uint8Array.from(head), crc]);
};
export const pat = (pmtPid: number, program = 1) =>
  section(0, 1, 0, [program >> 8, program & 255, 0xe0 | (pmtPid >> 8), pmtPid & 255]);
export const pmt = (pcrPid: number, streams: Es[], version = 0, info: number[] = []) =>
  section(2, 1, version, [
    ...[0xe0 | (pcrPid >> 8), pcrPid & 255, 0xf0 | (info.length >> 8), info.length & 255, ...info],
    ...streams.flatMap(({ type, pid, descriptors = [] }) => [
      ...[type, 0xe0 | (pid >> 8), pid & 255, 0xf0 | (descriptors.length >> 8), descriptors.length & 255],
      ...descriptors,
    ]),
  ]);

/** Writes a stream with its own continuity counters. */
export class Writer {
  readonly packets: Buffer[] = [];
  #cc = new Map<number, number>();
  put(options: Omit<PacketOptions, 'cc'>): this {
    const last = this.#cc.get(options.pid) ?? 15;
    const cc = options.data ? (last + 1) & 15 : last;
    this.#cc.set(options.pid, cc);
    this.packets.push(packet({ ...options, cc }));
    return this;
  }
  /** A section over as many packets as it takes. */
  section(pid: number, bytes: Buffer): this {
    const data = Buffer.concat([Buffer.from([0]), bytes]);
    for (let at = 0; at < data.length; at += 184) {
      const part = Buffer.alloc(184, 0xff);
      data.copy(part, 0, at);
      this.put({ pid, start: at === 0, data: part });
    }
    return this;
  }
  tables(
    streams: Es[],
    { pmtPid = 0x30, pcrPid = streams[0]?.pid ?? 0x1fff, version = 0, info = [] as number[] } = {},
  ): this {
    return this.section(0, pat(pmtPid)).section(pmtPid, pmt(pcrPid, streams, version, info));
  }
  /** One PES packet of `size` payload bytes, its first packet holding only `first` bytes of payload when given. */
  pes(
    pid: number,
    {
      dts,
      pts,
      key = false,
      pcr,
      size = 300,
      first,
      body = [],
    }: {
      dts: number;
      pts?: number;
      key?: boolean;
      pcr?: number;
      size?: number;
      first?: number;
      body?: number[];
    },
  ): this {
    const both = pts !== undefined && pts !== dts;
    const stamps = both ? [...stampBytes('0011', pts), ...stampBytes('0001', dts)] : stampBytes('0010', dts);
    const head = [0, 0, 1, pid === 0x41 ? 0xc0 : 0xe0, 0, 0, 0x80, both ? 0xc0 : 0x80, stamps.length, ...stamps];
    const data = Buffer.concat([Uint8Array.from([...head, ...body]), Buffer.alloc(size, 0x55)]);
    for (let at = 0; at < data.length; ) {
      const start = at === 0;
      const flagged = start && (key || pcr !== undefined);
      const most = Math.min(TS - 4 - (flagged ? (pcr === undefined ? 2 : 8) : 0), (start && first) || TS);
      const part = data.subarray(at, at + most);
      this.put({ pid, start, key: start && key, ...(start && pcr !== undefined && { pcr }), data: part });
      at += part.length;
    }
    return this;
  }
  bytes(): Buffer {
    return Buffer.concat(this.packets);
  }
}

export interface Seen {
  packets: number;
  continuityErrors: string[];
  pids: Set<number>;
  /** Per PID, as they stand in the stream, unwrapped one after the other. */
  dts: Map<number, number[]>;
  pts: Map<number, number[]>;
  pcr: Map<number, number[]>;
  /** Distinct PMT sections in order. */
  pmts: Buffer[];
}
/** Reads a stream the simple way and reports what a strict receiver would complain of. Starts anywhere, packet-aligned. */
export function look(stream: Buffer): Seen {
  const seen: Seen = {
    packets: 0,
    continuityErrors: [],
    pids: new Set(),
    dts: new Map(),
    pts: new Map(),
    pcr: new Map(),
    pmts: [],
  };
  const counters = new Map<number, number>();
  let pmtPid = -1;
  const add = (map: Map<number, number[]>, pid: number, value: bigint, wrapAt: bigint) => {
    const list = map.get(pid) ?? [];
    map.set(pid, list);
    const last = list.at(-1);
    if (last === undefined) list.push(Number(value));
    else {
      const step = BigInt.asUintN(64, value - (BigInt(last) % wrapAt) + wrapAt) % wrapAt;
      list.push(last + Number(step > wrapAt / 2n ? step - wrapAt : step));
    }
  };
  const ts = (b: Buffer, at: number) => {
    const bits = b.readUIntBE(at, 5).toString(2).padStart(40, '0');
    return BigInt(`0b${bits.slice(4, 7)}${bits.slice(8, 23)}${bits.slice(24, 39)}`);
  };
  for (let at = 0; at + TS <= stream.length; at += TS) {
    const p = stream.subarray(at, at + TS);
    if (p.readUInt8(0) !== 0x47) throw new Error(`no sync byte at ${at}`);
    const pid = p.readUInt16BE(1) & 0x1fff;
    const start = (p.readUInt8(1) & 0x40) !== 0;
    const control = p.readUInt8(3) >> 4;
    const cc = p.readUInt8(3) & 15;
    seen.packets++;
    seen.pids.add(pid);
    const last = counters.get(pid);
    const expected = last === undefined ? cc : control & 1 ? (last + 1) & 15 : last;
    if (cc !== expected) seen.continuityErrors.push(`pid ${pid} packet ${seen.packets}: ${cc} after ${last}`);
    counters.set(pid, cc);
    let payload = 4;
    if (control & 2) {
      const length = p.readUInt8(4);
      payload += 1 + length;
      if (length >= 7 && p.readUInt8(5) & 0x10) {
        const bits = p.readUIntBE(6, 6).toString(2).padStart(48, '0');
        const pcr = BigInt(`0b${bits.slice(0, 33)}`) * 300n + BigInt(`0b${bits.slice(39)}`);
        add(seen.pcr, pid, pcr, 2n ** 33n * 300n);
      }
    }
    if (!(control & 1) || !start) continue;
    const data = p.subarray(payload);
    if (pid === 0) pmtPid = data.readUInt16BE(11) & 0x1fff;
    else if (pid === pmtPid) {
      const table = data.subarray(1, 1 + 3 + (data.readUInt16BE(2) & 0xfff));
      if (!seen.pmts.at(-1)?.equals(table)) seen.pmts.push(Buffer.from(table));
    } else if (data.length >= 19 && data.readUIntBE(0, 3) === 1) {
      const flags = data.readUInt8(7) >> 6;
      if (flags >= 2) add(seen.pts, pid, ts(data, 9), 2n ** 33n);
      if (flags >= 2) add(seen.dts, pid, ts(data, flags === 3 ? 14 : 9), 2n ** 33n);
    }
  }
  return seen;
}
export const rising = (values: number[] = []): boolean => values.every((v, i) => i === 0 || v > (values[i - 1] ?? v));
