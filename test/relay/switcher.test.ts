import { describe, expect, test } from 'vitest';
import { SLATE_AFTER_MS } from '../../relay/ts/feed.ts';
import { Switcher } from '../../relay/ts/switcher.ts';
import { madeSlate } from './made-slate.ts';
import { type Es, look, rising, type Seen, Writer } from './streams.ts';

const VIDEO = { type: 0x1b, pid: 0x40 };
const AUDIO = { type: 0x0f, pid: 0x41 };
const GOP = 10;

interface Play {
  dts?: number;
  sound?: boolean;
  tables?: Es[];
  /** Goes on with this stream's continuity counters. */
  writer?: Writer;
  /** Number of the first picture; 0 is a key frame. */
  from?: number;
}

/** Plays a made-up presenter into a switcher, 10 ms at a time. */
class Stage {
  readonly switcher: Switcher;
  readonly out: Buffer[] = [];
  readonly airs: [number, string][] = [];
  now = 0;
  constructor(options: { videoOnly?: boolean; start?: number } = {}) {
    const videoOnly = options.videoOnly ?? false;
    this.switcher = new Switcher({ slate: madeSlate(), videoOnly, ...(options.start && { start: options.start }) }, 0);
  }
  step(bytes?: Buffer): void {
    if (bytes?.length) this.switcher.input(Buffer.from(bytes), this.now);
    this.switcher.tick(this.now);
    this.out.push(...this.switcher.take());
    const { source } = this.switcher;
    if (this.airs.at(-1)?.[1] !== source) this.airs.push([this.now, source]);
    this.now += 10;
  }
  idle(ms: number): this {
    for (const end = this.now + ms; this.now < end; ) this.step();
    return this;
  }
  /** Sends `ms` of pictures (every 40 ms, a key frame each {@link GOP}) and sound, as the writer's own time from `dts`. */
  play(ms: number, options: Play = {}): Writer {
    const { dts = 500_000, sound = true, writer = new Writer(), from = 0 } = options;
    const tables = options.tables ?? [VIDEO, ...(sound ? [AUDIO] : [])];
    for (let t = 0; t < ms; t += 10) {
      const before = writer.packets.length;
      const frame = from + t / 40;
      const time = dts + t * 90;
      if (t % 400 === 0) writer.tables(tables);
      if (t % 40 === 0)
        writer.pes(0x40, { dts: time, pts: time + 7200, key: frame % GOP === 0, pcr: time - 20_000, size: 900 });
      if (sound && t % 20 === 0) writer.pes(0x41, { dts: time - 9000, body: new Array(60).fill(0xac) });
      this.step(Buffer.concat(writer.packets.slice(before)));
    }
    return writer;
  }
  seen(): Seen {
    return look(Buffer.concat(this.out));
  }
}

/** What every receiver may count on, whatever happened. */
function expectOneStream(seen: Seen, pids = [0, 0x100, 0x101, 0x1000]) {
  expect(seen.continuityErrors).toEqual([]);
  expect([...seen.pids].sort((a, b) => a - b)).toEqual(pids);
  for (const list of [...seen.dts.values(), ...seen.pcr.values()]) expect(rising(list)).toBe(true);
  expect([...seen.pcr.keys()]).toEqual([0x100]);
}
const last = (seen: Seen, pid = 0x100) => seen.dts.get(pid)?.at(-1) ?? Number.NaN;

describe('the switcher', () => {
  test('shows the slate from the first moment, without a seam at the loop', () => {
    const stage = new Stage().idle(3000);
    const seen = stage.seen();
    expectOneStream(seen);
    const dts = seen.dts.get(0x100) ?? [];
    expect(new Set(dts.slice(1).map((v, i) => v - (dts[i] ?? 0)))).toEqual(new Set([3600]));
    const audio = seen.dts.get(0x101) ?? [];
    expect(new Set(audio.slice(1).map((v, i) => v - (audio[i] ?? 0)))).toEqual(new Set([1920]));
    expect(dts.length).toBe(75);
  });

  test('goes to the programme on its next key frame, and back 1.5 s after it falls silent', () => {
    const stage = new Stage().idle(1000);
    stage.play(2000, { from: 3 });
    const fell = stage.now;
    stage.idle(3000);
    expect(stage.airs.map(([, air]) => air)).toEqual(['slate', 'programme', 'slate']);
    expect(stage.airs[1]?.[0]).toBe(1000 + (GOP - 3) * 40);
    expect((stage.airs[2]?.[0] ?? 0) - fell).toBeGreaterThanOrEqual(SLATE_AFTER_MS - 50);
    expect((stage.airs[2]?.[0] ?? 0) - fell).toBeLessThanOrEqual(SLATE_AFTER_MS + 20);
    const seen = stage.seen();
    expectOneStream(seen);
    // Time follows the wall clock over the gap: six seconds have passed.
    expect(Math.abs(last(seen) - 6 * 90_000)).toBeLessThan(30_000);
  });

  test('keeps its time over the wrap of the 33-bit counters, of the output and of the programme', () => {
    const stage = new Stage({ start: 2 ** 33 - 2 * 90_000 }).idle(500);
    stage.play(3000, { dts: 2 ** 33 - 90_000 });
    stage.idle(2500);
    const seen = stage.seen();
    expectOneStream(seen);
    expect(stage.airs.map(([, air]) => air)).toEqual(['slate', 'programme', 'slate']);
    expect(last(seen)).toBeGreaterThan(2 ** 33);
  });

  test('a presenter who leaves and comes back within the gap is on air without the slate waiting', () => {
    const stage = new Stage().idle(200);
    stage.play(1000);
    stage.switcher.gone(stage.now);
    stage.idle(300);
    stage.play(1000, { dts: 77 });
    expect(stage.airs.map(([, air]) => air)).toEqual(['slate', 'programme', 'slate', 'programme']);
    expectOneStream(stage.seen());
  });

  test('cut in the middle of a picture, nothing of the old picture follows the new source', () => {
    const stage = new Stage().idle(200);
    const writer = stage.play(400);
    const at = writer.packets.length;
    writer.pes(0x40, { dts: 500_000 + 400 * 90, body: new Array(4000).fill(0xab) });
    const picture = writer.packets.slice(at);
    stage.step(Buffer.concat(picture.slice(0, 10)));
    stage.switcher.gone(stage.now);
    stage.step();
    const before = Buffer.concat(stage.out).length;
    stage.step(Buffer.concat(picture.slice(10)));
    stage.idle(100);
    const all = Buffer.concat(stage.out);
    expect(all.subarray(0, before).includes(Buffer.alloc(100, 0xab))).toBe(true);
    expect(all.subarray(before).includes(Buffer.alloc(100, 0xab))).toBe(false);
    expectOneStream(stage.seen());
  });

  test('sound that began before the programme went on air is left out until its next packet begins', () => {
    const stage = new Stage().idle(200);
    const writer = new Writer().tables([VIDEO, AUDIO]);
    writer.pes(0x41, { dts: 500_000, body: new Array(500).fill(0xcd) });
    const began = writer.packets.splice(-4);
    stage.step(writer.bytes());
    writer.pes(0x40, { dts: 500_000, key: true, pcr: 490_000 });
    stage.step(Buffer.concat([...writer.packets.slice(-2), ...began]));
    expect(stage.switcher.source).toBe('programme');
    writer.pes(0x41, { dts: 600_000, body: new Array(100).fill(0xef) });
    stage.step(Buffer.concat(writer.packets.slice(-3)));
    const all = Buffer.concat(stage.out);
    expect(all.includes(Buffer.alloc(50, 0xcd))).toBe(false);
    expect(all.includes(Buffer.alloc(50, 0xef))).toBe(true);
  });

  test('a programme without sound gets silence, so that players do not stop', () => {
    const stage = new Stage().idle(500);
    stage.play(4000, { sound: false });
    const seen = stage.seen();
    expectOneStream(seen);
    const audio = seen.dts.get(0x101) ?? [];
    const gaps = audio.slice(1).map((v, i) => v - (audio[i] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(0.25 * 90_000);
    expect(Math.abs(last(seen, 0x101) - last(seen))).toBeLessThan(0.1 * 90_000);
  });

  test('announced sound that does not come is silence after a second, and sound again when it comes', () => {
    const stage = new Stage().idle(500);
    const writer = stage.play(1000);
    stage.play(3000, { dts: 590_000, sound: false, tables: [VIDEO, AUDIO], writer });
    const quiet = stage.seen();
    expect(Math.abs(last(quiet, 0x101) - last(quiet))).toBeLessThan(0.1 * 90_000);
    const heard = () => Buffer.concat(stage.out).toString('latin1').split('\xac'.repeat(40)).length;
    const before = heard();
    // Sound lies a little behind the pictures in every stream; the silence must not outrun it for ever.
    stage.play(1000, { dts: 860_000, writer });
    expect(heard() - before).toBeGreaterThan(40);
    expect(stage.airs.map(([, air]) => air)).toEqual(['slate', 'programme']);
    expectOneStream(stage.seen());
  });

  test('sound in another codec than AAC is silence, and named', () => {
    const stage = new Stage().idle(500);
    stage.play(2000, { tables: [VIDEO, { type: 3, pid: 0x41 }] });
    expect(stage.switcher.source).toBe('programme');
    expect(stage.switcher.warning(stage.now)).toMatch(/^MPEG-1 audio is not supported, silence is sent/);
    const seen = stage.seen();
    expectOneStream(seen);
    expect(seen.pmts.length).toBe(1);
    expect(Math.abs(last(seen, 0x101) - last(seen))).toBeLessThan(0.1 * 90_000);
  });

  test('slides have no sound, whatever is sent', () => {
    const stage = new Stage({ videoOnly: true }).idle(500);
    stage.play(1000);
    stage.idle(2000);
    const seen = stage.seen();
    expectOneStream(seen, [0, 0x100, 0x1000]);
    expect(seen.pmts.length).toBe(1);
    expect(seen.pmts[0]?.includes(Buffer.from([0x0f, 0xe1, 0x01]))).toBe(false);
  });

  test('HEVC stays off the air and is named; a programme in H.264 afterwards is taken', () => {
    const stage = new Stage().idle(100);
    stage.play(1000, { tables: [{ type: 0x24, pid: 0x40 }, AUDIO] });
    expect(stage.switcher.source).toBe('slate');
    expect(stage.switcher.problem(stage.now)).toMatch(/HEVC/);
    stage.play(1000, { dts: 9_000_000 });
    expect(stage.switcher.source).toBe('programme');
    expect(stage.switcher.problem(stage.now)).toBeUndefined();
    expectOneStream(stage.seen());
  });

  test('garbage leaves the slate up, is counted and named', () => {
    const stage = new Stage().idle(100);
    for (let i = 0; i < 100; i++) stage.step(Buffer.from('GET / HTTP/1.1\r\nHost: relay\r\n\r\n'.repeat(40)));
    expect(stage.switcher.source).toBe('slate');
    expect(stage.switcher.problem(stage.now)).toMatch(/not an MPEG transport stream/);
    expect(stage.switcher.feed.totals.droppedBytes).toBeGreaterThan(100_000);
    expectOneStream(stage.seen());
  });

  test('a programme whose own clock jumps, forth or back, is taken again at its next key frame', () => {
    const stage = new Stage().idle(100);
    const writer = stage.play(1000);
    stage.play(1000, { dts: 80_000_000, writer });
    stage.play(1000, { dts: 4_000, writer });
    expect(stage.switcher.source).toBe('programme');
    const seen = stage.seen();
    expectOneStream(seen);
    expect(Math.abs(last(seen) - 3.1 * 90_000)).toBeLessThan(60_000);
  });

  test('a stuck output gets no torn pictures: nothing, then the slate, then the programme', () => {
    const stage = new Stage().idle(100);
    const writer = stage.play(1000);
    stage.switcher.congested(true, stage.now);
    const before = Buffer.concat(stage.out).length;
    stage.play(1000, { dts: 590_000, writer });
    expect(Buffer.concat(stage.out).length).toBe(before);
    stage.switcher.congested(false, stage.now);
    stage.play(1000, { dts: 680_000, writer, from: 1 });
    expect(stage.switcher.source).toBe('programme');
    expectOneStream(stage.seen());
  });

  test('a clock on a PID of its own comes out on the video PID', () => {
    const stage = new Stage().idle(100);
    const writer = new Writer();
    for (let t = 0; t < 1000; t += 40) {
      const before = writer.packets.length;
      if (t % 400 === 0) writer.tables([VIDEO], { pcrPid: 0x77 });
      writer.put({ pid: 0x77, pcr: t * 90 }).pes(0x40, { dts: t * 90 + 9000, key: t % 400 === 0 });
      stage.step(Buffer.concat(writer.packets.slice(before)));
      stage.idle(30);
    }
    const seen = stage.seen();
    expectOneStream(seen);
    expect(seen.pcr.get(0x100)?.length).toBeGreaterThan(25);
  });
});
