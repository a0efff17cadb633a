import { adtsHeader, frameTicks } from '../../relay/ts/adts.ts';
import { Aligner } from '../../relay/ts/align.ts';
import { header } from '../../relay/ts/packet.ts';
import { type Part, Source } from '../../relay/ts/source.ts';
import { near, TICKS_PER_MS } from '../../relay/ts/time.ts';
import { floorOf } from '../../relay/ts/tracks.ts';
import { pictureOf } from './h264.ts';

/** A picture or a frame of sound, as it is sent on. Times are ms of a clock that does not wrap. */
export interface Unit {
  kind: 'picture' | 'sound';
  dts: number;
  pts: number;
  /** A picture that decoding can begin with. */
  key: boolean;
  data: Buffer;
  /** What a decoder must know first: of every sound, and of the pictures that bring it along. */
  config: Buffer | undefined;
}
interface Pending {
  dts: number;
  pts: number;
  key: boolean;
  packets: Buffer[];
}

/** Takes the relay's transport stream apart: pictures and sound as they were encoded. */
export class Units {
  #aligner = new Aligner();
  #source = new Source();
  #pending: Partial<Record<'video' | 'audio', Pending>> = {};
  readonly #onVideo: (part: Part) => void;
  /** The last time, ticks; undefined before the first. */
  #last: number | undefined;

  /** @param onVideo gets the pictures' packets as they are */
  constructor(onVideo: (part: Part) => void = () => {}) {
    this.#onVideo = onVideo;
  }
  /** @returns what is whole now */
  push(bytes: Buffer): Unit[] {
    const units: Unit[] = [];
    for (const packet of this.#aligner.push(bytes)) {
      const part = this.#source.read(packet);
      if (part) this.#take(part, units);
    }
    return units;
  }

  #take(part: Part, units: Unit[]): void {
    const { role, pid, start, packets } = part;
    if (role === 'clock' || (role === 'audio' && pid !== floorOf(this.#source.tracks)?.pid)) return;
    if (role === 'video') this.#onVideo(part);
    const stamps = start?.pes.stamps;
    if (start && stamps) {
      const before = this.#pending[role];
      if (before) units.push(...(role === 'video' ? pictureIn(before) : soundIn(before)));
      const dts = this.#last === undefined ? stamps.dts : near(stamps.dts, this.#last);
      this.#last = dts;
      this.#pending[role] = { dts, pts: near(stamps.pts, dts), key: start.key, packets: [...packets] };
    } else this.#pending[role]?.packets.push(...packets);
  }
}

/** The bytes of the elementary stream in a PES packet. */
function carried(packets: Buffer[]): Buffer {
  const pes = Buffer.concat(packets.map((packet) => packet.subarray(header(packet).payload)));
  return pes.subarray(9 + (pes[8] ?? 0));
}
function pictureIn({ dts, pts, key, packets }: Pending): Unit[] {
  const { data, config } = pictureOf(carried(packets));
  const times = { dts: dts / TICKS_PER_MS, pts: pts / TICKS_PER_MS };
  return data.length === 0 ? [] : [{ kind: 'picture', ...times, key, data, config }];
}
/** Several frames may share a PES packet, whose time is the first one's. */
function soundIn({ pts, packets }: Pending): Unit[] {
  const bytes = carried(packets);
  const units: Unit[] = [];
  let time = pts;
  for (let at = 0; ; ) {
    const head = adtsHeader(bytes, at);
    if (!head || at + head.length > bytes.length) return units;
    const { profile, rateIndex, channels } = head;
    // AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1): object type, rate, channels.
    const config = Buffer.alloc(2);
    config.writeUInt16BE(((profile + 1) << 11) | (rateIndex << 7) | (channels << 3));
    const data = bytes.subarray(at + head.header, at + head.length);
    const ms = time / TICKS_PER_MS;
    units.push({ kind: 'sound', dts: ms, pts: ms, key: false, data, config });
    time += frameTicks(head);
    at += head.length;
  }
}
