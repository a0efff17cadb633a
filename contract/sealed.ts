/**
 * Words between programs that share a secret of a deployment, over plain HTTP: nobody else can read, make or change them. AES-256-GCM with
 * a key made of the secret (HKDF-SHA-256). A question holds for a minute, and once; an answer belongs to its question.
 *
 * ```
 * POST /sealed   {"at": ms since 1970, "iv": hex, "box": hex}   200 the same form; 401 for what is not sealed with the secret, or not fresh
 * ```
 */
import { z } from 'zod';

export const SEALED_ROUTE = '/sealed';
/** Clocks may differ by as much, ms. */
export const SEAL_HOLDS_MS = 60_000;
/** Longest body of either way, characters. */
export const LONGEST_SEALED = 1_000_000;

const hex = z.string().regex(/^([0-9a-f]{2})+$/);
export const sealedSchema = z.strictObject({
  at: z.number().int().nonnegative(),
  iv: hex.length(24),
  box: hex.max(LONGEST_SEALED),
});
export type Sealed = z.output<typeof sealedSchema>;

const AES = 'AES-GCM';
const bytes = (text: string) => new TextEncoder().encode(text);
const toHex = (of: Uint8Array): string => Array.from(of, (byte) => byte.toString(16).padStart(2, '0')).join('');
const fromHex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

async function keyOf(secret: string) {
  const root = await crypto.subtle.importKey('raw', bytes(secret), 'HKDF', false, ['deriveKey']);
  const how = { name: 'HKDF', hash: 'SHA-256', salt: bytes(''), info: bytes('stream-control sealed 1') };
  return crypto.subtle.deriveKey(how, root, { name: AES, length: 256 }, false, ['encrypt', 'decrypt']);
}
/** What the seal covers beside the words: which way they go, when, and to which question. */
const around = (at: number, question?: Sealed) => bytes(question ? `answer ${at} ${question.iv}` : `question ${at}`);

/** @param now ms since 1970. @param question the one that this answers */
export async function seal(secret: string, value: unknown, now: number, question?: Sealed): Promise<Sealed> {
  const at = Math.floor(now);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: AES, iv, additionalData: around(at, question) };
  const box = await crypto.subtle.encrypt(how, await keyOf(secret), bytes(JSON.stringify(value)));
  return { at, iv: toHex(iv), box: toHex(new Uint8Array(box)) };
}

/** What was sealed; undefined for what was not, or not lately, or as the answer to something else. */
export async function unseal(secret: string, sealed: unknown, now: number, question?: Sealed): Promise<unknown> {
  const read = sealedSchema.safeParse(sealed);
  if (!read.success || Math.abs(now - read.data.at) > SEAL_HOLDS_MS) return undefined;
  const { at, iv, box } = read.data;
  const how = { name: AES, iv: fromHex(iv), additionalData: around(at, question) };
  try {
    const text = new TextDecoder().decode(await crypto.subtle.decrypt(how, await keyOf(secret), fromHex(box)));
    return JSON.parse(text);
  } catch {
    return undefined; // Sealed with another secret, or changed on the way.
  }
}
