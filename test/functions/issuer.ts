/** A tenant of Entra's on this machine: keys on a loopback address, tokens signed with them, and tokens that are wrong in one thing. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { readSettings, type Settings } from '../../azure/settings.ts';
import { ENVIRONMENT } from '../azure/fake.ts';

export const TENANT = '11111111-2222-3333-4444-55555555abcd';
export const OTHER_TENANT = '99999999-2222-3333-4444-555555555555';
export const CLIENT = 'aaaaaaaa-0000-0000-0000-00000000000c';
export const AUDIENCE = `api://${CLIENT}`;
export const ANN = 'a0000000-0000-0000-0000-000000000001';
export const SITE = 'https://site.azurewebsites.net';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
const made = async (id: string) => ({ id, ...((await generateKeyPair('RS256', { extractable: true })) as Pair) });
type Key = Awaited<ReturnType<typeof made>>;

export interface Issuer extends AsyncDisposable {
  authority: string;
  /** Settings of an installation on Azure that believes this tenant. */
  settings: Settings;
  /** How often the keys were asked for. */
  asked: number;
  /** What the address of the keys answers instead of them. */
  broken: { status: number; body: string } | undefined;
  /** Signs with another key from now on; the old one is taken back. */
  rotate(): Promise<void>;
  /** A good token of Ann's for `roles`, with claims and header changed. */
  token(roles: unknown, claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
  /** Tokens that claim the role admin and must not count, by what is wrong with them. */
  forged(): Promise<Record<string, string>>;
}

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const seconds = () => Math.floor(Date.now() / 1000);

export async function issuer(more: Record<string, string> = {}): Promise<Issuer> {
  let key = await made('first');
  const stranger = await made('first');
  const server = createServer(async (_request, response) => {
    one.asked++;
    if (one.broken) return void response.writeHead(one.broken.status).end(one.broken.body);
    const { id, publicKey } = key;
    response.end(JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: id, use: 'sig' }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const authority = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const read = readSettings({
    ...ENVIRONMENT,
    AUTH_MODE: 'entra',
    AZURE_CLOUD: 'azure',
    AZURE_SUBSCRIPTION_ID: TENANT,
    WEBSITE_SITE_NAME: 'site',
    AUTH_TENANT_ID: TENANT,
    CONTROL_PLANE_AUDIENCE: AUDIENCE,
    PUBLIC_URL: SITE,
    ...more,
  });
  const claimsOf = (roles: unknown, claims: Record<string, unknown>): JWTPayload => ({
    iss: `${authority}/${TENANT}/v2.0`,
    aud: CLIENT,
    tid: TENANT,
    oid: ANN,
    preferred_username: 'ann@example.org',
    roles,
    iat: seconds() - 10,
    nbf: seconds() - 10,
    exp: seconds() + 3600,
    ...claims,
  });
  const signed = (by: Key, payload: JWTPayload, header: Record<string, unknown> = {}) =>
    new SignJWT(payload).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: by.id, ...header }).sign(by.privateKey);
  const one: Issuer = {
    authority,
    // On Azure only https is taken; what is tried here is what happens behind that check.
    settings: { ...read, authority },
    asked: 0,
    broken: undefined,
    rotate: async () => {
      key = await made(`after ${key.id}`);
    },
    token: (roles, claims = {}, header = {}) => signed(key, claimsOf(roles, claims), header),
    async forged() {
      const admin = (claims: Record<string, unknown> = {}) => one.token(['admin'], claims);
      const good = await admin();
      const [head = '', body = '', signature = ''] = good.split('.');
      const spki = new TextEncoder().encode(await exportSPKI(key.publicKey));
      const none = `${base64url({ alg: 'none', typ: 'JWT' })}.${body}.`;
      const symmetric = new SignJWT(claimsOf(['admin'], {})).setProtectedHeader({ alg: 'HS256', kid: key.id });
      return {
        'signed by nobody (`alg: none`)': none,
        '`alg: none` in other letters': `${base64url({ alg: 'NoNe', typ: 'JWT' })}.${body}.${signature}`,
        'the signature taken off': `${head}.${body}.`,
        'HS256 with the public key as its secret': await symmetric.sign(spki),
        'signed by a key of the same name': await signed(stranger, claimsOf(['admin'], {})),
        'signed by a key that it brings along': await signed(stranger, claimsOf(['admin'], {}), {
          kid: 'own',
          jwk: await exportJWK(stranger.publicKey),
        }),
        'a body exchanged after signing': `${head}.${base64url(claimsOf(['admin'], { oid: 'b' }))}.${signature}`,
        'an extension that must be understood': await one
          .token(['admin'], {}, { crit: ['exp'], exp: 1 })
          .catch(() => `${base64url({ alg: 'RS256', kid: key.id, crit: ['x'], x: 1 })}.${body}.${signature}`),
        expired: await admin({ exp: seconds() - 120 }),
        'not valid yet': await admin({ nbf: seconds() + 120 }),
        'without an end': await admin({ exp: undefined }),
        'for another application': await admin({ aud: 'api://other' }),
        'for Azure Resource Manager': await admin({ aud: 'https://management.azure.com' }),
        'for nobody': await admin({ aud: undefined }),
        'of another tenant, by its own issuer': await admin({
          tid: OTHER_TENANT,
          iss: `https://sts.windows.net/${OTHER_TENANT}/`,
        }),
        'of another tenant, by our issuer': await admin({ tid: OTHER_TENANT }),
        'without a tenant': await admin({ tid: undefined }),
        'of another issuer': await admin({ iss: 'https://evil.example/v2.0' }),
        'of no issuer': await admin({ iss: undefined }),
        'about nobody': await admin({ oid: undefined }),
        'too long': await admin({ padding: 'x'.repeat(20_000) }),
        'no token': 'admin',
        empty: '..',
      };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return one;
}

/** What App Service puts into its header for a signed-in caller. */
export const principalHeader = (...claims: [typ: string, val: string][]): string =>
  Buffer.from(
    JSON.stringify({ auth_typ: 'aad', claims: claims.map(([typ, val]) => ({ typ, val })), role_typ: 'roles' }),
  ).toString('base64');
