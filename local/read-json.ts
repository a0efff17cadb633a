/** JSON files that people and earlier starts wrote. Whatever is wrong with one is told with its path and what to do; none is ever taken for nothing. */
import { existsSync, readFileSync } from 'node:fs';
import type { z } from 'zod';
import { ensureError, HostError } from './errors.ts';

/** A file's text, by its byte order mark: editors and shells of Windows write one, and UTF-16. */
function textOf(file: string): string {
  const bytes = readFileSync(file);
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(wide ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);
}

/** Strings are matched first, so that `//` and `,}` in one stay. What is taken out leaves its place, so that positions in errors are right. */
const STRING = '"(?:[^"\\\\\\n]|\\\\.)*"';
const COMMENT = new RegExp(`(${STRING})|//[^\\n]*|/\\*[^]*?\\*/`, 'g');
const TRAILING = new RegExp(`(${STRING})|(?<![[{,]\\s*),(?=\\s*[}\\]])`, 'g');
const blank = (found: string, string: string | undefined) => string ?? found.replace(/[^\n]/g, ' ');

/** Without comments and commas at the end of a list, as the tools of Azure Functions read their files. */
const plain = (text: string): string => text.replace(COMMENT, blank).replace(TRAILING, blank);

/**
 * JSON's own words quote what stands around the fault, which may be a secret: they are told with the line instead.
 * @throws Error that quotes nothing of the text
 */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = ensureError(error);
    const [, quoted] = /, (?:\.\.\.)?"([\s\S]*)"(?:\.\.\.)? is not valid JSON$/.exec(message) ?? [];
    if (quoted === undefined) throw error;
    const at = text.indexOf(quoted);
    const where = at < 0 ? '' : ` near line ${text.slice(0, at + Math.ceil(quoted.length / 2)).split('\n').length}`;
    throw new Error(`it is no JSON${where}`);
  }
}

/**
 * @param todo what to do when the file is damaged, as the end of a sentence
 * @param written `by-hand` may have comments and trailing commas
 * @throws HostError of one line with the path, when it cannot be read, is no JSON, or not what the schema wants
 */
export function readJsonFile<S extends z.ZodType>(
  file: string,
  schema: S,
  todo: string,
  written: 'by-hand' | 'by-us' = 'by-us',
): z.output<S> {
  const wrong = (why: string) => new HostError(`Cannot read '${file}': ${why.split('\n')[0]}. ${todo}`);
  let value: unknown;
  try {
    const text = textOf(file);
    value = jsonOf(written === 'by-hand' ? plain(text) : text);
  } catch (error) {
    throw wrong(ensureError(error).message);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw wrong(parsed.error.issues.map(({ path, message }) => [path.join('.'), message].join(' ').trim()).join('; '));
}

/** What an earlier start left for this one; undefined when there is no such file. @throws HostError as {@link readJsonFile} */
export const readLeft = <S extends z.ZodType>(file: string, schema: S): z.output<S> | undefined =>
  existsSync(file) ? readJsonFile(file, schema, 'Restore it, or delete it to start without it') : undefined;
