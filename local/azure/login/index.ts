/**
 * The doors `az` goes through before it does anything: `/metadata/endpoints` of `az cloud register`, and an authority in the
 * style of AD FS (first path segment `adfs`), because MSAL asks no discovery service of Microsoft about such a one.
 * Any service principal with any non-empty secret is let in.
 */
import { ArmError } from '../core/errors.ts';
import type { SimResponse } from '../core/http.ts';
import type { JsonObject } from '../core/json.ts';
import { text } from '../core/json.ts';
import type { HostRoute, Provider, Route } from '../core/provider.ts';
import type { Sim } from '../core/sim.ts';
import { issueToken, keySet, LIFETIME } from './token.ts';

/** Api-versions up to this one answer an object, later ones a list of clouds (azure-cli, `cloud.py`). */
const LAST_SINGLE = '2018-05-01';

const authentication = (origin: string): JsonObject => ({
  loginEndpoint: `${origin}/adfs`,
  audiences: [`${origin}/`],
  tenant: 'adfs',
  identityProvider: 'ADFS',
});

function endpoints(origin: string, apiVersion: string): SimResponse {
  const single = {
    galleryEndpoint: `${origin}/gallery`,
    graphEndpoint: `${origin}/graph`,
    portalEndpoint: `${origin}/portal`,
    authentication: authentication(origin),
  };
  if (apiVersion <= LAST_SINGLE) return { status: 200, body: single };
  return {
    status: 200,
    body: [
      {
        name: 'simulator',
        portal: `${origin}/portal`,
        authentication: authentication(origin),
        graph: `${origin}/graph`,
        gallery: `${origin}/gallery`,
        resourceManager: origin,
        microsoftGraphResourceId: `${origin}/graph/`,
        suffixes: { keyVaultDns: 'vault.azure.net', storage: 'core.windows.net', acrLoginServer: 'azurecr.io' },
      },
    ],
  };
}

const configuration = (sim: Sim<'account'>, base: string): SimResponse => ({
  status: 200,
  body: {
    issuer: `https://sts.windows.net/${sim.account.tenantId}/`,
    authorization_endpoint: `${base}/oauth2/authorize`,
    token_endpoint: `${base}/oauth2/token`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    response_types_supported: ['code', 'id_token', 'token'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
  },
});

/** RFC 6749 5.2; the texts are Entra's. */
const oauthError = (status: number, error: string, description: string): SimResponse => ({
  status,
  body: { error, error_description: description },
});

function token(sim: Sim<'account' | 'time' | 'chance' | 'settings'>, body: JsonObject): SimResponse {
  const clientId = text(body, 'client_id');
  if (text(body, 'grant_type') !== 'client_credentials')
    return oauthError(
      400,
      'unsupported_grant_type',
      "AADSTS70003: The app requested an unsupported grant type; only 'client_credentials' is served here.",
    );
  if (!clientId)
    return oauthError(
      400,
      'invalid_request',
      'AADSTS900144: The request body must contain the following parameter: client_id.',
    );
  if (!text(body, 'client_secret') && !text(body, 'client_assertion'))
    return oauthError(
      401,
      'invalid_client',
      'AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.',
    );
  const audience = (text(body, 'scope') ?? text(body, 'resource') ?? 'https://management.azure.com').replace(
    /\/?\.default$/,
    '',
  );
  return {
    status: 200,
    body: {
      token_type: 'Bearer',
      expires_in: LIFETIME,
      ext_expires_in: LIFETIME,
      access_token: issueToken(sim, { clientId }, audience),
    },
  };
}

const adfs = (base: string): Route<'account' | 'time' | 'chance' | 'settings'>[] => [
  { method: 'GET', path: `${base}/discovery/v2.0/keys`, handle: ({ sim }) => ({ status: 200, body: keySet(sim) }) },
  {
    method: 'GET',
    path: `${base}/.well-known/openid-configuration`,
    handle: ({ sim, request }) => configuration(sim, `${request.url.origin}/adfs`),
  },
  { method: 'POST', path: `${base}/oauth2/token`, handle: ({ sim, body }) => token(sim, body) },
  { method: 'POST', path: `${base}/oauth2/v2.0/token`, handle: ({ sim, body }) => token(sim, body) },
];

/** The public cloud's own address, for who comes by `x-sim-host`: the keys that tokens are signed with. */
const entraHost: HostRoute<never> = {
  matches: (host) => host === 'login.microsoftonline.com',
  handle(sim, { method, url }) {
    if (method === 'GET' && /^\/[^/]+\/discovery\/v2\.0\/keys$/i.test(url.pathname))
      return { status: 200, body: keySet(sim) };
    throw new ArmError(404, 'NotFound', 'Only GET /{tenant}/discovery/v2.0/keys is answered here.');
  },
};

export const login: Provider<'account' | 'time' | 'chance' | 'settings'> = {
  namespace: 'Microsoft.Resources',
  types: [],
  hosts: [entraHost],
  routes: [
    {
      method: 'GET',
      path: '/metadata/endpoints',
      handle: ({ request, query }) => endpoints(request.url.origin, query.get('api-version') ?? '2015-01-01'),
    },
    ...adfs('/adfs'),
    ...adfs('/adfs/{tenant}'),
    { method: 'GET', path: '/{tenant}/discovery/v2.0/keys', handle: ({ sim }) => ({ status: 200, body: keySet(sim) }) },
    {
      method: 'GET',
      path: '/adfs/oauth2/authorize',
      handle: () => {
        throw new ArmError(
          400,
          'InteractiveLoginNotSupported',
          'Sign in with a service principal: az login --service-principal -u ID -p SECRET --tenant ID',
        );
      },
    },
  ],
};
