import type { SimRequest } from './http.ts';
import { isObject } from './json.ts';

/** The identity of tokens that say nothing: any bearer token is taken. */
export const DEFAULT_CALLER = {
  appId: '33333333-3333-3333-3333-333333333333',
  objectId: '44444444-4444-4444-4444-444444444444',
};

/** Whether the request carries a bearer token at all. */
export const hasToken = (request: SimRequest): boolean => /^bearer \S/i.test(request.headers.authorization ?? '');

/** Who sent the request: the `appid` and `oid` claims when the bearer token is a JWT (never verified), else the default one. */
export function callerOf(request: SimRequest): { appId: string; objectId: string } {
  const payload = /^bearer [^.]*\.([^.]+)\./i.exec(request.headers.authorization ?? '')?.[1];
  if (payload === undefined) return DEFAULT_CALLER;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    if (!isObject(claims)) return DEFAULT_CALLER;
    const { appid, oid } = claims;
    return {
      appId: typeof appid === 'string' ? appid : DEFAULT_CALLER.appId,
      objectId: typeof oid === 'string' ? oid : DEFAULT_CALLER.objectId,
    };
  } catch {
    return DEFAULT_CALLER;
  }
}
