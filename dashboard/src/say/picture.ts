/** What a small picture and its sound show, frame by frame: black, standing still, silent, and since when. */

/** Cells that a frame is judged by: mean brightness each, row by row. */
export const CELLS = { across: 32, down: 18 };
/** Brightness (0 to 255) below which all of a picture is black, and by which a cell differs that has changed. */
const [BLACK, SAME] = [14, 3];
/** dBFS below which nobody hears anything. */
const QUIET = -60;
/** Milliseconds that each must last before it is said. */
const LASTS = { black: 3_000, silent: 10_000, still: 10_000 };

/** What a frame can be said of, and that none comes any more. */
type OfFrame = keyof typeof LASTS;
export type Complaint = OfFrame | 'stopped';
export interface Judgement {
  cells: Uint8ClampedArray;
  /** Since when each is so, milliseconds since the Unix epoch. */
  since: Partial<Record<OfFrame, number>>;
}

export interface Frame {
  cells: Uint8ClampedArray;
  /** Null where nobody can tell. */
  peakDb: number | null;
  /** Milliseconds since the Unix epoch. */
  at: number;
}

const isBlack = (cells: Uint8ClampedArray): boolean => cells.every((cell) => cell < BLACK);
const isSame = (a: Uint8ClampedArray, b: Uint8ClampedArray): boolean =>
  a.length === b.length && a.every((cell, index) => Math.abs(cell - (b[index] ?? 0)) <= SAME);

export function judged(before: Judgement | undefined, { cells, peakDb, at }: Frame): Judgement {
  const black = isBlack(cells);
  const now: Record<OfFrame, boolean> = {
    black,
    silent: peakDb !== null && peakDb < QUIET,
    // Black says more than that it does not move.
    still: !black && before !== undefined && isSame(before.cells, cells),
  };
  const since: Judgement['since'] = {};
  for (const what of Object.keys(now) as OfFrame[]) if (now[what]) since[what] = before?.since[what] ?? at;
  // Slow changes count too: what stands still is compared with how it was when it came to a stand.
  return { cells: now.still && before ? before.cells : cells, since };
}

/** Milliseconds without a picture after which somebody should know: they come each second. */
export const STOPPED = 8_000;

/** What is to be said of it, the worst first. */
export function complaint({ since }: Judgement, now: number): { what: Complaint; since: number } | undefined {
  for (const what of Object.keys(LASTS) as OfFrame[]) {
    const begun = since[what];
    if (begun !== undefined && now - begun >= LASTS[what]) return { what, since: begun };
  }
  return undefined;
}
