/**
 * Finds secrets in text in whatever form they come back: as they are, escaped for JSON, URL or HTML, in base64 at any place of
 * a longer text, in hexadecimal, whole or cut. A secret is looked for by its pieces, so where it was cut does not matter.
 */

/** Characters of a piece: shorter ones would be found in ordinary words, and tell little. */
const PIECE = 6;
/** An encoded form that is shorter than this is found everywhere and means nothing. */
const SHORTEST = 4;

const MASK = '***';

const hex2 = (byte: number): string => byte.toString(16).padStart(2, '0');

/** Base64 of the bytes where `before` others stand in front of them: only the characters that depend on these bytes alone. */
function base64At(bytes: Buffer, before: number, encoding: 'base64' | 'base64url'): string {
  const padded = Buffer.concat([Buffer.alloc(before), bytes]);
  const text = padded.toString(encoding).replace(/=+$/, '');
  const start = before === 0 ? 0 : Math.ceil((before * 8) / 6);
  const end = Math.floor((padded.length * 8) / 6);
  return text.slice(start, end);
}

/** All that a value may look like in an answer that quotes it, the value itself first. */
export function formsOf(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const json = JSON.stringify(value).slice(1, -1);
  const units = Array.from(value, (letter) => letter.charCodeAt(0).toString(16).padStart(4, '0'));
  const encoded = [
    json,
    JSON.stringify(json).slice(1, -1),
    units.map((unit) => `\\u${unit}`).join(''),
    // System.Text.Json and others escape what HTML could read; `/` is often escaped, too.
    json.replaceAll('/', '\\/'),
    json.replace(/[<>&'"+`]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`),
    encodeURIComponent(value),
    encodeURIComponent(encodeURIComponent(value)),
    encodeURIComponent(value).replaceAll('%20', '+'),
    Array.from(bytes, (byte) => `%${hex2(byte)}`).join(''),
    value.replace(/[^A-Za-z0-9]/g, (letter) =>
      encodeURIComponent(letter).replace(/^[^%]$/, (one) => `%${hex2(one.charCodeAt(0))}`),
    ),
    value
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;'),
    bytes.toString('hex'),
    ...[0, 1, 2].flatMap((before) => [base64At(bytes, before, 'base64'), base64At(bytes, before, 'base64url')]),
    ...[0, 1, 2].map((before) => base64At(Buffer.from(value, 'utf16le'), before, 'base64')),
  ];
  return [...new Set([value, ...encoded.filter((form) => form.length >= SHORTEST)])].filter((form) => form !== '');
}

/** The pieces of all forms, in lower case, by length. */
function piecesOf(values: readonly string[]): Map<number, Set<string>> {
  const pieces = new Map<number, Set<string>>();
  for (const value of values)
    for (const form of formsOf(value)) {
      const text = form.toLowerCase();
      const length = Math.min(PIECE, text.length);
      const known = pieces.get(length) ?? new Set<string>();
      for (let at = 0; at + length <= text.length; at++) known.add(text.slice(at, at + length));
      pieces.set(length, known);
    }
  return pieces;
}

/** A function that replaces everything in a text that is one of `values`, or a piece of one, in any form. */
export function masking(values: readonly string[]): (text: string) => string {
  const pieces = piecesOf(values);
  return (text) => {
    // Case by case, one character stays one: places in both are the same.
    const lower = Array.from({ length: text.length }, (_, at) => {
      const small = (text[at] ?? '').toLowerCase();
      return small.length === 1 ? small : (text[at] ?? '');
    }).join('');
    const covered = new Uint8Array(text.length);
    for (const [length, known] of pieces)
      for (let at = 0; at + length <= lower.length; at++)
        if (known.has(lower.slice(at, at + length))) covered.fill(1, at, at + length);
    let masked = '';
    for (let at = 0; at < text.length; at++)
      if (!covered[at]) masked += text[at];
      else if (!covered[at - 1]) masked += MASK;
    return masked;
  };
}
