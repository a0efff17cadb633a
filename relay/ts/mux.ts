import { AAC, H264 } from './codecs.ts';
import { header, PACKET, pcrPacket } from './packet.ts';
import { patSection, pmtSection, sectionPackets } from './psi.ts';
import type { Part, Role } from './source.ts';
import { type Pcr, pcr, setPcr, Unwrap, wrap } from './time.ts';

/** The PIDs of the output. They and the codecs (H.264, AAC) are the same for ever: a caller never has to look for the streams again. */
export const PIDS = { pmt: 0x1000, video: 0x100, audio: 0x101 } as const;
const PROGRAM = 1;
/** How often PAT and PMT are repeated; ETSI TR 101 290 asks for every 500 ms at most, players join faster with more. */
const TABLES_EVERY_MS = 100;
/** Writes of this size stay whole in a socket buffer and are ten full SRT payloads (1316 bytes each). */
const CHUNK = 10 * 7 * PACKET;

/**
 * Writes one continuous transport stream from parts of several: fixed PIDs, own PAT, PMT and continuity counters, and
 * times that only move forward. Times are ticks that do not wrap; `offset` is added to what a part carries.
 */
export class Mux {
  /** DTS of the last PES packet written, per role. */
  readonly lastDts: Record<Role, number>;
  /** The last PCR base written. */
  lastPcr: number;
  #counters = new Map<number, number>();
  #open: Record<Role, boolean> = { video: false, audio: false };
  readonly #tables: Buffer[];
  #tablesAt = Number.NEGATIVE_INFINITY;
  #ready: Buffer[] = [];
  #chunk: Buffer = Buffer.allocUnsafe(CHUNK);
  #used = 0;
  readonly #videoOnly: boolean;

  /** @param start ticks that the first time written must exceed */
  constructor(videoOnly: boolean, start: number) {
    this.#videoOnly = videoOnly;
    this.lastDts = { video: start, audio: start };
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

  /**
   * Writes a part, `offset` ticks later than it says. The part's packets are changed.
   * @returns false when it was left out: its PES packet would have gone back in time, or the mux carries no audio
   */
  part(part: Part, offset: number): boolean {
    if (part.role === 'clock' || (part.role === 'audio' && this.#videoOnly)) {
      if (part.pcr) this.#clock(part.pcr, offset);
      return false;
    }
    const { role, start } = part;
    if (start) {
      const dts = start.dts === undefined ? undefined : start.dts + offset;
      this.#open[role] = dts === undefined ? this.#open[role] : dts > this.lastDts[role];
      if (this.#open[role]) {
        start.pes.shift(offset);
        this.lastDts[role] = dts ?? this.lastDts[role];
      }
    }
    if (role === 'audio' && part.pcr) this.#clock(part.pcr, offset);
    if (!this.#open[role]) return false;
    for (const packet of part.packets) {
      const at = header(packet).pcrAt;
      if (at !== undefined) this.#stampPcr(packet, at, offset, role === 'video');
      this.#write(packet, PIDS[role]);
    }
    return true;
  }

  /** Nothing more of the PES packet that is being written may follow: its source is gone. */
  cut(): void {
    this.#open = { video: false, audio: false };
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
    setPcr(packet, 6, this.#monotonic({ ...value, base: value.base + offset }));
    this.#write(packet, PIDS.video);
  }
  #stampPcr(packet: Buffer, at: number, offset: number, leading: boolean): void {
    const value = pcr(packet, at);
    const moved = { ...value, base: wrap(value.base + offset) };
    setPcr(packet, at, leading ? this.#monotonic({ ...moved, base: this.#near(moved.base) }) : moved);
  }
  /** Ticks nearest to the last PCR for a wrapped base. */
  #near(base: number): number {
    const unwrap = new Unwrap();
    unwrap.at(wrap(this.lastPcr));
    return this.lastPcr - wrap(this.lastPcr) + unwrap.at(base);
  }
  #monotonic(value: Pcr): Pcr {
    if (value.base <= this.lastPcr) value = { base: this.lastPcr + 1, extension: 0 };
    this.lastPcr = value.base;
    return value;
  }

  #write(packet: Buffer, pid: number): void {
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
    // The output has no discontinuities, whatever the source says of itself.
    if (word & 0x20 && packet.readUInt8(4) > 0) this.#chunk.writeUInt8(packet.readUInt8(5) & 0x7f, at + 5);
  }
}
