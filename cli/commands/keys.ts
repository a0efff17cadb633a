import { readFileSync, statSync } from 'node:fs';
import { CliError, EXIT } from '../core/errors.ts';
import type { Io } from '../core/io.ts';

export type Keys = Record<string, string> | string[];

const badKeys = (message: string, hint?: string) =>
  new CliError(EXIT.usage, `Cannot read the stream keys: ${message}`, {
    hint: hint ?? 'give a file of LANGUAGE=KEY lines, JSON {"spanish": "..."}, or one key per line in language order',
  });

async function readAll(stdin: Io['stdin']): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stdin) text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

/**
 * Reads keys from text: JSON (object or list), `language=key` / `language: key` lines, or one key per line.
 * Errors name the place, never the key.
 * @throws CliError with exit code 2
 */
export function parseKeys(text: string): Keys {
  const trimmed = text.trim();
  if (trimmed === '') throw badKeys('it is empty');
  if (/^[[{]/.test(trimmed)) {
    let json: unknown;
    try {
      json = JSON.parse(trimmed);
    } catch {
      throw badKeys('it begins like JSON but is not valid JSON');
    }
    const values = Array.isArray(json) ? json : Object.values(json as object);
    if (!values.every((value) => typeof value === 'string')) throw badKeys('every key must be a JSON string');
    return json as Keys;
  }
  const lines = trimmed
    .split(/\r?\n/)
    .map((line, index) => ({ number: index + 1, text: line.trim() }))
    .filter((line) => line.text !== '' && !line.text.startsWith('#'));
  const pairs = lines.map((line) =>
    /^["']?([a-z]{2,12}(?:-[a-z0-9]{2,8})?)["']?\s*[=:]\s*["']?([^"']+)["']?$/i.exec(line.text),
  );
  if (pairs.every((pair) => pair !== null))
    return Object.fromEntries(pairs.map((pair) => [pair?.[1]?.toLowerCase() ?? '', pair?.[2] ?? '']));
  const stray = lines[pairs.indexOf(null)];
  if (pairs.some((pair) => pair !== null)) throw badKeys(`line ${stray?.number} is not LANGUAGE=KEY like the others`);
  return lines.map((line) => line.text.replace(/^-\s+/, '').replace(/^(["'])(.*)\1$/, '$2'));
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/**
 * The keys that `--youtube-keys SOURCE` means: `-` is stdin, `prompt` asks for each language, an existing file is read,
 * anything else is the list itself (which lands in the shell's history, so `warn` says so).
 */
export async function keysFrom(
  source: string,
  languages: readonly string[] | undefined,
  io: Io,
  warn: (text: string) => void,
): Promise<Keys> {
  if (source === '-') return parseKeys(await readAll(io.stdin));
  if (source === 'prompt') {
    if (!languages) throw badKeys('there are no languages to ask for', 'name them: --languages original,french');
    const keys: Record<string, string> = {};
    for (const language of languages) keys[language] = (await io.askSecret(`Stream key for ${language}: `)).trim();
    return keys;
  }
  if (isFile(source)) {
    let text: string;
    try {
      text = readFileSync(source, 'utf8');
    } catch (error) {
      throw badKeys((error as Error).message);
    }
    return parseKeys(text);
  }
  if (/[/\\]|\.(json|ya?ml|txt|env|keys?)$/i.test(source))
    throw badKeys(`there is no file '${source}'`, 'check the path; - reads stdin and prompt asks');
  warn('Warning: stream keys on the command line stay in the shell history: prefer a file, - (stdin) or prompt');
  return source.split(',').map((key) => key.trim());
}
