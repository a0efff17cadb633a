/** Stream keys out of text that people write: every way is understood or refused with its line; no key is ever quoted. */
import { namesTwice } from '../../domain/json-names.ts';
import { languageHint, languagesMeant } from '../../domain/language-names.ts';
import { keyProblem, sharedKey } from '../../domain/stream-key.ts';
import { CliError, EXIT, type FieldError } from '../core/errors.ts';

export type Keys = Record<string, string> | string[];

const HELP = 'give a file of LANGUAGE=KEY lines, JSON {"spanish": "..."}, or one key per line in language order';

export const badKeys = (message: string, hint = HELP): CliError =>
  new CliError(EXIT.usage, `Cannot read the stream keys: ${message}`, { hint });

const refuse = (fields: FieldError[]): CliError =>
  new CliError(EXIT.usage, 'Cannot read the stream keys', { fields, hint: HELP });

/** One entry: where it stood, its language when it names one, its key. */
interface Entry {
  place: string;
  language?: string;
  key: string;
}

const HEADING =
  /^["']?(language|languages|lang|sprache|langue|idioma)["']?\s*[,;:=|\t ]\s*["']?(stream)?[-_ ]?(key|keys|schlüssel)["']?$/i;
const PAIR = /^["']?(\p{L}{2,20}(?:-[\p{L}\d]{2,8})?)["']?\s*[=:,;|\t ]\s*(.*)$/u;
/** What a server's address ends with is the key (YouTube, "Encoder settings"). */
const INGEST = /^rtmps?:\/\/[a-z0-9.-]+\.youtube\.com(?::\d+)?\/live2\/([^/\s?]+)$/i;

const unquoted = (text: string): string =>
  text
    .trim()
    .replace(/^(["'`])(.*)\1$/, '$2')
    .trim();

/** A key as it was pasted: quotes, empty columns behind it, a comment, a server's address around it. */
function keyIn(text: string): string {
  const plain = text.replace(/(^|\s)(#|\/\/).*$/, '').replace(/[\s,;]+$/, '');
  const key = unquoted(plain);
  return INGEST.exec(key)?.[1] ?? key;
}

/** The language a line begins with, in the event's own word for it where that is known. */
function languageOf(text: string, languages: readonly string[]): string | undefined {
  const word = text.toLowerCase();
  if (languages.includes(word)) return word;
  const [meant] = languagesMeant(text, languages);
  if (meant !== undefined && languages.includes(meant)) return meant;
  return /^[a-z]{2,12}(-[a-z0-9]{2,8})?$/.test(word) ? word : meant;
}

function entryOf(text: string, place: string, languages: readonly string[]): Entry {
  const line = text.replace(/^[-*]\s+/, '');
  const [, word, rest] = /^[a-z]+:\/\//i.test(line) ? [] : (PAIR.exec(line) ?? []);
  const bare: Entry = { place, key: keyIn(line) };
  if (word === undefined || rest === undefined) return bare;
  const language = languageOf(word, languages);
  return language === undefined ? bare : { place, language, key: keyIn(rest) };
}

/** Lines, or the parts of a list on the command line, as entries. */
function entriesOf(parts: readonly [text: string, place: string][], languages: readonly string[]): Entry[] {
  const told = parts
    .map(([text, place]) => [text.trim(), place] as const)
    .filter(([text]) => text !== '' && !/^(#|\/\/|;)/.test(text));
  const rows = HEADING.test(told[0]?.[0] ?? '') ? told.slice(1) : told;
  return rows.map(([text, place]) => entryOf(text, place, languages));
}

/** What is wrong with one entry by itself. */
function wrongIn({ language, key }: Entry, list: boolean, languages: readonly string[]): string | undefined {
  if (list) {
    const isLanguage = languages.includes(key) || languagesMeant(key).length > 0;
    const wrong = keyProblem(key) ?? (isLanguage ? 'is the name of a language' : undefined);
    return wrong && `the key ${wrong}`;
  }
  if (language === undefined) return 'is not LANGUAGE=KEY like the others';
  if (languages.length > 0 && !languages.includes(language))
    return `names no language of this event${languageHint(language, languages)}`;
  const wrong = keyProblem(key) ?? (languagesMeant(key).length > 0 ? 'is the name of a language' : undefined);
  return wrong && `the key ${wrong}`;
}

/** @throws CliError naming every place that cannot be meant */
function judged(entries: readonly Entry[], languages: readonly string[]): Keys {
  if (entries.length === 0) throw badKeys('it is empty');
  const list = entries.every(({ language }) => language === undefined);
  const fields: FieldError[] = [];
  const before = new Map<string, string>();
  for (const entry of entries) {
    const { place, language } = entry;
    const wrong = wrongIn(entry, list, languages);
    if (wrong) fields.push({ path: place, message: wrong });
    const first = language === undefined ? undefined : before.get(language);
    if (first !== undefined) fields.push({ path: place, message: `names the same language as ${first}` });
    else if (language !== undefined) before.set(language, place);
  }
  const shared = sharedKey(entries.filter(({ key }) => key !== '').map(({ place, key }) => [place, key] as const));
  if (shared)
    fields.push({ path: shared[1], message: `has the same key as ${shared[0]}: every language needs its own` });
  if (fields.length > 0) throw refuse(fields);
  return list
    ? entries.map(({ key }) => key)
    : Object.fromEntries(entries.map(({ language = '', key }) => [language, key]));
}

function fromJson(text: string, languages: readonly string[]): Keys {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw badKeys('it begins like JSON but is not valid JSON');
  }
  if (namesTwice(text).length > 0) throw badKeys('it gives a language twice');
  const isList = Array.isArray(json);
  const members = Object.entries(json as object);
  if (!members.every(([, value]) => typeof value === 'string')) throw badKeys('every key must be a JSON string');
  return judged(
    members.map(([name, value], index) => {
      const language = isList ? undefined : (languageOf(name, languages) ?? name);
      const place = `entry ${index + 1}`;
      return { place, key: keyIn(value as string), ...(language === undefined ? {} : { language }) };
    }),
    languages,
  );
}

/**
 * Keys from the text of a file: JSON (object or list), lines of language and key (`=`, `:`, comma, semicolon, tab or space
 * between), or one key per line.
 * @param languages of the event, where they are known
 * @throws CliError with exit code 2, naming lines and never a key
 */
export function parseKeys(text: string, languages: readonly string[] = []): Keys {
  if (text.trim() === '') throw badKeys('it is empty');
  if (/^\s*[[{]/.test(text)) return fromJson(text.trim(), languages);
  const lines = text.split(/\r\n|\n|\r/).map((line, index) => [line, `line ${index + 1}`] as [string, string]);
  return judged(entriesOf(lines, languages), languages);
}

/** Keys from the command line itself: `K1,K2,K3`, or `french=K1,spanish=K2`. */
export function parseKeyList(text: string, languages: readonly string[] = []): Keys {
  const parts = text.split(/[,\n]/).map((part, index) => [part, `entry ${index + 1}`] as [string, string]);
  return judged(entriesOf(parts, languages), languages);
}
