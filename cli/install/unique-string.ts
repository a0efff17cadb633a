/**
 * Azure's `uniqueString`, so that names which a template makes of it are known before anything is deployed: MurmurHash3 in two lanes
 * of 32 bits over the words with hyphens between, in base 32. test/cli/install.test.ts holds it against the Bicep compiler's own.
 */
const rotate = (word: number, by: number): number => ((word << by) | (word >>> (32 - by))) >>> 0;
const times = (a: number, b: number): number => Math.imul(a, b) >>> 0;

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const first = (word: number): number => times(rotate(times(word, C1), 15), C2);
const second = (word: number): number => times(rotate(times(word, C2), 17), C1);

function finished(word: number): number {
  let mixed = times((word ^ (word >>> 16)) >>> 0, 0x85ebca6b);
  mixed = times((mixed ^ (mixed >>> 13)) >>> 0, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function hash(bytes: Uint8Array): bigint {
  const word = (at: number): number =>
    [0, 1, 2, 3].reduce((sum, offset) => (sum | ((bytes[at + offset] ?? 0) << (8 * offset))) >>> 0, 0);
  let a = 0;
  let b = 0;
  const whole = bytes.length - (bytes.length % 8);
  for (let at = 0; at < whole; at += 8) {
    a = (times((rotate((a ^ first(word(at))) >>> 0, 19) + b) >>> 0, 5) + 0x561ccd1b) >>> 0;
    b = (times((rotate((b ^ second(word(at + 4))) >>> 0, 13) + a) >>> 0, 5) + 0x0bcaa747) >>> 0;
  }
  if (bytes.length > whole) a = (a ^ first(word(whole))) >>> 0;
  if (bytes.length > whole + 4) b = (b ^ second(word(whole + 4))) >>> 0;
  a = (a ^ bytes.length) >>> 0;
  b = (b ^ bytes.length) >>> 0;
  a = (a + b) >>> 0;
  b = (b + a) >>> 0;
  [a, b] = [finished(a), finished(b)];
  a = (a + b) >>> 0;
  b = (b + a) >>> 0;
  return (BigInt(b) << 32n) | BigInt(a);
}

const DIGITS = 'abcdefghijklmnopqrstuvwxyz234567';

/** 13 characters, the same for the same words. */
export function uniqueString(...words: string[]): string {
  let rest = hash(new TextEncoder().encode(words.join('-')));
  let text = '';
  for (let digit = 0; digit < 13; digit++) {
    text += DIGITS[Number(rest >> 59n)] ?? '';
    rest = (rest << 5n) & 0xffff_ffff_ffff_ffffn;
  }
  return text;
}
