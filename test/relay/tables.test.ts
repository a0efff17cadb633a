import { describe, expect, test } from 'vitest';
import { header } from '../../relay/ts/packet.ts';
import {
  crc,
  firstProgram,
  parsePmt,
  patSection,
  pmtSection,
  SectionReader,
  sectionPackets,
} from '../../relay/ts/psi.ts';
import { Source } from '../../relay/ts/source.ts';
import { crc32, pat, pmt, Writer } from './streams.ts';

const H264 = { type: 0x1b, pid: 0x40 };
const AAC = { type: 0x0f, pid: 0x41 };
const read = (packets: Buffer[]): Buffer[] => {
  const reader = new SectionReader();
  return packets.flatMap((p) => reader.push(p.subarray(header(p).payload), header(p).start));
};
const feed = (source: Source, writer: Writer) => writer.packets.map((p) => source.read(Buffer.from(p)));

describe('sections', () => {
  const long = Array.from({ length: 240 }, (_, i) => i & 255);
  const big = pmt(0x40, [H264, { ...AAC, descriptors: long }, { type: 6, pid: 0x55, descriptors: long }], 3, long);

  test('the checksum is that of annex A', () => {
    expect(crc(big)).toBe(0);
    expect(crc(big.subarray(0, -4))).toBe(crc32(big.subarray(0, -4)));
  });
  test('a table over several packets is put together', () => {
    const packets = new Writer().section(0x30, big).packets;
    expect(packets.length).toBe(5);
    const [section] = read(packets);
    expect(section && parsePmt(section)?.streams.map((s) => [s.type, s.pid, s.descriptors.length])).toEqual([
      [0x1b, 0x40, 0],
      [0x0f, 0x41, 240],
      [6, 0x55, 240],
    ]);
  });
  test('two sections in one packet, the second ending in the next', () => {
    const both = Buffer.concat([Uint8Array.from([0]), pmt(0x40, [H264]), big.subarray(0, 100)]);
    const writer = new Writer().put({ pid: 9, start: true, data: both });
    for (let at = 100; at < big.length; at += 150) writer.put({ pid: 9, data: big.subarray(at, at + 150) });
    expect(read(writer.packets).map((s) => s.length)).toEqual([pmt(0x40, [H264]).length, big.length]);
  });
  test('a damaged section is not believed', () => {
    const packets = new Writer().section(0x30, big).packets;
    packets[2]?.writeUInt8(0xee, 100);
    expect(read(packets)).toEqual([]);
  });
  test('what is written is what the simple reader in this test writes', () => {
    const streams = [H264, { ...AAC, descriptors: [10, 4, 101, 110, 103, 0] }];
    const mine = pmtSection(
      {
        program: 1,
        pcrPid: 0x40,
        streams: streams.map((s) => ({ ...s, descriptors: Buffer.from('descriptors' in s ? s.descriptors : []) })),
      },
      5,
    );
    expect(mine.equals(pmt(0x40, streams, 5))).toBe(true);
    expect(patSection(1, 0x30).equals(pat(0x30))).toBe(true);
    expect(firstProgram(pat(0x1234))).toEqual({ program: 1, pmtPid: 0x1234 });
    expect(read(sectionPackets(7, big))[0]?.equals(big)).toBe(true);
  });
});

describe('the incoming stream', () => {
  test('takes video, all sound, and the clock from a PID of its own', () => {
    const source = new Source();
    const writer = new Writer().tables([AAC, { type: 0x0f, pid: 0x42 }, H264], { pcrPid: 0x50 });
    writer
      .put({ pid: 0x50, pcr: 4500 })
      .pes(0x40, { dts: 9000, key: true })
      .pes(0x41, { dts: 9000 })
      .pes(0x42, { dts: 1 });
    const parts = feed(source, writer).filter((part) => part !== undefined);
    const sound = [0x41, 0x41, 0x42, 0x42].map((pid) => ['audio', pid]);
    expect(parts.map((p) => [p.role, p.pid])).toEqual([['clock', 0x50], ['video', 0x40], ['video', 0x40], ...sound]);
    expect(parts[0]?.pcr?.base).toBe(4500);
    expect(parts[1]?.start).toMatchObject({ dts: 9000, key: true });
    expect(source.problem).toBeUndefined();
  });
  test.each([
    [[{ type: 0x24, pid: 0x40 }, AAC], /HEVC/],
    [[{ type: 2, pid: 0x40 }], /MPEG-2 video/],
    [[AAC], /no video/],
  ])('refuses %j with words', (streams, words) => {
    const source = new Source();
    feed(source, new Writer().tables(streams));
    expect(source.problem).toMatch(words);
  });
  test('says so when no tables come', () => {
    const source = new Source();
    feed(source, new Writer().pes(0x40, { dts: 1 }));
    expect(source.problem).toMatch(/PAT and PMT/);
  });
  test('leaves out duplicates, counts losses, and forgives an announced discontinuity', () => {
    const source = new Source();
    const writer = new Writer().tables([H264]);
    for (let i = 0; i < 6; i++) writer.pes(0x40, { dts: i * 3600, size: 100 });
    const tables = writer.packets.splice(0, 2);
    for (const p of tables) source.read(p);
    const [a, b, , d, e, f] = writer.packets as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
    expect(source.read(a)).toBeDefined();
    expect(source.read(Buffer.from(a))).toBeUndefined();
    expect(source.read(b)).toBeDefined();
    expect(source.read(d)).toBeDefined();
    expect(source.continuityErrors).toBe(1);
    expect(source.read(e)).toBeDefined();
    const announced = new Writer().put({ pid: 0x40, start: true, discontinuity: true, data: f.subarray(60, 160) })
      .packets[0] as Buffer;
    source.read(announced);
    expect(source.continuityErrors).toBe(1);
  });
  test('follows a programme whose streams move to other PIDs', () => {
    const source = new Source();
    feed(source, new Writer().tables([H264]).tables([{ type: 0x1b, pid: 0x66 }], { version: 1 }));
    expect(source.video?.pid).toBe(0x66);
    expect(source.generation).toBe(2);
  });
});
