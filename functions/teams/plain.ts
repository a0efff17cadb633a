/** The words of a Teams message: it comes as HTML, with mentions in it. One pass, so that no text takes long to read. */
import { line } from '../../domain/text.ts';

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ensp: ' ',
  emsp: ' ',
  thinsp: ' ',
  zerowidthspace: '',
  zwnj: '',
  zwj: '',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  laquo: '«',
  raquo: '»',
  ldquo: '“',
  rdquo: '”',
  lsquo: '‘',
  rsquo: '’',
};

/** Entities as characters, once: what an entity spells is text and no markup. */
const decoded = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,16}));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : ' ';
  });

/** The element a mention is in: `<at id="0">name</at>`, or Skype's `<span itemtype="http://schema.skype.com/Mention">`. */
function mentionOf(tag: string): string | undefined {
  const name = /^([a-z]+)(?=[\s/]|$)/i.exec(tag)?.[1]?.toLowerCase();
  // What somebody else wrote and is quoted is no command either.
  if (name === 'at' || name === 'blockquote') return name;
  return name === 'span' && tag.toLowerCase().includes('schema.skype.com/mention') ? 'span' : undefined;
}

/** The text without tags, and without what stands in mentions. */
function withoutTags(html: string): string {
  const lower = html.toLowerCase();
  const parts: string[] = [];
  for (let at = 0; at < html.length; ) {
    const open = html.indexOf('<', at);
    const close = open < 0 ? -1 : html.indexOf('>', open);
    // What follows is text, a lone `<` included.
    if (close < 0) return [...parts, html.slice(at)].join(' ');
    parts.push(html.slice(at, open));
    const mention = mentionOf(html.slice(open + 1, close));
    const end = mention === undefined ? -1 : lower.indexOf(`</${mention}`, close);
    const after = end < 0 ? close : html.indexOf('>', end);
    at = after < 0 ? html.length : after + 1;
  }
  return parts.join(' ');
}

/** Marks that people write around words and after them. */
const AROUND = '.,;:!?…"\'`´“”„«»‘’()[]{}*_~–—';

/** A word without the punctuation around it; its inside stays. */
function bare(word: string): string {
  let [start, end] = [0, word.length];
  while (start < end && AROUND.includes(word[start] ?? '')) start++;
  while (end > start && AROUND.includes(word[end - 1] ?? '')) end--;
  return word.slice(start, end);
}

/** The words of a message; mentions, markup, invisible characters and punctuation around words go. */
export const words = (text: string): string[] =>
  line(decoded(withoutTags(text)))
    .split(/[\s,]+/u)
    .filter((word) => !word.startsWith('@'))
    .map(bare)
    .filter((word) => word !== '');
