/** What a simulated camera sees, as a tiny PNG: a stage that moves from second to second, the same for the same second. */
import { deflateSync } from 'node:zlib';

export type Look = 'moving' | 'still' | 'black';
export interface Scene {
  /** Pixels; the height follows. */
  width: number;
  /** Turns the colours: languages look different. */
  hue: number;
  /** Seconds that have passed, of whatever clock. */
  seconds: number;
  look: Look;
}

type Colour = readonly [number, number, number];
const SHADES = 48;
const [SKIN, SUIT, LECTERN, BAND, MARK] = [0, 1, 2, 3, 4].map((nth) => SHADES + nth) as [
  number,
  number,
  number,
  number,
  number,
];

function hsl(hue: number, saturation: number, lightness: number): Colour {
  const a = saturation * Math.min(lightness, 1 - lightness);
  const part = (n: number): number => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (lightness - a * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [part(0), part(8), part(4)];
}

function palette(hue: number): Colour[] {
  const backdrop = Array.from({ length: SHADES }, (_, nth) => hsl(hue, 0.45, 0.05 + (0.5 * nth) / SHADES));
  return [...backdrop, [222, 184, 156], hsl(hue + 200, 0.25, 0.22), [92, 64, 44], hsl(hue, 0.7, 0.42), [240, 240, 240]];
}

/** Index into the palette at a place; x and y from 0 to 1. */
function at(x: number, y: number, seconds: number): number {
  const sway = 0.5 + 0.09 * Math.sin(seconds / 2.3);
  const nod = 0.012 * Math.sin(seconds * 1.7);
  const [dx, dy] = [(x - sway) * 1.78, y - 0.36 - nod];
  // A lower third with a mark that runs: whoever watches sees that it lives.
  if (y > 0.8 && y < 0.9 && x > 0.06 && x < 0.62)
    return x < 0.06 + 0.56 * ((seconds % 10) / 10) && y > 0.875 ? MARK : BAND;
  if (y > 0.66 && x > 0.68 && x < 0.88) return LECTERN;
  if (dx * dx + dy * dy < 0.012) return SKIN;
  if (y > 0.47 && Math.abs(dx) < 0.1 + (y - 0.47) * 0.34) return SUIT;
  const spot = Math.hypot((x - 0.5 - 0.25 * Math.sin(seconds / 5)) * 1.4, y - 0.2);
  return Math.max(0, Math.min(SHADES - 1, Math.round(SHADES * (0.75 - spot * 0.85))));
}

const CRC = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
function crc(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = (CRC[(c ^ byte) & 0xff] ?? 0) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
/** A part of a PNG file (W3C, Portable Network Graphics, section 5.3). */
function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A PNG of one byte a pixel. */
export function picture({ width, hue, seconds, look }: Scene): Buffer {
  const height = Math.round((width * 9) / 16);
  const rows = Buffer.alloc(height * (width + 1));
  const moment = look === 'still' ? 0 : seconds;
  if (look !== 'black')
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = at(x / width, y / height, moment);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a pixel, colours by palette.
  header.set([8, 3, 0, 0, 0], 8);
  const colours = look === 'black' ? [[0, 0, 0] as Colour] : palette(hue);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(colours.flat())),
    chunk('IDAT', deflateSync(rows, { level: 6 })),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** Degrees on the circle of colours, the same for the same name. */
export const hueOf = (name: string): number =>
  [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);

/** Level of somebody who speaks and breathes, dBFS. @param unit from 0 to 1, of chance */
export const speech = (seconds: number, unit: number): number =>
  Math.round((-14 - 9 * Math.abs(Math.sin(seconds * 1.3)) - 8 * unit) * 10) / 10;
