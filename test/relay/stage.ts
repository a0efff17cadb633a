/** A made-up presenter, or two, played into a switcher 10 ms at a time. */
import { Switcher, type SwitcherOptions } from '../../relay/ts/switcher.ts';
import { madeSlate } from './made-slate.ts';
import { type Es, look, type Seen, Writer } from './streams.ts';

export const VIDEO = { type: 0x1b, pid: 0x40 };
const GOP = 10;
const PMT_PID = 0x30;

/** An AAC track with its language. */
export const sound = (pid: number, language?: string): Es => ({
  type: 0x0f,
  pid,
  ...(language && { descriptors: [0x0a, 4, ...Buffer.from(language), 0] }),
});
/** The bytes that mark a track's sound, so that it can be found in the output. */
export const markOf = (pid: number): Buffer => Buffer.alloc(40, pid);

/** One encoder: pictures every 40 ms, a key frame each {@link GOP}, a packet of sound every 20 ms per track. */
export class Encoder {
  tracks: Es[];
  video: Es = VIDEO;
  /** Tracks that are announced and do not come. */
  silent = new Set<number>();
  /** What a track's packets of sound carry in front. */
  readonly frames = new Map<number, Buffer>();
  /** Small pictures, as of a camera that stands still. */
  still = false;
  readonly #writer = new Writer();
  #at = 0;
  readonly #dts: number;
  version = 0;
  constructor(tracks: Es[], dts = 500_000, from = 0) {
    this.tracks = tracks;
    this.#dts = dts;
    this.#at = from;
  }
  /** What it sends in the next 10 ms. */
  step(): Buffer {
    const before = this.#writer.packets.length;
    const t = this.#at;
    const time = this.#dts + t * 90;
    if (t % 400 === 0) this.#writer.tables([this.video, ...this.tracks], { pmtPid: PMT_PID, version: this.version });
    if (t % 40 === 0) {
      const key = (t / 40) % GOP === 0;
      const size = this.still && !key ? 100 : 900;
      this.#writer.pes(VIDEO.pid, { dts: time, pts: time + 7200, key, pcr: time - 20_000, size });
    }
    if (t % 20 === 0)
      for (const { pid } of this.tracks)
        if (!this.silent.has(pid)) {
          const body = [...(this.frames.get(pid) ?? []), ...markOf(pid), ...markOf(pid)];
          this.#writer.pes(pid, { dts: time - 9000, body });
        }
    this.#at += 10;
    return Buffer.concat(this.#writer.packets.slice(before));
  }
  /** Tells of its tracks at once. */
  announce(tracks: Es[]): Buffer {
    this.tracks = tracks;
    this.version++;
    const before = this.#writer.packets.length;
    this.#writer.tables([this.video, ...tracks], { pmtPid: PMT_PID, version: this.version });
    return Buffer.concat(this.#writer.packets.slice(before));
  }
}

export class Stage {
  readonly switcher: Switcher;
  readonly airs: string[] = ['slate'];
  now = 0;
  #out: Buffer[] = [];
  constructor(options: Partial<SwitcherOptions> = {}) {
    this.switcher = new Switcher({ slate: madeSlate(), videoOnly: false, ...options }, 0);
  }
  /** Lets time pass while these encoders send. */
  play(ms: number, encoders: { main?: Encoder | undefined; backup?: Encoder | undefined } = {}): this {
    for (const end = this.now + ms; this.now < end; this.now += 10) {
      for (const name of ['main', 'backup'] as const) {
        const bytes = encoders[name]?.step();
        if (bytes?.length) this.switcher.input(bytes, this.now, name);
      }
      this.switcher.tick(this.now);
      this.#out.push(...this.switcher.take());
      const air = this.switcher.source === 'slate' ? 'slate' : this.switcher.presenter;
      if (this.airs.at(-1) !== air) this.airs.push(air);
    }
    return this;
  }
  /** What has come out since the last look, as the callers of a lane get it: its sound on the first sound PID, the others' left out. */
  look(lane = 0): { seen: Seen; bytes: Buffer } {
    const packets = this.#packets().filter(([pid]) => pid < 0x101 || pid > 0x140 || pid === 0x101 + lane);
    const bytes = Buffer.concat(
      packets.map(([pid, packet]) => {
        const copy = Buffer.from(packet);
        if (pid === 0x101 + lane) copy.writeUInt16BE((copy.readUInt16BE(1) & 0xe000) | 0x101, 1);
        return copy;
      }),
    );
    return { seen: look(bytes), bytes };
  }
  forget(): this {
    this.#out = [];
    return this;
  }
  #packets(): [number, Buffer][] {
    const all = Buffer.concat(this.#out);
    return Array.from({ length: all.length / 188 }, (_, i) => {
      const packet = all.subarray(i * 188, (i + 1) * 188);
      return [packet.readUInt16BE(1) & 0x1fff, packet];
    });
  }
}
