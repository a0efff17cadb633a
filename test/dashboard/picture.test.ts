/** What a small picture is said to show: only what lasts, and the worst of it. */
import { expect, test } from 'vitest';
import { CELLS, complaint, type Judgement, judged } from '../../dashboard/src/say/picture.ts';

const cells = (value: (cell: number) => number) =>
  Uint8ClampedArray.from({ length: CELLS.across * CELLS.down }, (_, cell) => value(cell));
const moving = (second: number) => cells((cell) => 60 + ((cell + second * 7) % 100));

/** What is said at each second of a picture and its sound. */
function said(seconds: number, picture: (second: number) => Uint8ClampedArray, peakDb: number | null) {
  const all: (string | undefined)[] = [];
  let known: Judgement | undefined;
  for (let second = 0; second <= seconds; second++) {
    known = judged(known, { cells: picture(second), peakDb, at: second * 1000 });
    all.push(complaint(known, second * 1000)?.what);
  }
  return all;
}

test('a picture that moves with sound is fine', () => {
  expect(new Set(said(60, moving, -20))).toEqual(new Set([undefined]));
});
test('black is said after three seconds, whatever its noise', () => {
  const all = said(5, (second) => cells((cell) => (cell + second) % 12), -20);
  expect(all.indexOf('black')).toBe(3);
});
test('a picture that does not move, and one that moves too little to be seen, stand still', () => {
  expect(said(12, () => moving(0), -20).indexOf('still')).toBe(11);
  // A slow change is one all the same.
  expect(said(40, (second) => cells(() => 40 + second), -20)).not.toContain('still');
});
test('silence is said before what stands still, and not where nobody can tell', () => {
  expect(said(12, () => moving(0), -90)[11]).toBe('silent');
  expect(new Set(said(30, moving, null))).toEqual(new Set([undefined]));
});
test('what is over is said no more', () => {
  const back = said(30, (second) => (second < 20 ? cells(() => 0) : moving(second)), -20);
  expect([back[19], back[20]]).toEqual(['black', undefined]);
});
