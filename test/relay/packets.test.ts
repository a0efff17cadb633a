import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Aligner } from '../../relay/ts/align.ts';
import { header, PACKET } from '../../relay/ts/packet.ts';
import { PesStart } from '../../relay/ts/pes.ts';
import { near, pcr, setPcr, setStamp, stamp, WRAP, wrap } from '../../relay/ts/time.ts';
import { packet, stampBytes, Writer } from './streams.ts';

const ticks = fc.bigInt({ min: 0n, max: 2n ** 33n - 1n }).map(Number);

describe('times', () => {
  test('timestamps read and write as the standard lays out their bits', () => {
    fc.assert(
      fc.property(ticks, ticks, (value, other) => {
        const bytes = Buffer.from(stampBytes('0011', value));
        expect(stamp(bytes)).toBe(value);
        setStamp(bytes, other);
        expect([...bytes]).toEqual(stampBytes('0011', other));
      }),
    );
  });
  test('clock references read and write likewise', () => {
    fc.assert(
      fc.property(ticks, ticks, fc.integer({ min: 0, max: 299 }), (value, other, extension) => {
        const p = packet({ pid: 5, pcr: value });
        expect(pcr(p, 6).base).toBe(value);
        setPcr(p, 6, { base: other - WRAP, extension });
        expect(pcr(p, 6)).toEqual({ base: other, extension });
      }),
    );
  });
  test('a wrapped time is placed next to the reference, on either side, however often that has wrapped', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        ticks,
        fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
        (wraps, rest, distance) => {
          const reference = wraps * WRAP + rest;
          expect(near(wrap(reference + distance), reference)).toBe(reference + distance);
        },
      ),
    );
  });
});

describe('header', () => {
  test('tells key frame, clock, discontinuity and where the payload begins', () => {
    const head = header(
      packet({ pid: 0x1abc, start: true, cc: 7, key: true, discontinuity: true, pcr: 9, data: Buffer.alloc(20) }),
    );
    expect(head).toEqual({
      ...{ pid: 0x1abc, start: true, unusable: false, continuity: 7, payload: PACKET - 20 },
      ...{ discontinuity: true, randomAccess: true, pcrAt: 6 },
    });
    expect(header(packet({ pid: 1, pcr: 9 })).payload).toBe(PACKET);
  });
  test.each([
    ['transport error', 1, 0x80],
    ['scrambling', 3, 0x80],
  ])('a packet with %s is unusable', (_, at, bit) => {
    const p = packet({ pid: 1, data: Buffer.alloc(184) });
    p.writeUInt8(p.readUInt8(at) | bit, at);
    expect(header(p).unusable).toBe(true);
  });
  test('an adaptation field longer than the packet is unusable', () => {
    const p = packet({ pid: 1, pcr: 1, data: Buffer.alloc(20) });
    p.writeUInt8(200, 4);
    expect(header(p).unusable).toBe(true);
  });
});

describe('alignment', () => {
  const stream = new Writer();
  for (let i = 0; i < 12; i++) stream.pes(0x40, { dts: i * 3600, size: 0x47 + i });
  const whole = stream.bytes();

  test('does not depend on how the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (sizes) => {
        const aligner = new Aligner();
        const out: Buffer[] = [];
        for (let at = 0, i = 0; at < whole.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          out.push(...aligner.push(whole.subarray(at, at + size)));
          at += size;
        }
        expect(Buffer.concat(out).equals(whole)).toBe(true);
        expect(aligner.dropped).toBe(0);
      }),
    );
  });
  test('finds packets behind garbage that has sync bytes of its own, and after a tear', () => {
    const garbage = Buffer.alloc(400, 0x47).fill(0x11, 50, 120);
    garbage.fill(0x22, 200);
    const aligner = new Aligner();
    const first = aligner.push(Buffer.concat([garbage, whole.subarray(0, 188 * 6 + 90)]));
    expect(Buffer.concat(first).equals(whole.subarray(0, 188 * 6))).toBe(true);
    const rest = aligner.push(whole.subarray(188 * 7));
    // The torn packet is completed with what follows and cannot be told from a whole one; the next sync byte shows the tear.
    expect(Buffer.concat(rest.slice(1)).equals(whole.subarray(188 * 8))).toBe(true);
    expect(aligner.dropped).toBe(garbage.length + 90);
  });
  test('garbage alone gives nothing, keeps nothing and is counted', () => {
    const aligner = new Aligner();
    expect(aligner.push(Buffer.alloc(1_000_000, 0x33))).toEqual([]);
    expect(aligner.locked).toBe(false);
    expect(aligner.dropped).toBe(1_000_000);
  });
});

describe('PES headers', () => {
  test('are read and moved wherever the packet boundary lies in them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), ticks, fc.integer({ min: -1e9, max: 1e9 }), (first, dts, offset) => {
        const pts = wrap(dts + 7200);
        const packets = new Writer().pes(0x40, { dts, pts, first }).packets;
        const pes = new PesStart();
        for (const p of packets) if (!pes.complete) pes.add(p, header(p));
        expect(pes.stamps).toEqual({ pts, dts });
        pes.shift(offset);
        expect(pes.stamps).toEqual({ pts: wrap(pts + offset), dts: wrap(dts + offset) });
        const payload = Buffer.concat(packets.map((p) => p.subarray(header(p).payload)));
        expect(payload.subarray(19).equals(Buffer.alloc(300, 0x55))).toBe(true);
      }),
    );
  });
  test.each([
    ['an access unit delimiter, then a parameter set', [0, 0, 0, 1, 9, 0xf0, 0, 0, 0, 1, 0x67, 1], true],
    ['an IDR slice', [0, 0, 1, 0x65, 1], true],
    ['another slice', [0, 0, 0, 1, 9, 0xf0, 0, 0, 1, 0x41, 1, 0, 0, 1, 0x65], false],
  ])('decoding starts at %s: %s', (_, body, expected) => {
    const pes = new PesStart();
    for (const p of new Writer().pes(0x40, { dts: 1, body }).packets.slice(0, 1)) pes.add(p, header(p));
    expect(pes.startsDecoding).toBe(expected);
  });
});
