import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether a request comes from the Teams outgoing webhook: `Authorization: HMAC <base64>`, HMAC-SHA256 over the raw UTF-8
 * body with the base64-decoded security token (Microsoft Learn, "Create an outgoing webhook").
 */
export function isFromTeams(raw: string, authorization: string | null, token: string | undefined): boolean {
  const given = /^HMAC\s+([A-Za-z0-9+/=]+)$/.exec(authorization ?? '')?.[1];
  if (given === undefined || token === undefined) return false;
  const wanted = createHmac('sha256', Buffer.from(token, 'base64')).update(raw, 'utf8').digest();
  const shown = Buffer.from(given, 'base64');
  return shown.length === wanted.length && timingSafeEqual(shown, wanted);
}
