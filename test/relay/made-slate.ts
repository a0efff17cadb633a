import { type Loop, readSlate, type Slate } from '../../relay/ts/slate.ts';
import { Writer } from './streams.ts';

export const LOOP: Loop = { count: 8, step: 3600 };

/** A slate without pictures: the right packets at the right times, 0.32 s long. */
export function madeSlate(): Slate {
  const writer = new Writer();
  writer.tables([{ type: 0x1b, pid: 0x40 }]);
  for (let frame = 0; frame < 9; frame++) {
    const dts = 90_000 + frame * 3600;
    writer.pes(0x40, { dts, key: frame === 0, pcr: dts - 1800, size: 400 });
  }
  return readSlate(writer.bytes(), LOOP);
}
