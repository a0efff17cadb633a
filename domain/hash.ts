import { createHash } from 'node:crypto';

/** JSON with object keys sorted at every level and `undefined` members dropped, so that equal values give equal text (RFC 8785 in spirit). */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  // One text that grows: lists of parts that are joined cost twice as much.
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value) text += `${text && ','}${canonicalJson(item ?? null)}`;
    return `[${text}]`;
  }
  const members = value as Record<string, unknown>;
  for (const key of Object.keys(members).sort())
    if (members[key] !== undefined) text += `${text && ','}${JSON.stringify(key)}:${canonicalJson(members[key])}`;
  return `{${text}}`;
}

/** SHA-256 of a text as 64 lower-case hexadecimal digits. */
export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** SHA-256 of a value's canonical JSON, hexadecimal. */
export const contentHash = (value: unknown): string => sha256(canonicalJson(value));

/** The first `length` base-36 digits of a text's SHA-256; each digit carries about 5.1 bits. */
export function shortHash(text: string, length: number): string {
  const digits = BigInt(`0x${sha256(text)}`).toString(36);
  return digits.padStart(50, '0').slice(-length);
}
