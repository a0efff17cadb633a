import { line } from '../../domain/text.ts';
import { ports } from '../../ports/index.ts';

/** Seconds for people: `4.2 s`, `48 s`, `3 min 20 s`, `2 h 5 min`, `1 d 2 h`. */
export function seconds(value: number): string {
  if (!Number.isFinite(value)) return '?';
  if (value < 10) return `${value.toFixed(1)} s`;
  const whole = Math.round(value);
  if (whole < 60) return `${whole} s`;
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** A duration between two times that are kept in whole seconds. */
export const elapsed = (value: number): string =>
  value < 1 ? 'under 1 s' : seconds(Math.round(value)).replace('.0', '');

/** Seconds between two ISO times; an absent end means now. */
export const between = (start: string, end?: string | null): number =>
  ((end ? Date.parse(end) : ports().now()) - Date.parse(start)) / 1000;

/** A moment as it is written everywhere: UTC, whole seconds, `2026-11-22T09:00:00Z`. */
export const time = (iso: string | null | undefined): string | undefined => {
  const at = Date.parse(iso ?? '');
  return Number.isFinite(at) ? `${new Date(at).toISOString().slice(0, 19)}Z` : (iso ?? undefined);
};

/** An ISO time with its distance from now: `2026-11-22T09:00:00Z (in 23 h 59 min)`. */
export function moment(iso: string | null | undefined): string | undefined {
  if (!iso) return undefined;
  const left = -between(iso);
  if (!Number.isFinite(left)) return iso;
  // Kept in whole seconds, a moment that has just been may read as one that is about to be.
  const distance = left > 1 ? `in ${seconds(left)}` : `${seconds(Math.max(0, -left))} ago`;
  return `${time(iso)} (${distance})`;
}

/** An amount per the currency code, for example `USD 0.8312`. */
export const money = (amount: number | null | undefined, currency = 'USD'): string | undefined =>
  amount === null || amount === undefined ? undefined : `${currency} ${amount.toFixed(amount < 10 ? 4 : 2)}`.trim();

/** Any JSON value on one line that is what it seems. */
export const oneLine = (value: unknown): string =>
  value === null || value === undefined ? '' : line(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
