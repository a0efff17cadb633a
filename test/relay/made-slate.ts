import { type Loop, readSlate, type Slate } from '../../relay/ts/slate.ts';
import { Writer } from './streams.ts';

export const LOOP: Loop = { video: { count: 8, step: 3600 }, audio: { count: 15, step: 1920 } };

/** A slate without pictures: the right packets at the right times, 0.32 s long. */
export function madeSlate(sound = true): Slate {
  const writer = new Writer();
  const es = [{ type: 0x1b, pid: 0x40 }, ...(sound ? [{ type: 0x0f, pid: 0x41 }] : [])];
  writer.tables(es);
  let audio = 0;
  for (let frame = 0; frame < 9; frame++) {
    const dts = 90_000 + frame * 3600;
    writer.pes(0x40, { dts, key: frame === 0, pcr: dts - 1800, size: 400 });
    for (; sound && audio < 16 && audio * 1920 <= frame * 3600; audio++)
      writer.pes(0x41, { dts: 90_000 + audio * 1920, size: 40 });
  }
  return readSlate(writer.bytes(), sound ? LOOP : { ...LOOP, audio: { count: 0, step: 1920 } });
}
