/**
 * How the control plane tells a relay what to do, and gets from it what is not for everybody. The relay's page is public and plain HTTP, so
 * a request shows its proof: `authorization: StreamControl MILLISECONDS.HMAC`, an HMAC-SHA-256 over method, path with query, the
 * milliseconds since 1970 and the body, with a key made of the deployment's ingest passphrase, which the control plane keeps for itself.
 * A proof holds for a minute; one that changes something holds once.
 *
 * ```
 * POST /source       {"active": "main" | "backup" | "auto"}   200 {"wanted", "onAir"}
 * GET  /preview.jpg                                             200 image/jpeg, 320 wide, of what is on air; 503 before the first picture
 * ```
 * 400 for a body that says nothing, 401 without proof.
 */
import { z } from 'zod';
import { WANTED_PRESENTERS } from './presenters.ts';

/** What `POST /source` takes. */
export const sourceSchema = z.object({ active: z.enum(WANTED_PRESENTERS) });

/** The relay's environment variable with the passphrase that proofs are made of. */
export const CONTROL_VARIABLE = 'INGEST_PASSPHRASE';

/** What it is answered. */
export const sourceAnswerSchema = z.object({
  wanted: z.enum(WANTED_PRESENTERS),
  onAir: z.enum(['main', 'backup']).nullable(),
});

export const SOURCE_ROUTE = '/source';
export const PREVIEW_ROUTE = '/preview.jpg';

/** What is proved: the request as it is on the wire. */
export interface ControlRequest {
  method: string;
  /** Path and query. */
  path: string;
  body: string;
}

const SCHEME = 'StreamControl';
/** What the key is made for: HMAC of this by the passphrase. */
export const PURPOSE = 'stream-control relay control 1';
/** Clocks may differ by as much, ms. */
export const HOLDS_MS = 60_000;
const bytes = (text: string) => new TextEncoder().encode(text);
const HMAC = { name: 'HMAC', hash: 'SHA-256' };

async function keyOf(passphrase: string) {
  const root = await crypto.subtle.importKey('raw', bytes(passphrase), HMAC, false, ['sign', 'verify']);
  return crypto.subtle.importKey('raw', await crypto.subtle.sign('HMAC', root, bytes(PURPOSE)), HMAC, false, [
    'sign',
    'verify',
  ]);
}
/** What is signed. */
export const wordsOf = ({ method, path, body }: ControlRequest, at: number): string =>
  [method, path, at, body].join('\n');
const words = (request: ControlRequest, at: number) => bytes(wordsOf(request, at));
/** The parts of an `authorization`: when it was made (ms since 1970), and its proof in hexadecimal digits. */
export function proofIn(authorization: string | undefined): { at: number; hex: string } | undefined {
  const [, at, hex] = /^StreamControl (\d{1,15})\.([0-9a-f]{64})$/.exec(authorization ?? '') ?? [];
  return at === undefined || hex === undefined ? undefined : { at: Number(at), hex };
}

/** The `authorization` of a request. @param passphrase the deployment's ingest passphrase. @param now ms since 1970 */
export async function proofOf(passphrase: string, request: ControlRequest, now: number): Promise<string> {
  const at = Math.floor(now);
  const mac = await crypto.subtle.sign('HMAC', await keyOf(passphrase), words(request, at));
  const hex = Array.from(new Uint8Array(mac), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${SCHEME} ${at}.${hex}`;
}

/** When a request was proved (ms since 1970); undefined when it was not, or too long ago. */
export async function provedAt(
  passphrase: string,
  request: ControlRequest,
  authorization: string | undefined,
  now: number,
): Promise<number | undefined> {
  const proof = proofIn(authorization);
  if (!proof || Math.abs(now - proof.at) > HOLDS_MS) return undefined;
  const mac = Uint8Array.from(proof.hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const right = await crypto.subtle.verify('HMAC', await keyOf(passphrase), mac, words(request, proof.at));
  return right ? proof.at : undefined;
}
