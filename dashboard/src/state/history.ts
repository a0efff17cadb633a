/** What was heard while the page is open, for charts: a ring of fixed size per series, so that memory stays flat. */
import { signal } from '@preact/signals';
import { second } from './clock.ts';

/** Points kept per series: an hour at one every two seconds. */
const MOST = 1_800;
/** Milliseconds between two points of a series. */
const STEP = 2_000;

export interface Series {
  /** Seconds since the Unix epoch, as charts want it. */
  at: number[];
  values: Record<string, (number | null)[]>;
}
const all = new Map<string, Series>();
/** Counts up with every point: what draws looks again. */
export const grown = signal(0);

export function keepHistory(name: string, values: Record<string, unknown>): void {
  const now = second.peek();
  const series = all.get(name) ?? { at: [], values: {} };
  all.set(name, series);
  if (now - (series.at.at(-1) ?? 0) * 1000 < STEP) return;
  series.at.push(now / 1000);
  for (const [key, value] of Object.entries(values)) {
    const list = series.values[key] ?? [];
    series.values[key] = list;
    while (list.length < series.at.length - 1) list.push(null);
    list.push(typeof value === 'number' ? value : null);
    if (list.length > MOST) list.shift();
  }
  if (series.at.length > MOST) series.at.shift();
  grown.value++;
}

export const historyOf = (name: string): Series => all.get(name) ?? { at: [], values: {} };
/** Another event has other series. */
export const forgetHistory = (): void => all.clear();
