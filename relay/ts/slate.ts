import { Aligner } from './align.ts';
import { header } from './packet.ts';
import { PesStart } from './pes.ts';
import { type Part, Source } from './source.ts';

/** One picture of the slate. */
export interface Unit {
  packets: Buffer[];
  /** DTS as it stands in the packets, ticks. */
  dts: number;
  /** When it is due in the loop, ticks. */
  at: number;
  /** Decoding can begin here. */
  key: boolean;
}

/** The slate: a short picture that can be repeated for ever without a seam. Its silence is made where it is needed. */
export interface Slate {
  units: Unit[];
  /** Length of the loop in ticks. */
  length: number;
  /** How far the clock in the packets is behind the DTS, in ticks. */
  lead: number;
}

/** What one loop consists of: pictures, and the ticks from one to the next. */
export interface Loop {
  count: number;
  step: number;
}

/**
 * Cuts a rendered transport stream into a loop.
 * @throws Error when the file holds less than one loop or cannot be put on air
 */
export function readSlate(file: Buffer, { count, step }: Loop): Slate {
  const source = new Source();
  const units: Unit[] = [];
  let clock: number | undefined;
  let lead: number | undefined;
  for (const packet of new Aligner().push(file)) {
    const part = source.read(packet);
    if (part?.role !== 'video') continue;
    clock = part.pcr?.base ?? clock;
    const { start } = part;
    if (start?.dts !== undefined) {
      units.push({ packets: [], dts: start.dts, at: units.length * step, key: start.key });
      lead ??= Math.max(0, start.dts - (clock ?? start.dts));
    }
    units.at(-1)?.packets.push(...part.packets);
  }
  if (source.problem) throw new Error(`the slate cannot be used: ${source.problem}`);
  if (units.length < count) throw new Error(`the slate has ${units.length} pictures where ${count} are needed`);
  units.length = count;
  return { units, length: count * step, lead: lead ?? 0 };
}

/** A unit as a part that may be written (writing changes packets, so these are copies). */
export function partOf({ packets, dts, key }: Unit): Part {
  const copies = packets.map((packet) => Buffer.from(packet));
  const pes = new PesStart();
  for (const packet of copies) if (!pes.complete) pes.add(packet, header(packet));
  return { role: 'video', pid: 0, packets: copies, start: { pes, dts, key } };
}
