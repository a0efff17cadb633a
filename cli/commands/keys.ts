import { readFileSync, statSync } from 'node:fs';
import type { Io } from '../core/io.ts';
import { decodeText } from '../keys/decode.ts';
import { badKeys, type Keys, parseKeyList, parseKeys } from '../keys/parse.ts';

async function readAll(stdin: Io['stdin']): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function textOf(bytes: Uint8Array): string {
  const text = decodeText(bytes);
  if (text === undefined) throw badKeys('it is neither UTF-8 nor UTF-16 text', 'save it as plain text, UTF-8');
  return text;
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** Asks for each language; the same rules as for a file, with the language as the place. */
async function asked(languages: readonly string[], io: Io): Promise<Keys> {
  const answers: string[] = [];
  for (const language of languages)
    answers.push(`${language}=${(await io.askSecret(`Stream key for ${language}: `)).trim()}`);
  return parseKeys(answers.join('\n'), languages);
}

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
  if (source === '-') return parseKeys(textOf(await readAll(io.stdin)), languages);
  if (source === 'prompt') {
    if (!languages) throw badKeys('there are no languages to ask for', 'name them: --languages original,french');
    return await asked(languages, io);
  }
  if (isFile(source)) {
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(source);
    } catch (error) {
      throw badKeys((error as Error).message);
    }
    return parseKeys(textOf(bytes), languages);
  }
  if (/^[^=:,]*[/\\]|\.(json|ya?ml|txt|csv|tsv|env|keys?)$/i.test(source))
    throw badKeys(`there is no file '${source}'`, 'check the path; - reads stdin and prompt asks');
  warn('Warning: stream keys on the command line stay in the shell history: prefer a file, - (stdin) or prompt');
  return parseKeyList(source, languages);
}
