/** Formats of `Intl`, made once each: to make one takes far longer than to use it, and every text and every second uses some. */
import { locale } from './locale.ts';

const made = new Map<string, unknown>();
function once<Format>(key: string, make: () => Format): Format {
  const known = (made.get(key) as Format | undefined) ?? make();
  made.set(key, known);
  return known;
}

export const dateFormat = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  once(`date ${locale()} ${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(locale(), options));
export const numberFormat = (options: Intl.NumberFormatOptions = {}): Intl.NumberFormat =>
  once(`number ${locale()} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(locale(), options));
export const relativeFormat = (): Intl.RelativeTimeFormat =>
  once(`relative ${locale()}`, () => new Intl.RelativeTimeFormat(locale(), { numeric: 'auto', style: 'short' }));
export const pluralRules = (): Intl.PluralRules => once(`plural ${locale()}`, () => new Intl.PluralRules(locale()));
export const languageNames = (): Intl.DisplayNames =>
  once(`languages ${locale()}`, () => new Intl.DisplayNames(locale(), { type: 'language', fallback: 'none' }));
