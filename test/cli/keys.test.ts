/** Stream keys as people write them: understood, or refused with the line, and never shown. */
import { describe, expect, it } from 'vitest';
import type { CliError } from '../../cli/core/errors.ts';
import { decodeText } from '../../cli/keys/decode.ts';
import { parseKeyList, parseKeys } from '../../cli/keys/parse.ts';

const A = 'aaaa-bbbb-cccc-dddd';
const B = 'eeee-ffff-gggg-hhhh';
const BOTH = { french: A, german: B };
const EVENT = ['french', 'german'];

const refusal = (run: () => unknown): CliError => {
  try {
    run();
  } catch (error) {
    return error as CliError;
  }
  throw new Error('it was understood');
};
const said = ({ message, fields, hint }: CliError) =>
  [message, ...fields.map(({ path, message: what }) => `${path}: ${what}`), hint].join('\n');

describe('understood', () => {
  it.each([
    ['equals signs', `french=${A}\ngerman = ${B}`],
    ['colons and quotes', `french: "${A}"\n"german": '${B}'`],
    ['commas', `french,${A}\ngerman,${B}`],
    [
      'a CSV with heading, quotes and an empty column',
      `Language,Stream key\r\n"french","${A}",\r\n"german","${B}",\r\n`,
    ],
    ['semicolons', `french;${A}\ngerman;${B};`],
    ['tabs', `french\t${A}\ngerman\t${B}`],
    ['spaces', `french   ${A}\ngerman ${B}`],
    ['CR alone', `french=${A}\rgerman=${B}`],
    ['comments', `# of Sunday\nfrench=${A} # ours\n// theirs\n\ngerman=${B}`],
    ['names and codes of languages', `Français=${A}\nDE: ${B}`],
    ['a list of YAML', `- french: ${A}\n- german: ${B}`],
    [
      'servers pasted with the key',
      `french=rtmp://a.rtmp.youtube.com/live2/${A}\ngerman=rtmps://b.rtmps.youtube.com:443/live2/${B}`,
    ],
    ['JSON', JSON.stringify({ French: A, german: B })],
  ])('%s', (_, text) => {
    expect(parseKeys(text, EVENT)).toEqual(BOTH);
  });
  it.each([
    ['lines', `${A}\n${B}\n`],
    ['lines with quotes and commas', `"${A}",\n'${B}',`],
    ['a list of YAML', `- ${A}\n- ${B}`],
    ['JSON', JSON.stringify([A, B])],
  ])('in language order: %s', (_, text) => {
    expect(parseKeys(text, EVENT)).toEqual([A, B]);
  });
  it('on the command line', () => {
    expect(parseKeyList(`french=${A},german=${B}`, EVENT)).toEqual(BOTH);
    expect(parseKeyList(`french:${A},german:${B}`)).toEqual(BOTH);
    expect(parseKeyList(`${A}, ${B}`)).toEqual([A, B]);
    expect(parseKeyList(`rtmp://a.rtmp.youtube.com/live2/${A}`)).toEqual([A]);
  });
  it.each([
    ['UTF-8 with a mark', Buffer.from(`\uFEFFfrench=${A}`)],
    ['UTF-16, little end first', Buffer.from(`\uFEFFfrench=${A}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\uFEFFfrench=${A}`, 'utf16le').swap16()],
    ['UTF-16 without a mark', Buffer.from(`french=${A}`, 'utf16le')],
    ['UTF-16 without a mark, big end first', Buffer.from(`french=${A}`, 'utf16le').swap16()],
  ])('%s', (_, bytes) => {
    expect(parseKeys(decodeText(bytes) ?? '')).toEqual({ french: A });
  });
});

describe('refused, with the line', () => {
  it.each([
    ['a language twice', `french=${A}\n\nfrench=${B}`, 'line 3: names the same language as line 1'],
    ['a language twice, in other words', `french=${A}\nFR=${B}`, 'line 2: names the same language as line 1'],
    ['one key for two languages', `french=${A}\ngerman=${A}`, 'line 2: has the same key as line 1'],
    ['one key twice in a list', `${A}\n\n${A}`, 'line 3: has the same key as line 1'],
    ['a line without language', `french=${A}\n${B}`, 'line 2: is not LANGUAGE=KEY'],
    ['a language without key', 'french=\n', 'line 1: the key is empty'],
    ['a key with a space', `french=${A} ${B}`, 'line 1: the key has a space'],
    ['a third column', `french,${A},note`, 'line 1: the key has a comma'],
    ['another server', `french=rtmp://live.example.org/app/${A}`, 'line 1: the key is an address'],
    ['a foreign letter', `french=${A}é`, 'line 1: the key has a character'],
    ['an invisible letter', `french=${A}\u200b`, 'line 1: the key has a character'],
    ['a language of no event', `french=${A}\nklingon=${B}`, 'line 2: names no language of this event'],
    ['a list that begins with a language', `french\n${A}`, 'line 1: the key is the name of a language'],
    ['an object turned around', `{"${A}": "french"}`, 'entry 1: names no language of this event'],
    ['a JSON object that repeats a name', `{"french": "${A}", "french": "${B}"}`, 'it gives a language twice'],
    [
      'a JSON object with one key for two',
      JSON.stringify({ french: A, german: A }),
      'entry 2: has the same key as entry 1',
    ],
    ['a JSON list of pairs', JSON.stringify([`french=${A}`]), 'entry 1: the key is a language and its key in one'],
    ['JSON that is none', `{"french": "${A}"`, 'not valid JSON'],
    ['a heading alone', 'language,key\n', 'it is empty'],
  ])('%s', (_, text, message) => {
    const error = refusal(() => parseKeys(text, EVENT));
    expect(said(error)).toContain(message);
    expect(error.exitCode).toBe(2);
    for (const key of [A, B]) expect(said(error)).not.toContain(key);
  });
  it.each([
    ['a language and its key as two', `french,${A}`, 'entry 1: the key is the name of a language'],
    ['pairs and keys mixed', `french=${A},${B}`, 'entry 2: is not LANGUAGE=KEY'],
    ['a language twice', `french=${A},french=${B}`, 'entry 2: names the same language as entry 1'],
  ])('on the command line: %s', (_, text, message) => {
    const error = refusal(() => parseKeyList(text, EVENT));
    expect(said(error)).toContain(message);
    for (const key of [A, B]) expect(said(error)).not.toContain(key);
  });
  it('bytes that are no text', () => {
    expect(decodeText(Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff]))).toBeUndefined();
    expect(decodeText(Buffer.from('clé=x', 'latin1'))).toBeUndefined();
  });
});
