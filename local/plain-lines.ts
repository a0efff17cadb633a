/**
 * What is printed holds words of others: addresses that were asked for, titles, what an app logs. On a terminal none of them
 * may be obeyed, hidden, or begin a line of its own. They are shown escaped, because a log keeps what was there.
 */
import { Writable } from 'node:stream';

/** Control characters but line feed and tab; what turns or hides its neighbours; other ends of a line; halves of a character. */
const ODD =
  /[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu;
const shown = (letter: string): string =>
  letter === '\n' || letter === '\t' ? letter : `\\u{${letter.codePointAt(0)?.toString(16)}}`;

/** A message as it is printed: its first line begins where the printer puts it, every other one behind a margin. */
export const plainLines = (text: string): string =>
  text
    .replace(/\r\n/g, '\n')
    .replace(ODD, shown)
    .replace(/\n(?=[^\n])/g, '\n    ');

/** For a `Console`, which writes one message at a time, its line end included. */
export const plainStream = (target: NodeJS.WritableStream): Writable =>
  new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      target.write(plainLines(String(chunk)));
      done();
    },
  });
