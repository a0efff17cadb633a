/**
 * What App Service authentication says of the caller: `X-MS-CLIENT-PRINCIPAL`, base64 of JSON (Microsoft Learn, "Work with
 * user identities in Azure App Service authentication"). Read strictly: other identity providers, other tenants and claims
 * that merely call themselves roles say nothing here, and what is malformed is no principal.
 */
import { z } from 'zod';
import type { Settings } from '../azure/settings.ts';

export interface HeaderReader {
  get(name: string): string | null;
}

export interface Claims {
  /** In lower case. */
  roles: ReadonlySet<string>;
  name: string | undefined;
}

const principalSchema = z.object({
  /** Entra ID; `google`, `github` and others have roles of their own making. */
  auth_typ: z.literal('aad'),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
  role_typ: z.string().nullish(),
});
type ClientPrincipal = z.infer<typeof principalSchema>;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The principal of a header; undefined for anything but base64 of UTF-8 of JSON of its shape. */
export function readPrincipal(header: string): ClientPrincipal | undefined {
  if (header === '' || !BASE64.test(header)) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(header, 'base64'));
    return principalSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const NAME_CLAIMS = [
  'preferred_username',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
  'name',
  'appid',
  'azp',
  'http://schemas.microsoft.com/identity/claims/objectidentifier',
  'oid',
];
/** App roles: as the token has them, and under the name the platform may give them. */
const ROLE_CLAIMS = ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'];
const TENANT_CLAIMS = ['tid', 'http://schemas.microsoft.com/identity/claims/tenantid'];

const valuesOf = ({ claims }: ClientPrincipal, types: readonly string[]): string[] =>
  claims.filter(({ typ }) => types.includes(typ)).map(({ val }) => val);

/** Whether every word about the tenant, and there is one, says ours. */
function isOurs(principal: ClientPrincipal, tenantId: string | undefined): boolean {
  const said = valuesOf(principal, TENANT_CLAIMS);
  return tenantId !== undefined && said.length > 0 && said.every((one) => one.toLowerCase() === tenantId.toLowerCase());
}

/**
 * The claims of the caller; undefined when nothing is said that can be trusted.
 * @param guarded whether something in front removes what clients put into the header
 */
export function claimsOf(headers: HeaderReader, { tenantId }: Settings, guarded: boolean): Claims | undefined {
  const header = headers.get('x-ms-client-principal');
  const principal = header !== null && guarded ? readPrincipal(header) : undefined;
  if (!principal || !isOurs(principal, tenantId)) return undefined;
  // A principal whose roles are said to be in another claim, such as its name, has none that an admin gave.
  const known = principal.role_typ == null || ROLE_CLAIMS.includes(principal.role_typ);
  const roles = known ? valuesOf(principal, ROLE_CLAIMS).map((role) => role.toLowerCase()) : [];
  const name = NAME_CLAIMS.flatMap((type) => valuesOf(principal, [type])).find((value) => value !== '');
  return { roles: new Set(roles), name: name ?? headers.get('x-ms-client-principal-name') ?? undefined };
}
