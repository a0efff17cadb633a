/**
 * Who calls, and what they may do. Denies by default.
 *
 * `entra`: the caller's token, which is checked here (azure/entra.ts). It comes as a bearer token, or, for a browser that has
 * signed in through App Service authentication, in the header in which the platform passes on what Entra gave it. What else
 * the platform says of the caller only counts against them. `local`: whoever can reach the loopback interface is admin; the
 * Host and Origin headers keep out web pages that only resolve to it.
 */
import { checkOf, type Identity, KeysUnavailable, type TokenCheck } from '../azure/entra.ts';
import type { Settings } from '../azure/settings.ts';
import { agrees, type HeaderReader } from './claims.ts';
import { isLoopback, refuseForeignPages } from './pages.ts';
import { Problem } from './problem.ts';

export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface Principal {
  /** Shown in journals; an address or a name, never a secret. */
  name: string;
  roles: readonly Role[];
}

function localPrincipal(headers: HeaderReader, settings: Settings): Principal {
  if (settings.siteName !== undefined)
    throw new Problem(403, 'AUTH_MODE=local is refused on Azure; set AUTH_MODE=entra and App Service authentication');
  if (!isLoopback(headers.get('host')))
    throw new Problem(403, 'AUTH_MODE=local answers only requests to 127.0.0.1, localhost or [::1]');
  // Not even reading is for pages of others: whatever is read here is read as admin.
  refuseForeignPages(headers, settings);
  return { name: 'local', roles: ROLES };
}

/** The bearer token; else the one of a browser's session (Microsoft Learn, "Work with OAuth tokens in App Service authentication"). */
function tokenIn(headers: HeaderReader): string | undefined {
  const authorization = headers.get('authorization');
  if (authorization !== null) return /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  return headers.get('x-ms-token-aad-id-token') ?? undefined;
}

/**
 * Whom Entra vouches for; undefined when nobody.
 * @throws Problem 503 while the keys to tell cannot be had
 */
export async function vouchedFor(
  headers: HeaderReader,
  settings: Settings,
  check: TokenCheck = checkOf(settings),
): Promise<Identity | undefined> {
  const token = settings.authMode === 'entra' ? tokenIn(headers) : undefined;
  if (token === undefined) return undefined;
  try {
    const identity = await check(token);
    return identity && agrees(headers, identity, settings.tenantId) ? identity : undefined;
  } catch (error) {
    if (!(error instanceof KeysUnavailable)) throw error;
    throw new Problem(503, `${error.message} (setting AUTH_AUTHORITY); try again`, { headers: { 'retry-after': '5' } });
  }
}

async function entraPrincipal(headers: HeaderReader, settings: Settings): Promise<Principal> {
  const identity = await vouchedFor(headers, settings);
  if (!identity)
    throw new Problem(
      401,
      'Sign in: this control plane takes Microsoft Entra ID tokens that its own tenant has issued for it and that have not expired',
      { headers: { 'www-authenticate': 'Bearer' } },
    );
  return { name: identity.name, roles: ROLES.filter((role) => identity.roles.has(role)) };
}

/** Who calls. @throws Problem 401 or 403, 503 while nobody can tell */
export const principalOf = async (headers: HeaderReader, settings: Settings): Promise<Principal> =>
  settings.authMode === 'local' ? localPrincipal(headers, settings) : await entraPrincipal(headers, settings);

/** Whether a principal's roles cover `needed`: admin covers operator covers viewer. */
export const covers = ({ roles }: Principal, needed: Role): boolean =>
  roles.some((role) => ROLES.indexOf(role) >= ROLES.indexOf(needed));
