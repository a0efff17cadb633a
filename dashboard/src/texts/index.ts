/** Every word of the page, by language. A language is data: a file like en.ts. */
import { signal } from '@preact/signals';
import { type Language, language } from '../state/settings.ts';
import { en, type Key, type Text, type Texts } from './en.ts';

const known = signal<Partial<Record<Language, Texts>>>({ en });

/** Loads what is not English; until then, and where that fails, English stands. */
export async function loadTexts(): Promise<void> {
  if (language.value === 'de' && !known.value.de) {
    const { de } = await import('./de.ts');
    known.value = { ...known.value, de };
  }
  document.documentElement.lang = known.value[language.value] ? language.value : 'en';
}

export const locale = (): Language => (known.value[language.value] ? language.value : 'en');

/** A text with its values; `n` also chooses the form. */
export function t(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  const text = (known.value[language.value] ?? en)[key] as Text;
  const rule = new Intl.PluralRules(locale());
  const form = typeof text === 'string' ? text : rule.select(Number(values.n ?? 0)) === 'one' ? text.one : text.other;
  return form.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = values[name];
    return typeof value === 'number' ? new Intl.NumberFormat(locale()).format(value) : (value ?? '');
  });
}

/** The text of a key that is made of a word from outside; the word itself where there is none. */
export const said = (prefix: string, word: string): string => {
  const key = `${prefix}.${word}`;
  return Object.hasOwn(en, key) ? t(key as Key) : word;
};
