/** Whatever comes in, by accident or on purpose: callers get one sound stream whose times are now, and nothing grows. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Source } from '../../relay/ts/source.ts';
import { Switcher } from '../../relay/ts/switcher.ts';
import { madeSlate } from './made-slate.ts';
import { look, packet, pat, pmt, rising, stampBytes, TS, Writer } from './streams.ts';

const STEP = 10;
const SECOND = 90_000;
const HOUR = 3600 * SECOND;
const VIDEO = { type: 0x1b, pid: 0x40 };
const AUDIO = { type: 0x0f, pid: 0x41 };

/** Plays 10 ms at a time into a switcher, with a presenter of its own that is well unless told otherwise. */
class Room {
  readonly switcher: Switcher;
  readonly start: number;
  now = 0;
  sent = 0;
  #out: Buffer[] = [];
  #writer = new Writer();
  #frame = 0;
  #dts = 700_000;
  constructor(start = 0) {
    this.start = start;
    this.switcher = new Switcher({ slate: madeSlate(), videoOnly: false, start }, 0);
  }
  step(bytes?: Buffer): void {
    if (bytes?.length) {
      this.sent += bytes.length;
      this.switcher.input(Buffer.from(bytes), this.now);
    }
    this.switcher.tick(this.now);
    this.#out.push(...this.switcher.take());
    this.now += STEP;
  }
  idle(ms: number): this {
    for (const end = this.now + ms; this.now < end; ) this.step();
    return this;
  }
  /** A well presenter for `ms`; `bend` changes the times of each picture and packet of sound, `extra` adds packets. */
  play(
    ms: number,
    bend: (n: number) => { video?: number; late?: number; audio?: number; clock?: number } = () => ({}),
    extra: (writer: Writer, n: number) => void = () => {},
    version = () => 0,
  ): this {
    for (const end = this.now + ms; this.now < end; ) {
      const from = this.#writer.packets.length;
      const n = this.#frame++;
      const { video = 0, late = 0, audio = 0, clock = 0 } = bend(n);
      const dts = this.#dts + video;
      if (n % 20 === 0) this.#writer.tables([VIDEO, AUDIO], { version: version() });
      if (n % 4 === 0) {
        const pcr = dts - 20_000 + clock;
        this.#writer.pes(0x40, { dts, pts: dts + 7200 + late, key: n % 40 === 0, pcr, size: 600 });
      }
      if (n % 2 === 0) this.#writer.pes(0x41, { dts: this.#dts + audio, body: new Array(60).fill(0xac) });
      extra(this.#writer, n);
      this.#dts += STEP * 90;
      this.step(Buffer.concat(this.#writer.packets.slice(from)));
    }
    return this;
  }
  /** What came out since the last look, judged as every caller may judge it. */
  look() {
    const bytes = Buffer.concat(this.#out);
    this.#out = [];
    return { bytes, seen: look(bytes), heard: bytes.toString('latin1').split('\xac'.repeat(40)).length - 1 };
  }
  /** Seconds by which a time of the output is before now. */
  ahead(ticks: number): number {
    const wall = this.start + this.now * 90;
    const off = (((ticks - wall) % 2 ** 33) + 2 ** 33) % 2 ** 33;
    return (off > 2 ** 32 ? off - 2 ** 33 : off) / SECOND;
  }
}

/** All times of the last `ms` are rising and within two seconds of now; they are looked at as they come. */
function expectNow(room: Room, run: () => void): ReturnType<Room['look']> {
  room.look();
  run();
  const found = room.look();
  const { seen } = found;
  expect(seen.continuityErrors).toEqual([]);
  expect([...seen.pids].filter((pid) => ![0, 0x100, 0x101, 0x1000].includes(pid))).toEqual([]);
  for (const times of [...seen.dts.values(), ...seen.pcr.values()]) expect(rising(times)).toBe(true);
  for (const pid of [0x100, 0x101]) {
    expect(Math.abs(room.ahead(seen.dts.get(pid)?.at(-1) ?? Number.NaN))).toBeLessThan(2);
    expect(Math.abs(room.ahead(seen.pts.get(pid)?.at(-1) ?? Number.NaN))).toBeLessThan(4);
  }
  expect(Math.abs(room.ahead((seen.pcr.get(0x100)?.at(-1) ?? Number.NaN) / 300))).toBeLessThan(2);
  return found;
}

describe('a time that does not fit', () => {
  test('one packet of sound an hour ahead is left out and named; sound goes on, on the slate and for who comes next', () => {
    const room = new Room().play(2000);
    const at = room.now / STEP;
    const after = expectNow(room, () => room.play(2000, (n) => (n === at ? { audio: HOUR } : {})));
    expect(after.heard).toBeGreaterThan(90);
    expect(room.switcher.warning(room.now)).toMatch(/^the sound’s time stamps are seconds away/);
    expect(room.switcher.count.strayTimes).toBe(1);
    room.switcher.gone(room.now);
    expect(room.switcher.warning(room.now)).toBeUndefined();
    expect(expectNow(room, () => room.idle(2000)).seen.dts.get(0x101)?.length).toBeGreaterThan(80);
    expect(expectNow(room, () => room.play(2000)).heard).toBeGreaterThan(90);
  });
  test.each([
    ['an hour', HOUR],
    ['a day and more than the counter holds, back', -(2 ** 32) - 5],
    ['three seconds', 3 * SECOND],
  ])('sound that lies %s away for good is moved to the pictures after half a second, and back', (_, away) => {
    const room = new Room().play(1000);
    const moved = expectNow(room, () => room.play(2000, () => ({ audio: away })));
    expect(moved.heard).toBeGreaterThan(60);
    expect(room.switcher.source).toBe('programme');
    expect(room.switcher.warning(room.now)).toMatch(/the sound’s time stamps/);
    expect(expectNow(room, () => room.play(2000)).heard).toBeGreaterThan(60);
    const before = room.switcher.count.strayTimes;
    room.play(1000);
    expect(room.switcher.count.strayTimes).toBe(before);
  });
  test('a clock an hour off, for a moment or for good, is replaced and named', () => {
    for (const bad of [(n: number) => n === 120, () => true]) {
      const room = new Room().play(1000);
      expectNow(room, () => room.play(2000, (n) => (bad(n) ? { clock: HOUR } : {})));
      expect(room.switcher.source).toBe('programme');
      expect(room.switcher.warning(room.now)).toMatch(/^the stream’s clock is seconds away/);
    }
  });
  test('a picture to be shown an hour after it is decoded is shown at once, and named', () => {
    const room = new Room().play(1000);
    const { seen } = expectNow(room, () => room.play(2000, (n) => (n % 100 === 0 ? { late: HOUR } : {})));
    const pts = seen.pts.get(0x100) ?? [];
    expect(Math.max(...pts) - Math.min(...pts)).toBeLessThan(3 * SECOND);
    expect(room.switcher.source).toBe('programme');
    expect(room.switcher.warning(room.now)).toMatch(/^pictures are to be shown/);
  });
  test('one picture an hour ahead costs at most the pictures up to the key frame after it', () => {
    const room = new Room().play(1000);
    expectNow(room, () => room.play(2000, (n) => (n === 124 ? { video: HOUR } : {})));
    expect(room.switcher.source).toBe('programme');
    expect(room.switcher.warning(room.now)).toMatch(/^the pictures’ time stamps jump/);
  });
  test('small steps that add up do not lead the output away', () => {
    const room = new Room().play(1000);
    for (const step of [1.9 * SECOND, -0.45 * SECOND, 0.3 * SECOND])
      expectNow(room, () => room.play(6000, (n) => ({ video: n * step, audio: n * step })));
  });
  test('an encoder whose clock is a thousandth too fast or slow stays on air for hours, near to now', () => {
    for (const wrong of [-0.0005, 0.0005]) {
      const room = new Room().play(1000);
      const airs = new Set<string>();
      for (let i = 0; i < 30; i++) {
        room.play(10_000, (n) => ({ video: Math.round(n * 900 * wrong), audio: Math.round(n * 900 * wrong) }));
        airs.add(room.switcher.source);
        const dts = room.look().seen.dts.get(0x100)?.at(-1) ?? 0;
        // 0.22 s is what this presenter's pictures lie ahead of its clock.
        expect(Math.abs(room.ahead(dts) - 0.22)).toBeLessThan(0.2);
      }
      expect([...airs]).toEqual(['programme']);
      expect(room.switcher.warning(room.now)).toBeUndefined();
    }
  });
  test('three seconds that come at once are not played ahead of time', () => {
    const room = new Room().play(1000);
    const writer = new Writer().tables([VIDEO, AUDIO]);
    for (let i = 0; i < 75; i++)
      writer.pes(0x40, { dts: 5e6 + i * 3600, key: i % 25 === 0, pcr: 5e6 + i * 3600 - 9000 });
    expectNow(room, () => {
      room.step(writer.bytes());
      room.idle(2500);
    });
    expectNow(room, () => room.play(3000));
    expect(room.switcher.source).toBe('programme');
  });
});

describe('tables', () => {
  test('a new version with the same streams, or with other sound, does not interrupt the pictures', () => {
    const room = new Room().play(1000);
    let version = 0;
    expectNow(room, () => room.play(2000, undefined, undefined, () => ++version & 31));
    expect(room.switcher.source).toBe('programme');
    const more = pmt(0x40, [VIDEO, AUDIO, { type: 0x0f, pid: 0x42 }], 7);
    const other = pmt(0x40, [VIDEO, { type: 0x0f, pid: 0x42 }], 8);
    for (const table of [more, other]) room.play(20, undefined, (writer) => writer.section(0x30, table));
    expect(room.switcher.source).toBe('programme');
  });
  test('the PMT of another programme on the same PID changes nothing', () => {
    const room = new Room().play(1000);
    const foreign = Buffer.from(pmt(0x50, [{ type: 0x1b, pid: 0x50 }]));
    const source = new Source();
    for (const bytes of [pat(0x30), pmt(0x40, [VIDEO])])
      source.read(new Writer().section(bytes.readUInt8(0) === 0 ? 0 : 0x30, bytes).bytes());
    expect(source.generation).toBe(1);
    foreign.writeUInt16BE(9, 3);
    source.read(new Writer().section(0x30, foreign).bytes());
    expect(source.video?.pid).toBe(0x40);
    room.play(100);
  });
  test.each([
    ['stuffing on PID 0', packet({ pid: 0, data: Buffer.alloc(184, 0xff) })],
    ['a section that never ends', packet({ pid: 0, data: Buffer.alloc(184, 0x0f) })],
    ['stuffing that begins again and again', packet({ pid: 0, start: true, data: Buffer.alloc(184, 0xff) })],
    ['sections of no length', packet({ pid: 0, start: true, data: Buffer.alloc(184, 0) })],
    [
      'the longest section there is, begun anew',
      packet({ pid: 0, start: true, data: Buffer.from([0, 0, 0xbf, 0xff, ...Buffer.alloc(180)]) }),
    ],
  ])('%s costs next to nothing', (_, one) => {
    const room = new Room().play(100);
    const begin = packet({ pid: 0, start: true, data: Buffer.from([0, 0, 0xb0, 0xff, ...Buffer.alloc(180, 1)]) });
    const many = Buffer.concat(Array.from({ length: 1000 }, (_, i) => Buffer.from(one).fill(0x10 | (i & 15), 3, 4)));
    many.set(begin);
    const { user } = process.cpuUsage();
    const bytes = expectNow(room, () => {
      for (let i = 0; i < 150; i++) room.step(many);
    }).bytes.length;
    expect(process.cpuUsage().user - user).toBeLessThan(4_000_000);
    expect(bytes).toBeLessThan(200_000);
    const source = new Source();
    for (let i = 0; i < 20_000; i++) source.read(Buffer.from(one).fill(0x10 | (i & 15), 3, 4));
    expect(source.held).toBeLessThan(2000);
  });
});

/** One thing that goes wrong, per 10 ms and repeated. */
const ticks = fc.bigInt({ min: 0n, max: 2n ** 33n - 1n }).map(Number);
const wrong = fc.oneof(
  fc.record({ kind: fc.constant('video' as const), by: ticks, every: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ kind: fc.constant('audio' as const), by: ticks, every: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ kind: fc.constant('clock' as const), by: ticks, every: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ kind: fc.constant('late' as const), by: ticks, every: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ kind: fc.constant('leap' as const), by: ticks, every: fc.constant(1) }),
  fc.record({ kind: fc.constant('flap' as const), by: fc.integer({ min: 0, max: 8191 }), every: fc.constant(1) }),
  fc.record({ kind: fc.constant('noise' as const), by: ticks, every: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('field' as const), by: fc.integer({ min: 0, max: 255 }), every: fc.constant(1) }),
  fc.record({ kind: fc.constant('gone' as const), by: ticks, every: fc.integer({ min: 10, max: 40 }) }),
);
type Wrong = typeof wrong extends fc.Arbitrary<infer T> ? T : never;

/** Packets that no well encoder sends, made of `by`. */
function bad({ kind, by }: Wrong, n: number, writer: Writer): void {
  if (kind === 'flap') {
    const pid = n % 2 ? by : 0x40;
    writer.tables([{ type: 0x1b, pid }, AUDIO], { pmtPid: n % 3 ? 0x30 : 0x31, version: n & 31 });
    writer.pes(0x40, { dts: n * 900, key: true });
  } else if (kind === 'noise') {
    // A header that looks like ours, then bytes that follow from `by`: lengths, flags and times of every kind.
    const data = Buffer.from(Array.from({ length: 184 }, (_, i) => (by * (i + n + 1)) & 255));
    if (n % 2)
      data.set([0, 0, 1, 0xe0, 0xff, 0xff, 0x80, 0xc0, 10, ...stampBytes('0011', by), ...stampBytes('0001', by + n)]);
    writer.put({ pid: [0, 0x30, 0x40, 0x41][n & 3] ?? 0, start: n % 5 < 3, data });
  } else if (kind === 'field') {
    const one = packet({ pid: 0x40, start: true, pcr: by, data: Buffer.alloc(100, 1) });
    one.writeUInt8(by, 4);
    writer.packets.push(one);
  }
}

test('after anything at all the output is now, whole, and no larger than what came in', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(wrong, fc.integer({ min: 5, max: 120 })), { minLength: 1, maxLength: 6 }),
      fc.constantFrom(0, 2 ** 33 - 5 * SECOND),
      (acts, start) => {
        const room = new Room(start).play(500);
        let bytes = 0;
        for (const [one, steps] of acts) {
          const act = expectNow(room, () => {
            room.play(
              steps * STEP,
              (n) => {
                if (n % one.every) return {};
                if (one.kind === 'leap') return { video: n * one.by, audio: n * one.by, clock: 0 };
                return ['video', 'audio', 'clock', 'late'].includes(one.kind) ? { [one.kind]: one.by } : {};
              },
              (writer, n) => {
                if (n % one.every) return;
                if (one.kind === 'gone') room.switcher.gone(room.now);
                bad(one, n, writer);
              },
            );
            // At least so long that every PID has been written.
            room.idle(Math.max(0, 2100 - steps * STEP));
          });
          bytes += act.bytes.length;
        }
        // The made slate is 60 kB a second; a break in the programme costs a table and a picture, and is rare.
        expect(bytes).toBeLessThan(2 * room.sent + (room.now / 1000) * 80_000);
        room.switcher.gone(room.now);
        const clean = expectNow(room, () => room.play(2000));
        expect(room.switcher.source).toBe('programme');
        expect(room.switcher.warning(room.now)).toBeUndefined();
        expect(clean.heard).toBeGreaterThan(60);
      },
    ),
    { numRuns: 80 },
  );
});

test('the process may stand still for an hour: what follows is now, not an hour of slate', () => {
  const room = new Room().idle(1000);
  room.now += 3_600_000;
  const { bytes } = expectNow(room, () => room.idle(1000));
  expect(bytes.length / TS).toBeLessThan(2000);
});
