import { permittedData } from '../authorization/rbac.ts';
import { readBody } from '../core/body.ts';
import { callerOf, hasToken } from '../core/caller.ts';
import { refuse } from '../core/constraint.ts';
import type { SimRequest, SimResponse } from '../core/http.ts';
import { segments } from '../core/ids.ts';
import type { HostRoute, Resource, Sim } from '../core/provider.ts';
import { VAULTS } from './constraints.ts';
import { badParameter, forbidden } from './errors.ts';
import {
  get,
  getDeleted,
  list,
  listDeleted,
  listVersions,
  purge,
  recover,
  remove,
  set,
  update,
  type VaultCall,
} from './secrets.ts';
import { vaultNamed } from './vaults.ts';

const SUFFIX = '.vault.azure.net';
const VERSIONS = new Set([
  '7.0',
  '7.1',
  '7.2',
  '7.3',
  '7.4',
  '7.5',
  '7.6',
  '2016-10-01',
  '2025-06-01-preview',
  '2025-07-01',
  '2026-04-01',
  '2026-04-01',
]);

/** `https://<vault>.vault.azure.net/secrets/...` */
export const dataPlane: HostRoute<'account' | 'time' | 'draws' | 'store' | 'resources' | 'faults' | 'settings'> = {
  matches: (host) => host.endsWith(SUFFIX),
  handle(sim, request) {
    const name = request.url.hostname.slice(0, -SUFFIX.length);
    const vault = vaultNamed(sim, name);
    if (!vault) throw refuse(VAULTS.vaultUnknown, { name });
    // The challenge comes before anything is read: clients send their first request without token and body.
    if (!hasToken(request)) return challenge(sim);
    const version = request.url.searchParams.get('api-version');
    if (version === null) throw badParameter('The request is missing the required query parameter api-version.');
    if (!VERSIONS.has(version))
      throw badParameter(
        `The specified version (${version}) is not recognized. Consider using the latest supported version (2026-04-01).`,
      );
    const response = serve(sim, request, vault);
    return {
      ...response,
      headers: {
        'x-ms-keyvault-region': vault.location ?? 'eastus',
        'x-ms-keyvault-service-version': '1.9.3000.1',
        ...response.headers,
      },
    };
  },
};

const challenge = (sim: Sim<'account'>): SimResponse => ({
  status: 401,
  headers: {
    'www-authenticate': `Bearer authorization="https://login.windows.net/${sim.account.tenantId}", resource="https://vault.azure.net"`,
  },
  body: { error: { code: VAULTS.unauthorized.code, message: VAULTS.unauthorized.text } },
});

const OPERATIONS: Record<string, 'read' | 'list' | 'create' | 'delete' | 'action'> = {
  GET: 'read',
  PUT: 'create',
  PATCH: 'create',
  DELETE: 'delete',
  POST: 'action',
};

function serve(
  sim: Sim<'time' | 'draws' | 'store' | 'resources' | 'faults' | 'settings'>,
  request: SimRequest,
  vault: Resource,
): SimResponse {
  const [kind = '', name, third] = segments(request.url.pathname);
  const { method } = request;
  const listing = method === 'GET' && (name === undefined || third === 'versions');
  sim.faults.inject({
    type:
      kind.toLowerCase() === 'deletedsecrets'
        ? 'Microsoft.KeyVault/vaults/deletedSecrets'
        : 'Microsoft.KeyVault/vaults/secrets',
    name: name ?? '',
    operation: listing ? 'list' : (OPERATIONS[method] ?? 'read'),
    region: vault.location ?? 'eastus',
  });
  const { appId, objectId } = callerOf(request);
  const action = dataAction(method, kind.toLowerCase(), listing, third);
  const scope = name === undefined ? vault.id : `${vault.id}/secrets/${name}`;
  if (!permittedData(sim, objectId, action, scope)) throw forbidden(appId, objectId, action, scope);
  const call: VaultCall = { sim, request, vault, body: readBody(request, true) };
  const answer =
    kind.toLowerCase() === 'deletedsecrets'
      ? deleted(call, method, name, third)
      : secret(call, method, kind, name, third);
  if (answer) return answer;
  throw badParameter(`The vault has no '${method} ${request.url.pathname}'`);
}

const READS: Record<string, string> = { GET: 'getSecret', PUT: 'setSecret', PATCH: 'update', DELETE: 'delete' };

/** What a role must allow (Microsoft Learn, "Azure permissions for Security", Microsoft.KeyVault). */
function dataAction(method: string, kind: string, listing: boolean, third: string | undefined): string {
  const verb =
    kind === 'deletedsecrets'
      ? ({ DELETE: 'purge', POST: third } as Record<string, string | undefined>)[method]
      : listing
        ? undefined
        : READS[method];
  if (verb === 'delete') return 'Microsoft.KeyVault/vaults/secrets/delete';
  return `Microsoft.KeyVault/vaults/secrets/${verb ?? 'readMetadata'}/action`;
}

function secret(
  call: VaultCall,
  method: string,
  kind: string,
  name: string | undefined,
  third: string | undefined,
): SimResponse | undefined {
  if (kind.toLowerCase() !== 'secrets') return undefined;
  if (name === undefined) return method === 'GET' ? list(call) : undefined;
  if (method === 'GET') return third === 'versions' ? listVersions(call, name) : get(call, name, third);
  if (method === 'PATCH') return update(call, name, third);
  if (third !== undefined) return undefined;
  if (method === 'PUT') return set(call, name);
  return method === 'DELETE' ? remove(call, name) : undefined;
}

function deleted(
  call: VaultCall,
  method: string,
  name: string | undefined,
  third: string | undefined,
): SimResponse | undefined {
  if (name === undefined) return method === 'GET' ? listDeleted(call) : undefined;
  if (third === 'recover') return method === 'POST' ? recover(call, name) : undefined;
  if (method === 'GET') return getDeleted(call, name);
  return method === 'DELETE' ? purge(call, name) : undefined;
}
