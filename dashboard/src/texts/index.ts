/** Every word of the page, by language. A language is data: a file like en.ts. */
import { en, type Key, type Text } from './en.ts';
import { numberFormat, pluralRules } from './formats.ts';
import { texts } from './locale.ts';

/** A text with its values; `n` also chooses the form. */
export function t(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  const text = texts()[key] as Text;
  const form =
    typeof text === 'string' ? text : pluralRules().select(Number(values.n ?? 0)) === 'one' ? text.one : text.other;
  return form.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = values[name];
    return typeof value === 'number' ? numberFormat().format(value) : (value ?? '');
  });
}

/** The text of a key that is made of a word from outside; the word itself where there is none. */
export const said = (prefix: string, word: string): string => {
  const key = `${prefix}.${word}`;
  return Object.hasOwn(en, key) ? t(key as Key) : word;
};
