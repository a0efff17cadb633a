/** Reads source text as far as the test of advice needs it. */
import type { AnyCommand } from '../../cli/core/command.ts';

const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;
const LITERAL = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;

/** String literals of a source text, without their quotes. */
export const literals = (source: string): string[] =>
  [...source.replace(COMMENT, '').matchAll(LITERAL)].map(([text]) => text.slice(1, -1));

export interface Mention {
  text: string;
  words: string[];
  options: string[];
}

/** What the name is followed by where it is no call: a sentence about the program, or the line it announces itself with. */
const PROSE = /^(ready on|needs|control plane|manages|writes)\b/;

/** Calls of the CLI in a text: from its name to the end of the quotation, parenthesis or sentence. */
export function mentions(text: string): Mention[] {
  const found: Mention[] = [];
  for (const [whole, rest = ''] of text.matchAll(/(?<![\w/.-])stream-control ((?:[a-z]|--)[^'"`;)|\n]*)/g)) {
    if (PROSE.test(rest)) continue;
    const words = rest.split(/[\s,]+/);
    const options = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2).replace(/[=.].*$/, ''));
    found.push({ text: whole, words: words.filter((word) => !word.startsWith('-')), options });
  }
  return found;
}

/** The command that a call names: of two words before one. */
export const closest = (commands: readonly AnyCommand[], [first = '', second = '']: string[]): AnyCommand | undefined =>
  commands.find(({ name }) => name === `${first} ${second}`) ?? commands.find(({ name }) => name === first);
