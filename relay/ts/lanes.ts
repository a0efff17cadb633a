import type { Wish } from '../../contract/stream-id.ts';
import { Lane } from './lane.ts';
import type { Mux } from './mux.ts';
import type { Part } from './source.ts';
import type { Track } from './tracks.ts';

/** All sounds of the output: the floor's, and one for every wish that callers have. */
export class Lanes {
  readonly #lanes = new Map<number, Lane>();
  readonly #mux: Mux;
  #tracks: readonly Track[] = [];

  /** @param none the output has no sound at all */
  constructor(mux: Mux, none: boolean) {
    this.#mux = mux;
    if (!none) this.#lanes.set(0, new Lane(0, undefined, mux.video.lastDts));
  }
  /** From now on there is a lane of this number for this wish. The floor's, 0, is always there. */
  set(number: number, wish: Wish, now: number): void {
    const floor = this.#lanes.get(0);
    if (!floor || number === 0 || this.#lanes.get(number)?.wish === wish) return;
    const lane = new Lane(number, wish, Math.max(floor.line.lastDts, this.#lanes.get(number)?.line.lastDts ?? 0));
    lane.choose(this.#tracks);
    lane.begin(now);
    this.#lanes.set(number, lane);
  }
  /** Nobody listens to it any more. */
  drop(number: number): void {
    if (number > 0) this.#lanes.delete(number);
  }
  /** The programme's tracks are these. */
  choose(tracks: readonly Track[]): void {
    if (tracks === this.#tracks) return;
    this.#tracks = tracks;
    for (const lane of this.#lanes.values()) lane.choose(tracks);
  }
  begin(now: number): void {
    for (const lane of this.#lanes.values()) lane.begin(now);
  }
  /** Writes sound to whom it is for; `shift` ticks are added to the offset of all. */
  write(part: Part, offset: number, time: number | undefined, now: number): void {
    const lanes = [...this.#lanes.values()].filter(({ track }) => track?.pid === part.pid);
    this.#mux.part(
      part,
      offset,
      lanes.map(({ line }) => line),
    );
    for (const lane of lanes) lane.heard(part, time, this.#mux.wall, now);
  }
  /** Puts silence where nothing comes; everywhere while the slate is shown. */
  fill(now: number, everywhere: boolean): void {
    for (const lane of this.#lanes.values()) if (everywhere || lane.mute(now, this.#mux.wall)) lane.silence(this.#mux);
  }
  /** Which track each wish gets now; null where the programme has none such. */
  wishes(): { wish: string; track: number | null }[] {
    return [...this.#lanes.values()].flatMap(({ wish, missing, track }) =>
      wish === undefined ? [] : [{ wish: `${wish}`, track: missing ? null : (track?.number ?? null) }],
    );
  }
}
