/** Whatever a presenter does, what comes out is one stream: property tests over made-up lives of a programme. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Switcher } from '../../relay/ts/switcher.ts';
import { madeSlate } from './made-slate.ts';
import { look, rising, Writer } from './streams.ts';

const STEP = 10;

/** One stretch of a presenter's life. */
const act = fc.record({
  ms: fc.integer({ min: 1, max: 200 }).map((n) => n * STEP),
  what: fc.constantFrom('send', 'send', 'send', 'silence', 'garbage', 'disconnect', 'congestion'),
  /** Where its own clock begins anew; undefined goes on. */
  jump: fc.option(fc.bigInt({ min: 0n, max: 2n ** 33n - 1n }).map(Number), { nil: undefined }),
  sound: fc.boolean(),
  bFrames: fc.boolean(),
  gop: fc.integer({ min: 1, max: 30 }),
  /** Every n-th packet is lost; 0 loses none. */
  loss: fc.constantFrom(0, 0, 7, 31),
  /** Bytes by which the batches are cut off their packet boundary. */
  cut: fc.integer({ min: 0, max: 400 }),
});
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

function perform(acts: Act[], start: number, videoOnly: boolean) {
  const switcher = new Switcher({ slate: madeSlate(), videoOnly, start }, 0);
  const out: Buffer[] = [];
  const writer = new Writer();
  const ahead: number[] = [];
  let now = 0;
  let dts = 1_000_000;
  let frame = 0;
  let rest = Buffer.alloc(0);
  for (const { ms, what, jump, sound, bFrames, gop, loss, cut } of acts) {
    if (jump !== undefined) dts = jump;
    if (what === 'disconnect') switcher.gone(now);
    switcher.congested(what === 'congestion', now);
    for (const end = now + ms; now < end; now += STEP) {
      const from = writer.packets.length;
      if (what === 'send' || what === 'congestion') {
        if (frame % 10 === 0) writer.tables([{ type: 0x1b, pid: 0x40 }, ...(sound ? [{ type: 0x0f, pid: 0x41 }] : [])]);
        if (now % 40 === 0) {
          const pts = dts + (bFrames ? 3600 * (1 + (frame % 3)) : 0);
          writer.pes(0x40, {
            dts,
            pts,
            key: frame % gop === 0,
            pcr: dts - 30_000,
            size: 500 + (frame % 7) * 90,
            ...(frame % 5 === 0 && { first: 7 }),
          });
          frame++;
        }
        if (sound && now % 20 === 0) writer.pes(0x41, { dts: dts + 500, size: 80 });
        dts += STEP * 90;
      }
      const sent = writer.packets.slice(from).filter((_, i) => !loss || (from + i) % loss !== 0);
      const bytes = Buffer.concat([rest, ...(what === 'garbage' ? [Buffer.alloc(500, now & 255)] : sent)]);
      const until = Math.max(0, bytes.length - cut);
      rest = bytes.subarray(until);
      if (until) switcher.input(Buffer.from(bytes.subarray(0, until)), now);
      switcher.tick(now);
      const chunks = switcher.take();
      out.push(...chunks);
      const clock = look(Buffer.concat(chunks)).pcr.get(0x100)?.at(-1);
      if (clock !== undefined) ahead.push((clock / 300 - start - now * 90 + 2 ** 34) % 2 ** 33);
    }
  }
  return { seen: look(Buffer.concat(out)), ahead };
}

test('continuity counters never break, times only rise, PIDs stay, and the clock keeps to the wall clock', () => {
  fc.assert(
    fc.property(
      fc.array(act, { minLength: 1, maxLength: 12 }),
      fc.constantFrom(0, 2 ** 33 - 5 * 90_000, 2 ** 33 - 1),
      fc.boolean(),
      (acts, start, videoOnly) => {
        const { seen, ahead } = perform(acts, start, videoOnly);
        expect(seen.continuityErrors).toEqual([]);
        const allowed = videoOnly ? [0, 0x100, 0x1000] : [0, 0x100, 0x101, 0x1000];
        expect([...seen.pids].filter((pid) => !allowed.includes(pid))).toEqual([]);
        for (const times of [...seen.dts.values(), ...seen.pcr.values()]) expect(rising(times)).toBe(true);
        // Seconds by which the output's clock leads the wall clock; a little behind is normal, far off is drift.
        for (const ticks of ahead) {
          const seconds = (ticks > 2 ** 32 ? ticks - 2 ** 33 : ticks) / 90_000;
          expect(Math.abs(seconds)).toBeLessThan(4);
        }
      },
    ),
    { numRuns: 60 },
  );
});
