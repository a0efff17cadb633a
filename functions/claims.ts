/**
 * What App Service authentication says of the caller: `X-MS-CLIENT-PRINCIPAL`, base64 of JSON (Microsoft Learn, "Work with
 * user identities in Azure App Service authentication"). It gives nobody anything: the token does. But where it is there it must
 * say the same, or somebody has made one of the two up.
 */
import { z } from 'zod';
import type { Identity } from '../azure/entra.ts';

export interface HeaderReader {
  get(name: string): string | null;
}

const principalSchema = z.object({
  /** Entra ID; `google`, `github` and others have roles of their own making. */
  auth_typ: z.literal('aad'),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
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

/** Claims as the token has them, and under the names that the platform may give them. */
const ROLES = ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'];
const TENANT = ['tid', 'http://schemas.microsoft.com/identity/claims/tenantid'];
const OBJECT = ['oid', 'http://schemas.microsoft.com/identity/claims/objectidentifier'];

/** Whether the platform's header, where there is one, names the tenant and the caller of the token, and no role more. */
export function agrees(headers: HeaderReader, identity: Identity, tenantId: string | undefined): boolean {
  const header = headers.get('x-ms-client-principal');
  if (header === null) return true;
  const principal = readPrincipal(header);
  if (!principal) return false;
  const said = (types: readonly string[]) =>
    principal.claims.filter(({ typ }) => types.includes(typ)).map(({ val }) => val.toLowerCase());
  const only = (types: readonly string[], value: string | undefined) => {
    const values = said(types);
    return values.length > 0 && values.every((one) => one === value?.toLowerCase());
  };
  return (
    only(TENANT, tenantId) && only(OBJECT, identity.objectId) && said(ROLES).every((role) => identity.roles.has(role))
  );
}
