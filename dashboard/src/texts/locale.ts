/** The language that is shown, and its words. */
import { signal } from '@preact/signals';
import { type Language, language } from '../state/settings.ts';
import { en, type Texts } from './en.ts';

const known = signal<Partial<Record<Language, Texts>>>({ en });

/** Loads what is not English; until then, and where that fails, English stands. */
export async function loadTexts(): Promise<void> {
  if (language.value === 'de' && !known.value.de) {
    const { de } = await import('./de.ts');
    known.value = { ...known.value, de };
  }
  document.documentElement.lang = locale();
}

export const locale = (): Language => (known.value[language.value] ? language.value : 'en');
/** How dates and numbers are written: the words' language as this browser's country has it, so that no month is taken for a day. */
export const written = (): string =>
  navigator.languages.find((one) => one.toLowerCase().split('-')[0] === locale()) ?? locale();
export const texts = (): Texts => known.value[language.value] ?? en;
