/** Small moving pictures of the event that is looked at: one stream for all of them, open while a view shows them. */
import { batch, effect, type Signal, signal } from '@preact/signals';
import type { LivePicture, PictureParts } from '../../../contract/api/pictures.ts';
import { listen } from '../api/live.ts';
import { CELLS, type Complaint, complaint, type Judgement, judged, STOPPED } from '../say/picture.ts';
import { second } from './clock.ts';
import { pictures as chosen } from './settings.ts';

export interface Picture {
  bitmap: ImageBitmap;
  peakDb: number | null;
  /** When the control plane got it, milliseconds since the Unix epoch. */
  at: number;
}
const shown = new Map<string, Signal<Picture | undefined>>();
const complaints = new Map<string, Signal<{ what: Complaint; since: string } | undefined>>();
const judgements = new Map<string, Judgement>();

function signalIn<T>(all: Map<string, Signal<T | undefined>>, component: string): Signal<T | undefined> {
  const known = all.get(component) ?? signal<T | undefined>(undefined);
  all.set(component, known);
  return known;
}
export const pictureOf = (component: string) => signalIn(shown, component);
/** What its picture shows that somebody should know; changes only when that does. */
export const complaintOf = (component: string) => signalIn(complaints, component);

function forget(): void {
  for (const one of shown.values()) {
    one.value?.bitmap.close();
    one.value = undefined;
  }
  for (const { bitmap } of waiting.values()) bitmap.close();
  waiting.clear();
  for (const one of complaints.values()) one.value = undefined;
  judgements.clear();
}

let kept: CanvasRenderingContext2D | null | undefined;
function ownPen(): CanvasRenderingContext2D | null {
  if (kept !== undefined) return kept;
  const small = document.createElement('canvas');
  [small.width, small.height] = [CELLS.across, CELLS.down];
  kept = small.getContext('2d', { willReadFrequently: true });
  return kept;
}
/** Mean brightness, cell by cell. */
function cellsOf(bitmap: ImageBitmap): Uint8ClampedArray {
  const cells = new Uint8ClampedArray(CELLS.across * CELLS.down);
  const pen = ownPen();
  if (!pen) return cells;
  pen.imageSmoothingQuality = 'medium';
  pen.drawImage(bitmap, 0, 0, CELLS.across, CELLS.down);
  const { data } = pen.getImageData(0, 0, CELLS.across, CELLS.down);
  // Rec. 601's weights of red, green and blue.
  for (let cell = 0; cell < cells.length; cell++)
    cells[cell] = 0.299 * (data[cell * 4] ?? 0) + 0.587 * (data[cell * 4 + 1] ?? 0) + 0.114 * (data[cell * 4 + 2] ?? 0);
  return cells;
}

/** Milliseconds that pictures wait for each other: to put fifty on the screen one by one would cost as many frames. */
const TOGETHER = 200;
const waiting = new Map<string, Picture>();
let due: ReturnType<typeof setTimeout> | undefined;

function put(component: string, next: Picture): void {
  waiting.get(component)?.bitmap.close();
  waiting.set(component, next);
  if (due !== undefined) return;
  due = setTimeout(() => {
    due = undefined;
    batch(() => {
      for (const [one, picture] of waiting) {
        const place = pictureOf(one);
        place.value?.bitmap.close();
        place.value = picture;
      }
    });
    waiting.clear();
  }, TOGETHER);
}

async function take({ component, type, picture, peakDb, at }: LivePicture, still: () => boolean): Promise<void> {
  const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type })).catch(() => undefined);
  if (!bitmap) return;
  const taken = Date.parse(at);
  const last = waiting.get(component) ?? pictureOf(component).value;
  if (!still() || (last && last.at >= taken)) return bitmap.close();
  const judgement = judged(judgements.get(component), { cells: cellsOf(bitmap), peakDb, at: taken });
  judgements.set(component, judgement);
  put(component, { bitmap, peakDb, at: taken });
  const found = complaint(judgement, taken);
  const said = complaintOf(component);
  const since = found && new Date(found.since).toISOString();
  if (said.value?.what !== found?.what || said.value?.since !== since)
    said.value = found && since ? { what: found.what, since } : undefined;
}

/** When the stream was heard last: what it does not say is no mixer's fault while it says nothing at all. */
let heardAt = 0;
const LOOK = 2_000;

/** Says of each that was shown and is not any more that it has stopped. */
function missed(): void {
  if (performance.now() - heardAt > LOOK) return;
  for (const [component, one] of shown) {
    const at = one.peek()?.at;
    if (at === undefined || second.peek() - at < STOPPED) continue;
    const said = complaintOf(component);
    if (said.peek()?.what !== 'stopped') said.value = { what: 'stopped', since: new Date(at).toISOString() };
  }
}

/** Seconds that a picture is old. */
export const ageOf = ({ at }: Picture): number => Math.max(0, Math.floor((second.value - at) / 1000));

const visible = signal(!document.hidden);
document.addEventListener('visibilitychange', () => {
  visible.value = !document.hidden;
});

/** Looks at an event's pictures, wherever the page is seen. @returns what ends it */
export function followPictures(event: string): () => void {
  const ended = effect(() => {
    if (!visible.value || chosen.value === 'off') return;
    let open = true;
    const looks = setInterval(() => batch(missed), LOOK);
    const stop = listen<PictureParts>(`/api/live/pictures?event=${encodeURIComponent(event)}`, {
      part: (name, body) => {
        if (name === 'picture') void take(body as LivePicture, () => open);
      },
      heard: () => {
        heardAt = performance.now();
      },
      cut: () => {},
      // The page's own stream says why nothing is shown.
      refused: () => {},
    });
    return () => {
      open = false;
      clearInterval(looks);
      stop();
      forget();
    };
  });
  return ended;
}
