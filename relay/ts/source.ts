import { H264, videoName } from './codecs.ts';
import { type Header, header, PACKET } from './packet.ts';
import { PesStart } from './pes.ts';
import { firstProgram, type Pmt, parsePmt, SectionReader, type Stream } from './psi.ts';
import { type Pcr, pcr } from './time.ts';
import { type Track, tracksOf } from './tracks.ts';

export type Role = 'video' | 'audio';

/** One or more packets of one role, in order, that stay together. */
export interface Part {
  /** 'clock': nothing but a PCR on a PID of its own. */
  role: Role | 'clock';
  /** Where it came. */
  pid: number;
  packets: Buffer[];
  /** Set when a PES packet begins; of its time only the wrapped part counts. */
  start?: { pes: PesStart; dts: number | undefined; key: boolean };
  /** The programme's clock, when a packet carries it. */
  pcr?: Pcr;
}

/** Understands one incoming transport stream: finds its tables, picks one video stream and all sound tracks, counts what was lost. */
export class Source {
  /** Packets missing by continuity counter, over all PIDs in use. */
  continuityErrors = 0;
  /** Grows whenever the picture becomes another stream; a new PMT that says the same, or changes only the sound, is no break. */
  generation = 0;
  video: Stream | undefined;
  /** Another list whenever the tracks are others. Only AAC is read: a player that has been on silent AAC stops for good when another codec follows (seen with OBS 29). */
  tracks: readonly Track[] = [];
  /** Bytes of each sound track's packets. */
  readonly heard = new Map<number, number>();
  #sounds: ReadonlySet<number> = new Set();
  #counters = new Map<number, number>();
  #pat = new SectionReader();
  #pmt = new SectionReader();
  #program: number | undefined;
  #pmtPid: number | undefined;
  #pcrPid: number | undefined;
  #seen: string | undefined;
  #begun = new Map<number, PesStart>();
  /** What comes of a stream that is newly in use, or behind a damaged beginning, belongs to nothing until a PES packet begins. */
  #awaited = new Set<number>();

  /** Why this stream cannot be put on air, for people; undefined when it can. */
  get problem(): string | undefined {
    if (this.#seen === undefined) return 'no programme table (PAT and PMT) has come yet';
    if (!this.video) return 'the stream has no video; send H.264 video';
    if (this.video.type !== H264) return `${videoName(this.video)} video is not supported; send H.264`;
    return undefined;
  }

  /** Bytes kept of what has begun and not ended. */
  get held(): number {
    return this.#pat.held + this.#pmt.held + [...this.#begun.values()].reduce((sum, pes) => sum + pes.held, 0);
  }

  /** @param packet one transport packet. @returns what it means for the output, undefined when nothing */
  read(packet: Buffer): Part | undefined {
    const head = header(packet);
    if (head.pid === 0x1fff || head.unusable) return undefined;
    const table = head.pid === 0 ? this.#pat : head.pid === this.#pmtPid ? this.#pmt : undefined;
    const role = head.pid === this.video?.pid ? 'video' : this.#sounds.has(head.pid) ? 'audio' : undefined;
    const clock = head.pid === this.#pcrPid && head.pcrAt !== undefined;
    if (!table && !role && !clock) return undefined;
    if (head.payload < PACKET && !this.#follows(head)) return undefined;
    if (table) {
      const sections = head.payload < PACKET ? table.push(packet.subarray(head.payload), head.start) : [];
      for (const section of sections) table === this.#pat ? this.#onPat(section) : this.#onPmt(section);
      return undefined;
    }
    if (role === 'audio') this.heard.set(head.pid, (this.heard.get(head.pid) ?? 0) + PACKET);
    const part = role ? this.#elementary(role, packet, head) : { role: 'clock' as const, pid: head.pid, packets: [] };
    if (part && clock && head.pcrAt !== undefined) part.pcr = pcr(packet, head.pcrAt);
    return part;
  }

  /** Checks the continuity counter; false for a duplicate, which ISO/IEC 13818-1 allows and the output must not repeat. */
  #follows({ pid, continuity, discontinuity }: Header): boolean {
    const last = this.#counters.get(pid);
    this.#counters.set(pid, continuity);
    if (last === undefined || discontinuity || continuity === ((last + 1) & 15)) return true;
    if (continuity === last) return false;
    this.continuityErrors++;
    this.#begun.delete(pid);
    if (pid === 0) this.#pat.reset();
    if (pid === this.#pmtPid) this.#pmt.reset();
    return true;
  }

  #elementary(role: Role, packet: Buffer, head: Header): Part | undefined {
    const { pid } = head;
    if (head.payload === PACKET) return { role, pid, packets: [packet] };
    if (head.start) this.#awaited.delete(pid);
    else if (this.#awaited.has(pid)) return undefined;
    let pes = this.#begun.get(pid);
    if (head.start) pes = new PesStart();
    if (!pes) return { role, pid, packets: [packet] };
    pes.add(packet, head);
    if (!pes.complete) {
      this.#begun.set(pid, pes);
      return undefined;
    }
    this.#begun.delete(pid);
    if (!pes.valid) {
      this.#awaited.add(pid);
      return undefined;
    }
    const key = role === 'video' && (head.randomAccess || pes.startsDecoding);
    return { role, pid, packets: pes.packets, start: { pes, key, dts: pes.stamps?.dts } };
  }

  #onPat(section: Buffer): void {
    const first = firstProgram(section);
    if (!first) return;
    if (first.pmtPid !== this.#pmtPid) this.#pmt = new SectionReader();
    this.#program = first.program;
    this.#pmtPid = first.pmtPid;
  }
  #onPmt(section: Buffer): void {
    const seen = section.toString('latin1');
    const pmt = seen === this.#seen ? undefined : parsePmt(section);
    // Several programmes may have their PMT on one PID.
    if (!pmt || pmt.program !== this.#program) return;
    this.#seen = seen;
    this.#choose(pmt);
  }
  #choose({ streams, pcrPid }: Pmt): void {
    // H.264 wins over other video in the same programme.
    const video = streams.find((stream) => stream.type === H264) ?? streams.find((stream) => videoName(stream));
    if (!same(video, this.video)) this.generation++;
    if (!same(video, this.video)) this.#await(video?.pid, this.video?.pid);
    this.video = video;
    this.tracks = tracksOf(streams);
    const sounds = new Set(this.tracks.flatMap(({ heard, pid }) => (heard ? [pid] : [])));
    for (const pid of sounds) if (!this.#sounds.has(pid)) this.#await(pid, pid);
    for (const pid of this.#sounds) if (!sounds.has(pid)) this.#begun.delete(pid);
    for (const pid of this.heard.keys()) if (!sounds.has(pid)) this.heard.delete(pid);
    this.#sounds = sounds;
    this.#pcrPid = pcrPid;
  }
  #await(pid: number | undefined, before: number | undefined): void {
    if (pid !== undefined) this.#awaited.add(pid);
    if (before !== undefined) this.#begun.delete(before);
  }
}

const same = (one: Stream | undefined, other: Stream | undefined): boolean =>
  one?.pid === other?.pid && one?.type === other?.type;
