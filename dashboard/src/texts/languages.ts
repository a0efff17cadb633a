/** What languages of events are called. Their names are English words or codes; browsers know the rest. */
import { languageNames } from './formats.ts';
import { t } from './index.ts';
import { locale } from './locale.ts';

const CODES: Readonly<Record<string, string>> = {
  arabic: 'ar',
  bulgarian: 'bg',
  chinese: 'zh',
  croatian: 'hr',
  czech: 'cs',
  danish: 'da',
  dutch: 'nl',
  english: 'en',
  estonian: 'et',
  finnish: 'fi',
  french: 'fr',
  german: 'de',
  greek: 'el',
  hebrew: 'he',
  hindi: 'hi',
  hungarian: 'hu',
  indonesian: 'id',
  italian: 'it',
  japanese: 'ja',
  korean: 'ko',
  latvian: 'lv',
  lithuanian: 'lt',
  norwegian: 'no',
  persian: 'fa',
  polish: 'pl',
  portuguese: 'pt',
  romanian: 'ro',
  russian: 'ru',
  serbian: 'sr',
  slovak: 'sk',
  slovenian: 'sl',
  spanish: 'es',
  swahili: 'sw',
  swedish: 'sv',
  tagalog: 'tl',
  tamil: 'ta',
  thai: 'th',
  turkish: 'tr',
  ukrainian: 'uk',
  urdu: 'ur',
  vietnamese: 'vi',
};

const capital = (text: string): string => text.charAt(0).toLocaleUpperCase(locale()) + text.slice(1);

export function languageName(name: string): string {
  if (name === 'original') return t('language.original');
  const [base = '', ...rest] = name.split('-');
  const code = CODES[base] ?? (base.length <= 3 ? base : undefined);
  const known = code && languageNames().of(code);
  return [capital(known ?? base), ...rest.map((part) => part.toUpperCase())].join(' ');
}
