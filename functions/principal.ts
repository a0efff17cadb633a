/**
 * Who calls, and what they may do. Denies by default.
 *
 * `entra`: App Service authentication stands in front and puts a header that clients cannot forge, because it removes
 * theirs; where it is switched off the header is worth nothing, so its switch is checked too. `local`: whoever can reach
 * the loopback interface is admin; the Host and Origin headers keep out web pages that only resolve to it.
 */
import type { Settings } from '../azure/settings.ts';
import { type Claims, claimsOf, type HeaderReader } from './claims.ts';
import { Problem } from './problem.ts';

export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface Principal {
  /** Shown in journals; an address or a name, never a secret. */
  name: string;
  roles: readonly Role[];
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

function isLoopback(host: string | null): boolean {
  if (!host) return false;
  try {
    return LOOPBACK.has(new URL(`http://${host}`).hostname);
  } catch {
    return false;
  }
}

function localPrincipal(headers: HeaderReader, settings: Settings): Principal {
  if (settings.siteName !== undefined)
    throw new Problem(403, 'AUTH_MODE=local is refused on Azure; set AUTH_MODE=entra and App Service authentication');
  if (!isLoopback(headers.get('host')))
    throw new Problem(403, 'AUTH_MODE=local answers only requests to 127.0.0.1, localhost or [::1]');
  // The same rule as the local host's own guard: this one also stands where another host runs the app.
  const origin = headers.get('origin');
  if (origin !== null && !['http', 'https'].some((scheme) => origin === `${scheme}://${headers.get('host')}`))
    throw new Problem(
      403,
      'AUTH_MODE=local answers only pages of its own on 127.0.0.1, localhost or [::1]; another port is a stranger',
    );
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none')
    throw new Problem(403, 'AUTH_MODE=local answers only its own pages');
  return { name: 'local', roles: ROLES };
}

/** What the platform says of the caller; undefined when it says nothing that can be trusted. */
function vouchedFor(headers: HeaderReader, settings: Settings): Claims | undefined {
  // Away from App Service nobody guards the header, and a Host header can be forged: good enough to try it on the simulator.
  const trying = settings.cloud === 'simulator' && isLoopback(headers.get('host'));
  const guarded = settings.siteName === undefined ? trying : settings.platformAuthentication;
  return claimsOf(headers, settings, guarded);
}

/** Roles that the platform vouches for, in lower case; none when it vouches for nothing. */
export const claimedRoles = (headers: HeaderReader, settings: Settings): ReadonlySet<string> =>
  vouchedFor(headers, settings)?.roles ?? new Set();

function entraPrincipal(headers: HeaderReader, settings: Settings): Principal {
  const claims = vouchedFor(headers, settings);
  if (!claims)
    throw new Problem(
      401,
      'Sign in: this control plane takes Microsoft Entra ID sign-in of its own tenant through App Service',
      {
        headers: { 'www-authenticate': 'Bearer' },
      },
    );
  return { name: claims.name ?? 'unknown', roles: ROLES.filter((role) => claims.roles.has(role)) };
}

/** Who calls. @throws Problem 401 or 403 */
export const principalOf = (headers: HeaderReader, settings: Settings): Principal =>
  settings.authMode === 'local' ? localPrincipal(headers, settings) : entraPrincipal(headers, settings);

/** Whether a principal's roles cover `needed`: admin covers operator covers viewer. */
export const covers = ({ roles }: Principal, needed: Role): boolean =>
  roles.some((role) => ROLES.indexOf(role) >= ROLES.indexOf(needed));
