/** Several sounds with one picture: which caller hears which track, whatever happens to the tracks. */
import { describe, expect, test } from 'vitest';
import { wishIn } from '../../contract/stream-id.ts';
import { adtsHeader, STEREO, silentFrame } from '../../relay/ts/adts.ts';
import { Encoder, markOf, Stage, sound } from './stage.ts';
import { rising } from './streams.ts';

const FOUR = [sound(0x41, 'eng'), sound(0x42, 'fra'), sound(0x43, 'spa'), sound(0x44)];
/** Which tracks' sound stands in a lane, by their PIDs. */
const hears = (stage: Stage, lane: number): number[] => {
  const { bytes, seen } = stage.look(lane);
  expect(seen.continuityErrors).toEqual([]);
  expect([...seen.pids].sort((a, b) => a - b)).toEqual([0, 0x100, 0x101, 0x1000]);
  for (const times of [...seen.dts.values(), ...seen.pcr.values()]) expect(rising(times)).toBe(true);
  return [0x41, 0x42, 0x43, 0x44, 0x45].filter((pid) => bytes.includes(markOf(pid)));
};
/** Ticks between the newest sound of a lane and the newest picture. */
const apart = (stage: Stage, lane: number): number => {
  const { dts } = stage.look(lane).seen;
  return (dts.get(0x100)?.at(-1) ?? Number.NaN) - (dts.get(0x101)?.at(-1) ?? Number.NaN);
};

describe('sound tracks', () => {
  test('each wish gets its own, by language in any form or by number, and who wishes nothing the first', () => {
    const stage = new Stage();
    const ids = ['', '#!::r=programme,audio=fra', 'programme/fre', 'audio=3', 'programme/4', 'programme/es'];
    for (const [lane, id] of ids.entries()) stage.switcher.listen(lane, wishIn(id), 0);
    stage.play(500).forget();
    stage.play(1500, { main: new Encoder(FOUR) });
    expect(ids.map((_, lane) => hears(stage, lane))).toEqual([[0x41], [0x42], [0x42], [0x43], [0x44], [0x43]]);
    expect(stage.switcher.tracks()).toMatchObject([
      { track: 1, language: 'eng', codec: 'AAC' },
      { track: 2, language: 'fra' },
      { track: 3, language: 'spa' },
      { track: 4, language: null },
    ]);
    expect(stage.switcher.warning(stage.now)).toBeUndefined();
  });

  test('a lane goes on through slate and programme as one stream, with silence where nothing comes', () => {
    const stage = new Stage();
    stage.switcher.listen(1, wishIn('programme/fra'), 0);
    const encoder = new Encoder(FOUR);
    stage.play(1000).play(1000, { main: encoder }).play(3000);
    expect(hears(stage, 1)).toEqual([0x42]);
    stage.play(1000, { main: new Encoder(FOUR, 9_000_000) });
    encoder.silent.add(0x42);
    expect(stage.airs).toEqual(['slate', 'main', 'slate', 'main']);
    const times = stage.look(1).seen.dts.get(0x101) ?? [];
    const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(1.3 * 90_000);
    expect(hears(stage, 1)).toEqual([0x42]);
  });

  test('a track that is missing: the floor’s sound and a warning by name, and its own when it appears, the picture unbroken', () => {
    const stage = new Stage();
    stage.switcher.listen(1, wishIn('programme/fra'), 0);
    stage.switcher.listen(2, wishIn('audio=9'), 0);
    const encoder = new Encoder([sound(0x41, 'eng')]);
    stage.play(1500, { main: encoder });
    expect([1, 2].map((lane) => hears(stage, lane))).toEqual([[0x41], [0x41]]);
    expect(stage.switcher.warning(stage.now)).toBe(
      "callers who ask for sound track fr or 9 get the floor's: the programme has 1 eng",
    );
    expect(stage.switcher.lanes.wishes()).toEqual([
      { wish: 'fr', track: null },
      { wish: '9', track: null },
    ]);
    stage.switcher.input(encoder.announce(FOUR), stage.now);
    stage.play(100, { main: encoder }).forget().play(1500, { main: encoder });
    expect([0, 1, 2].map((lane) => hears(stage, lane))).toEqual([[0x41], [0x42], [0x41]]);
    expect(stage.airs.slice(1)).toEqual(['main']);
    // And taken away again.
    stage.switcher.input(encoder.announce([sound(0x41, 'eng'), sound(0x43, 'spa')]), stage.now);
    stage.play(100, { main: encoder }).forget().play(1000, { main: encoder });
    expect(hears(stage, 1)).toEqual([0x41]);
    expect(stage.airs.slice(1)).toEqual(['main']);
  });

  test('languages that change places while live are followed', () => {
    const stage = new Stage();
    stage.switcher.listen(1, wishIn('programme/fra'), 0);
    const encoder = new Encoder(FOUR);
    stage.play(1000, { main: encoder });
    stage.switcher.input(encoder.announce([sound(0x41, 'fra'), sound(0x42, 'eng')]), stage.now);
    stage.play(100, { main: encoder }).forget().play(1000, { main: encoder });
    expect([0, 1].map((lane) => hears(stage, lane))).toEqual([[0x41], [0x41]]);
  });

  test('one track that stops is silent alone; the others and the picture go on', () => {
    const stage = new Stage();
    for (const lane of [1, 2])
      stage.switcher.listen(lane, wishIn(['', 'programme/fra', 'programme/spa'][lane] ?? ''), 0);
    const encoder = new Encoder(FOUR);
    stage.play(1000, { main: encoder });
    encoder.silent.add(0x42);
    stage.play(4500, { main: encoder }).forget().play(1000, { main: encoder });
    expect([1, 2].map((lane) => hears(stage, lane))).toEqual([[], [0x43]]);
    expect(Math.abs(apart(stage, 1))).toBeLessThan(0.1 * 90_000);
    expect(stage.switcher.tracks().map(({ bitrate }) => bitrate > 0)).toEqual([true, false, true, true]);
    encoder.silent.delete(0x42);
    stage.play(1000, { main: encoder });
    expect(hears(stage, 1)).toEqual([0x42]);
  });

  test('a track in another codec is silence for who asks for it, and named', () => {
    const stage = new Stage();
    stage.switcher.listen(1, wishIn('audio=2'), 0);
    const encoder = new Encoder([sound(0x41, 'eng'), { ...sound(0x42, 'fra'), type: 0x11 }]);
    stage.play(2000, { main: encoder });
    expect([0, 1].map((lane) => hears(stage, lane))).toEqual([[0x41], []]);
    expect(stage.switcher.warning(stage.now)).toMatch(/^AAC \(LATM\) is not supported, silence is sent on such tracks/);
    expect(Math.abs(apart(stage, 1))).toBeLessThan(0.1 * 90_000);
  });

  test('who joins in the middle hears his track from its next packet; a lane that nobody hears any more is not written', () => {
    const stage = new Stage();
    const encoder = new Encoder(FOUR);
    stage.play(1000, { main: encoder });
    stage.switcher.listen(5, wishIn('programme/spa'), stage.now);
    stage.forget().play(300, { main: encoder });
    expect(hears(stage, 5)).toEqual([0x43]);
    stage.switcher.lanes.drop(5);
    stage.forget().play(300, { main: encoder });
    expect(stage.look(5).seen.pids.has(0x101)).toBe(false);
    expect(hears(stage, 0)).toEqual([0x41]);
  });
});

describe('silence', () => {
  test.each([
    [48_000, 1, 'fff14c40017ffc01182007'],
    [48_000, 2, 'fff14c8001bffc211004608c1c'],
    [44_100, 1, 'fff15040017ffc01182007'],
    [44_100, 2, 'fff1508001bffc211004608c1c'],
  ])('at %i Hz with %i channels is what an encoder writes', (rate, channels, hex) => {
    const frame = silentFrame({ profile: 1, rateIndex: rate === 48_000 ? 3 : 4, channels });
    expect(frame.toString('hex')).toBe(hex);
    expect(adtsHeader(frame)).toEqual({
      profile: 1,
      rateIndex: rate === 48_000 ? 3 : 4,
      channels,
      length: frame.length,
      header: 7,
    });
  });
  test('has the form of the sound before it', () => {
    const stage = new Stage();
    const format = { profile: 1, rateIndex: 4, channels: 1 };
    const encoder = new Encoder([sound(0x41)]);
    encoder.frames.set(0x41, silentFrame(format));
    stage.play(400);
    expect(stage.look().bytes.includes(silentFrame(STEREO))).toBe(true);
    stage.play(400, { main: encoder }).forget().play(4000);
    const { bytes, seen } = stage.look();
    expect([bytes.includes(silentFrame(STEREO)), bytes.includes(silentFrame(format))]).toEqual([false, true]);
    // 1024 samples at 44.1 kHz are 2089.8 ticks: what is left over is not lost.
    const times = seen.dts.get(0x101)?.slice(-80) ?? [];
    expect(((times.at(-1) ?? 0) - (times[0] ?? 0)) / (times.length - 1)).toBeCloseTo(2089.8, 1);
  });
});
