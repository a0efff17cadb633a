import { Aligner } from './align.ts';
import { header } from './packet.ts';
import { PesStart } from './pes.ts';
import { type Part, type Role, Source } from './source.ts';

/** One access unit of the slate. */
export interface Unit {
  role: Role;
  packets: Buffer[];
  /** DTS as it stands in the packets, ticks. */
  dts: number;
  /** When it is due in the loop, ticks. */
  at: number;
}

/** The slate: a short picture with silence that can be repeated for ever without a seam. */
export interface Slate {
  units: Unit[];
  /** Length of the loop in ticks. */
  length: number;
  /** How far the clock in the packets is behind the DTS, in ticks. */
  lead: number;
  /** The silent units alone, and the ticks from one to the next; empty for a slate without sound. */
  silence: Unit[];
  audioStep: number;
}

/** What one loop consists of: access units and the ticks from one to the next, per role. Both roles must last equally long. */
export interface Loop {
  video: { count: number; step: number };
  audio: { count: number; step: number };
}

/**
 * Cuts a rendered transport stream into a loop.
 * @throws Error when the file holds less than one loop or cannot be put on air
 */
export function readSlate(file: Buffer, loop: Loop): Slate {
  const source = new Source();
  const found: Record<Role, Unit[]> = { video: [], audio: [] };
  let clock: number | undefined;
  let lead: number | undefined;
  for (const packet of new Aligner().push(file)) {
    const part = source.read(packet);
    if (!part || part.role === 'clock') continue;
    clock = part.pcr?.base ?? clock;
    const { role, start } = part;
    if (start?.dts !== undefined) {
      found[role].push({ role, packets: [], dts: start.dts, at: found[role].length * loop[role].step });
      if (role === 'video') lead ??= Math.max(0, start.dts - (clock ?? start.dts));
    }
    found[role].at(-1)?.packets.push(...part.packets);
  }
  if (source.problem) throw new Error(`the slate cannot be used: ${source.problem}`);
  for (const role of ['video', 'audio'] as const) {
    if (found[role].length < loop[role].count)
      throw new Error(`the slate has ${found[role].length} ${role} frames where ${loop[role].count} are needed`);
    found[role].length = loop[role].count;
  }
  return {
    units: [...found.video, ...found.audio].sort((a, b) => a.at - b.at),
    length: loop.video.count * loop.video.step,
    lead: lead ?? 0,
    silence: found.audio,
    audioStep: loop.audio.step,
  };
}

/** A unit as a part that may be written (writing changes packets, so these are copies). */
export function partOf({ role, packets, dts }: Unit): Part {
  const copies = packets.map((packet) => Buffer.from(packet));
  const pes = new PesStart();
  for (const packet of copies) if (!pes.complete) pes.add(packet, header(packet));
  return { role, packets: copies, start: { pes, dts, key: false } };
}
