/** Access tokens as the simulator's authority issues them: unsigned JWTs that say who calls, as nothing here verifies anybody. */
import type { Sim } from '../core/sim.ts';

/** Seconds a token lasts. */
export const LIFETIME = 3600;

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** @param audience what the token is for, such as `https://management.azure.com` */
export function issueToken(sim: Sim, clientId: string, audience: string): string {
  const issued = Math.floor(sim.shown() / 1000);
  const claims = {
    aud: audience,
    iss: `https://sts.windows.net/${sim.tenantId}/`,
    iat: issued,
    nbf: issued,
    exp: issued + LIFETIME,
    appid: clientId,
    idtyp: 'app',
    oid: sim.chance.guid('service principal', clientId.toLowerCase()),
    sub: sim.chance.guid('service principal', clientId.toLowerCase()),
    tid: sim.tenantId,
    ver: '1.0',
  };
  return `${part({ typ: 'JWT', alg: 'none' })}.${part(claims)}.`;
}
