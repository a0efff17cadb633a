/**
 * Access tokens as Entra issues them: JWTs signed with RS256, whose key anyone may fetch. The simulator itself verifies nobody; who
 * is called with such a token may. The key lives as long as the process, so a restart is a rotation.
 */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { JsonObject } from '../core/json.ts';
import type { Sim } from '../core/sim.ts';

/** Seconds a token lasts. */
export const LIFETIME = 3600;

interface SigningKey {
  id: string;
  secret: KeyObject;
  /** As it stands in the set of keys (RFC 7517). */
  shown: JsonObject;
}

const made = new WeakMap<Sim<never>, SigningKey>();

/** Made when first asked for: most simulators never sign anything. */
function keyOf(sim: Sim<never>): SigningKey {
  const known = made.get(sim);
  if (known) return known;
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const id = n.slice(0, 27);
  const key = { id, secret: privateKey, shown: { kty: 'RSA', use: 'sig', kid: id, x5t: id, n, e } };
  made.set(sim, key);
  return key;
}

/** The authority's keys, as `/{tenant}/discovery/v2.0/keys` answers them. */
export const keySet = (sim: Sim<never>): JsonObject => ({ keys: [keyOf(sim).shown] });

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** @param audience what the token is for, such as `https://management.azure.com` or `api://CLIENT_ID` */
export function issueToken(
  sim: Sim<'account' | 'time' | 'chance' | 'settings'>,
  who: { clientId: string; objectId?: string },
  audience: string,
): string {
  const issued = Math.floor(sim.time.shown() / 1000);
  const objectId = who.objectId ?? sim.chance.guid('service principal', who.clientId.toLowerCase());
  const roles = sim.settings.appRoles[who.clientId] ?? sim.settings.appRoles[objectId];
  const claims = {
    aud: audience,
    iss: `https://sts.windows.net/${sim.account.tenantId}/`,
    iat: issued,
    nbf: issued,
    exp: issued + LIFETIME,
    appid: who.clientId,
    idtyp: 'app',
    oid: objectId,
    ...(roles && { roles }),
    sub: objectId,
    tid: sim.account.tenantId,
    ver: '1.0',
  };
  const { id, secret } = keyOf(sim);
  const body = `${part({ typ: 'JWT', alg: 'RS256', kid: id, x5t: id })}.${part(claims)}`;
  return `${body}.${sign('RSA-SHA256', Buffer.from(body), secret).toString('base64url')}`;
}
