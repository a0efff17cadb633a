/**
 * Text from outside (titles, what mixers, presenters and Azure say, names of people) where it is shown: one function per
 * medium. A leaf: it imports nothing, and the command line uses it too, which shows what any control plane answers.
 */

const code = (from: number, to = from): string => {
  const one = (value: number) => `\\u{${value.toString(16)}}`;
  return from === to ? one(from) : `${one(from)}-${one(to)}`;
};
const ESC = code(0x1b);
const BEL = code(0x07);

/** Sequences that terminals obey, whole: operating system commands and other strings, control sequences, short escapes. */
const ESCAPES = new RegExp(
  [
    `(?:${ESC}[\\]PX^_]|[${code(0x90)}${code(0x98)}${code(0x9d, 0x9f)}])[^${BEL}${ESC}${code(0x9c)}]*(?:${BEL}|${ESC}\\\\|${code(0x9c)})?`,
    `(?:${ESC}\\[|${code(0x9b)})[0-?]*[ -\\/]*[@-~]?`,
    `${ESC}[ -\\/]*[0-~]?`,
  ].join('|'),
  'gu',
);
/** Characters that begin another line. */
const BREAKS = new RegExp(`[${code(0x09, 0x0d)}${code(0x85)}${code(0x2028, 0x2029)}]+`, 'gu');
/** Control characters, and those that show nothing but turn or hide what stands beside them. Joiners stay: scripts and emoji need them. */
const UNSEEN = new RegExp(
  `[${[
    code(0x00, 0x1f),
    code(0x7f, 0x9f),
    code(0xad),
    code(0x61c),
    code(0x180e),
    code(0x200b),
    code(0x200e, 0x200f),
    code(0x202a, 0x202e),
    code(0x2060, 0x206f),
    code(0xfeff),
    code(0xfff9, 0xfffb),
    code(0xe0000, 0xe007f),
  ].join('')}]`,
  'gu',
);
/** Most combining marks on one letter: more would cover the lines around it, and no script needs them. */
const PILES = /(\p{M}{4})\p{M}+/gu;

const seen = (text: string): string =>
  text.toWellFormed().replace(ESCAPES, '').replace(BREAKS, ' ').replace(UNSEEN, '').replace(PILES, '$1');

/** For a line of a log or journal, a tag, a cell of a table: one line of text that is what it seems. */
export const line = (text: string): string => seen(text).trim();

/** For a terminal, where lines are lines: each of them is what it seems. Sequences do not reach from one into the next. */
export const lines = (text: string): string =>
  text
    .split('\n')
    .map((each) => seen(each).trimEnd())
    .join('\n');

const ODD = new RegExp(`(?!\\n)(?:${UNSEEN.source}|[${code(0x2028, 0x2029)}])`, 'gu');

/** JSON (or what quotes as JSON does) with every character escaped that a terminal would obey or hide; it reads back the same. */
export const escaped = (json: string): string =>
  json.replace(ODD, (letter) =>
    Array.from({ length: letter.length }, (_, at) => `\\u${letter.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  );

/** Whether a text shows as what it is. */
export const isPlain = (text: string): boolean => seen(text) === text;

/** What went wrong, for a log: with the stack, on one line, because what Azure or a mixer said may stand in it. */
export const logged = (error: unknown): string =>
  line(error instanceof Error ? (error.stack ?? error.message) : String(error));

/**
 * For an Adaptive Card, whose texts are Markdown: no link hides where it leads, nobody is mentioned, nothing is HTML. What
 * would begin one is taken apart by a space, because not every client knows backslashes.
 */
export const cardText = (text: string): string =>
  line(text)
    .replace(/\](?=[([:])/g, '] ')
    .replace(/<(?=\S)/g, '< ');
