import { AAC, H264 } from './codecs.ts';
import { header, PACKET, pcrPacket } from './packet.ts';
import { patSection, pmtSection, sectionPackets } from './psi.ts';
import type { Part } from './source.ts';
import { near, type Pcr, pcr, setPcr, TICKS_PER_MS } from './time.ts';

/**
 * The PIDs of the output. They and the codecs (H.264, AAC) are the same for ever: a caller never has to look for the streams again.
 * Each lane of sound has a PID of its own, from `audio` on; srt-pipe gives every caller one of them, as `audio` (launcher/lanes.h).
 */
export const PIDS = { pmt: 0x1000, video: 0x100, audio: 0x101 } as const;
const PROGRAM = 1;
/** How often PAT and PMT are repeated; ETSI TR 101 290 asks for every 500 ms at most, players join faster with more. */
const TABLES_EVERY_MS = 100;
/**
 * Nothing is written whose time is further than this from the wall clock. A picture's own lead before its clock, and the delay and
 * the bursts of a network, stay well below; and whatever comes in, every receiver is within two seconds of now.
 */
export const FAR_TICKS = 1800 * TICKS_PER_MS;
/** Players want a clock every 100 ms at least (2.7.2); a programme that brings none for three times as long gets one. */
const CLOCK_EVERY_TICKS = 300 * TICKS_PER_MS;
/** Adaptation field flags that are kept: a decoder may begin here, priority, and on the clock's PID the clock. The rest becomes stuffing. */
const KEPT_FLAGS = 0x60;
const PCR_FLAG = 0x10;

/** A time that did not fit: of a picture, of sound, of the programme's clock, or a picture shown at another time than decoded. */
export type Stray = 'picture' | 'sound' | 'clock' | 'order';

/** One elementary stream of the output. */
export interface Line {
  readonly pid: number;
  /** DTS of the last PES packet written. */
  lastDts: number;
  /** The PES packet that is being written goes on. */
  open: boolean;
}

/** Writes of this size stay whole in a socket buffer and are ten full SRT payloads (1316 bytes each). */
const CHUNK = 10 * 7 * PACKET;

/**
 * Writes one continuous transport stream from parts of several: fixed PIDs, own PAT, PMT and continuity counters, and
 * times that only move forward. Times are ticks that do not wrap; `offset` is added to what a part carries.
 */
export class Mux {
  /** The wall clock in ticks of the output; whoever writes keeps it up to date. */
  wall: number;
  readonly video: Line;
  /** The last PCR base written. */
  lastPcr: number;
  #counters = new Map<number, number>();
  readonly #tables: Buffer[];
  #tablesAt = Number.NEGATIVE_INFINITY;
  #clockAt: number;
  #ready: Buffer[] = [];
  #chunk: Buffer = Buffer.allocUnsafe(CHUNK);
  #used = 0;
  readonly #onStray: (what: Stray) => void;

  /** @param start ticks that the first time written must exceed. @param onStray called when a time did not fit and was replaced or left out */
  constructor(videoOnly: boolean, start: number, onStray: (what: Stray) => void) {
    this.#onStray = onStray;
    this.wall = start;
    this.#clockAt = start;
    this.video = { pid: PIDS.video, lastDts: start, open: false };
    this.lastPcr = start;
    const none = Buffer.alloc(0);
    const video = { type: H264, pid: PIDS.video, descriptors: none };
    const streams = videoOnly ? [video] : [video, { type: AAC, pid: PIDS.audio, descriptors: none }];
    this.#tables = [
      ...sectionPackets(0, patSection(PROGRAM, PIDS.pmt)),
      ...sectionPackets(PIDS.pmt, pmtSection({ program: PROGRAM, pcrPid: PIDS.video, streams }, 0)),
    ];
  }

  /** Repeats the tables when it is time (`now` in ms), or at once. */
  tables(now: number, atOnce = false): void {
    if (!atOnce && now - this.#tablesAt < TABLES_EVERY_MS) return;
    this.#tablesAt = now;
    for (const packet of this.#tables) this.#write(packet, packet.readUInt16BE(1) & 0x1fff);
  }

  /** A part that is nothing but a clock, or is not to be seen or heard. */
  clockOf({ pcr: value }: Part, offset: number): void {
    if (value) this.#clock(value, offset);
  }
  /**
   * Writes a part to lines, `offset` ticks later than it says. The part's packets are changed. Where its PES packet would go back in
   * time or far from now it is left out, and the line is not `open`.
   */
  part(part: Part, offset: number, lines: readonly Line[]): void {
    const { role, start } = part;
    if (start?.dts !== undefined) {
      const dts = this.at(start.dts + offset);
      for (const line of lines) line.open = dts !== undefined && dts > line.lastDts;
      if (dts === undefined) this.#onStray(role === 'video' ? 'picture' : 'sound');
      else if (lines.some(({ open }) => open)) {
        if (!start.pes.shift(offset)) this.#onStray('order');
        for (const line of lines) if (line.open) line.lastDts = dts;
      }
    }
    if (role === 'audio') this.clockOf(part, offset);
    if (!lines.some(({ open }) => open)) return;
    for (const packet of part.packets) {
      const at = header(packet).pcrAt;
      const stamped = at !== undefined && role === 'video' && this.#stampPcr(packet, at, pcr(packet, at), offset);
      for (const line of lines) if (line.open) this.#write(packet, line.pid, stamped);
    }
  }
  /** The output's time for `ticks`, of which only the wrapped part counts; undefined when that is far from now. */
  at(ticks: number): number | undefined {
    const time = near(ticks, this.wall);
    return Math.abs(time - this.wall) > FAR_TICKS ? undefined : time;
  }
  /** Gives the clock where nothing has brought one for long. */
  clock(): void {
    if (this.wall - this.#clockAt >= CLOCK_EVERY_TICKS) this.#clock({ base: this.wall, extension: 0 }, 0);
  }

  /** What was written since the last call, in whole packets. */
  take(): Buffer[] {
    if (this.#used) {
      this.#ready.push(this.#chunk.subarray(0, this.#used));
      this.#chunk = Buffer.allocUnsafe(CHUNK);
      this.#used = 0;
    }
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  /** A clock that came on another PID than video gets packets of its own on the video PID, where the PMT says it is. */
  #clock(value: Pcr, offset: number): void {
    const packet = pcrPacket(PIDS.video);
    if (this.#stampPcr(packet, 6, value, offset)) this.#write(packet, PIDS.video, true);
  }
  /** Writes the output's clock into a packet; false when there is no room left for it to rise within what is allowed. */
  #stampPcr(packet: Buffer, at: number, value: Pcr, offset: number): boolean {
    const base = this.at(value.base + offset);
    if (base === undefined) this.#onStray('clock');
    const next = base === undefined ? { base: this.wall, extension: 0 } : { ...value, base };
    const risen = next.base > this.lastPcr ? next : { base: this.lastPcr + 1, extension: 0 };
    if (risen.base > this.wall + FAR_TICKS) return false;
    this.lastPcr = risen.base;
    this.#clockAt = this.wall;
    setPcr(packet, at, risen);
    return true;
  }

  #write(packet: Buffer, pid: number, clock = false): void {
    if (this.#used === CHUNK) {
      this.#ready.push(this.#chunk);
      this.#chunk = Buffer.allocUnsafe(CHUNK);
      this.#used = 0;
    }
    const at = this.#used;
    packet.copy(this.#chunk, at);
    this.#used += PACKET;
    const word = packet.readUInt32BE(0);
    const hasPayload = (word & 0x10) !== 0;
    const last = this.#counters.get(pid) ?? 15;
    // The counter counts payloads only (2.4.3.3); a packet without one repeats the last value.
    const counter = hasPayload ? (last + 1) & 15 : last;
    this.#counters.set(pid, counter);
    this.#chunk.writeUInt32BE(((word & 0xff4000f0 & ~0xc0) | (pid << 8) | counter) >>> 0, at);
    // The output has no discontinuities and no times but ours, whatever the source says of itself.
    if (word & 0x20 && packet.readUInt8(4) > 0) {
      const flags = packet.readUInt8(5) & (clock ? KEPT_FLAGS | PCR_FLAG : KEPT_FLAGS);
      this.#chunk.writeUInt8(flags, at + 5);
    }
  }
}
