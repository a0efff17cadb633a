/** Formats of `Intl`, made once each: to make one takes far longer than to use it, and every text and every second uses some. */
import { written } from './locale.ts';

const made = new Map<string, unknown>();
function once<Format>(key: string, make: () => Format): Format {
  const known = (made.get(key) as Format | undefined) ?? make();
  made.set(key, known);
  return known;
}

export const dateFormat = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  once(`date ${written()} ${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(written(), options));
export const numberFormat = (options: Intl.NumberFormatOptions = {}): Intl.NumberFormat =>
  once(`number ${written()} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(written(), options));
export const relativeFormat = (): Intl.RelativeTimeFormat =>
  once(`relative ${written()}`, () => new Intl.RelativeTimeFormat(written(), { numeric: 'auto', style: 'short' }));
export const pluralRules = (): Intl.PluralRules => once(`plural ${written()}`, () => new Intl.PluralRules(written()));
export const languageNames = (): Intl.DisplayNames =>
  once(`languages ${written()}`, () => new Intl.DisplayNames(written(), { type: 'language', fallback: 'none' }));
