import { describe, expect, test } from 'vitest';
import { readSettings } from '../../azure/settings.ts';
import { claimedRoles, covers, principalOf } from '../../functions/principal.ts';
import { ENVIRONMENT } from '../azure/fake.ts';

const settings = (changed: Record<string, string | undefined>) => readSettings({ ...ENVIRONMENT, ...changed });
const TENANT = '11111111-2222-3333-4444-55555555abcd';
const ENTRA = { AUTH_MODE: 'entra', AUTH_TENANT_ID: TENANT };
const SITE = {
  ...ENTRA,
  AZURE_CLOUD: 'azure',
  AZURE_SUBSCRIPTION_ID: TENANT,
  PUBLIC_URL: 'https://site.azurewebsites.net',
  WEBSITE_SITE_NAME: 'site',
};
const onAzure = settings({ ...SITE, WEBSITE_AUTH_ENABLED: 'True' });
type Claim = [typ: string, val: string];
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
const claimsOf = (...claims: Claim[]) => claims.map(([typ, val]) => ({ typ, val }));
const principal = (...claims: Claim[]) =>
  encoded({ auth_typ: 'aad', claims: claimsOf(['tid', TENANT], ...claims), role_typ: 'roles' });
const headers = (given: Record<string, string>) => new Headers({ host: 'control.azurewebsites.net', ...given });
const viewer = headers({
  'x-ms-client-principal': principal(['preferred_username', 'ann@example.org'], ['roles', 'viewer']),
});

describe('entra', () => {
  test('roles and name come from the platform’s header', () => {
    expect(principalOf(viewer, onAzure)).toEqual({ name: 'ann@example.org', roles: ['viewer'] });
  });
  test('is the default', () => {
    expect(settings({ AUTH_MODE: undefined, AUTH_TENANT_ID: TENANT }).authMode).toBe('entra');
  });
  test.each([
    ['no header', headers({}), onAzure],
    ['a header that is no principal', headers({ 'x-ms-client-principal': '%%%' }), onAzure],
    ['authentication switched off on Azure', viewer, settings(SITE)],
    ['a forged header away from Azure', viewer, settings(ENTRA)],
    [
      'a forged header and Host where no platform guards real Azure',
      headers({ 'x-ms-client-principal': principal(['roles', 'admin']), host: '127.0.0.1' }),
      settings({
        ...ENTRA,
        AZURE_CLOUD: 'azure',
        AZURE_SUBSCRIPTION_ID: '00000000-0000-0000-0000-000000000001',
      }),
    ],
  ])('denies: %s', (_what, given, configured) => {
    expect(() => principalOf(given, configured)).toThrow(expect.objectContaining({ status: 401 }));
    expect(claimedRoles(given, configured).size).toBe(0);
  });
  test('someone without a role is nobody', () => {
    const none = headers({ 'x-ms-client-principal': principal(['name', 'Ann']) });
    expect(covers(principalOf(none, onAzure), 'viewer')).toBe(false);
  });
  test('roles that are not people’s are seen, but open no door', () => {
    const agent = headers({ 'x-ms-client-principal': principal(['roles', 'agent']) });
    expect(claimedRoles(agent, onAzure)).toEqual(new Set(['agent']));
    expect(principalOf(agent, onAzure).roles).toEqual([]);
  });
});

const admin: Claim = ['roles', 'admin'];
const tid: Claim = ['tid', TENANT];
const LONG_TID = 'http://schemas.microsoft.com/identity/claims/tenantid';
const LONG_ROLE = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role';
const OTHER = '99999999-2222-3333-4444-555555555555';
const shown = (value: unknown) =>
  headers({ 'x-ms-client-principal': typeof value === 'string' ? value : encoded(value) });

describe('the platform’s header is read strictly', () => {
  test.each([
    ['the tenant’s long name', { auth_typ: 'aad', claims: claimsOf([LONG_TID, TENANT], admin) }],
    ['the tenant in capitals', { auth_typ: 'aad', claims: claimsOf(['tid', TENANT.toUpperCase()], admin) }],
    ['the roles’ long name', { auth_typ: 'aad', claims: claimsOf(tid, [LONG_ROLE, 'Admin']), role_typ: LONG_ROLE }],
    ['short roles under the long type', { auth_typ: 'aad', claims: claimsOf(tid, admin), role_typ: LONG_ROLE }],
    ['no type of roles', { auth_typ: 'aad', claims: claimsOf(tid, admin), role_typ: null, name_typ: 'name' }],
  ])('%s counts', (_what, value) => {
    expect(principalOf(shown(value), onAzure).roles).toEqual(['admin']);
  });

  test.each([
    ['another provider', { auth_typ: 'google', claims: claimsOf(tid, admin) }],
    ['a provider in capitals', { auth_typ: 'AAD', claims: claimsOf(tid, admin) }],
    ['no provider', { claims: claimsOf(tid, admin) }],
    ['another tenant', { auth_typ: 'aad', claims: claimsOf(['tid', OTHER], admin) }],
    ['two tenants', { auth_typ: 'aad', claims: claimsOf(tid, [LONG_TID, OTHER], admin) }],
    ['no tenant', { auth_typ: 'aad', claims: claimsOf(admin) }],
    ['an empty tenant', { auth_typ: 'aad', claims: claimsOf(['tid', ''], admin) }],
    ['no claims', { auth_typ: 'aad' }],
    ['claims that are no list', { auth_typ: 'aad', claims: { typ: 'roles', val: 'admin' } }],
    ['a claim that is nothing', { auth_typ: 'aad', claims: [null, ...claimsOf(tid, admin)] }],
    ['a claim of numbers', { auth_typ: 'aad', claims: [{ typ: 1, val: 2 }, ...claimsOf(tid, admin)] }],
    ['a value that is a list', { auth_typ: 'aad', claims: [...claimsOf(tid), { typ: 'roles', val: ['admin'] }] }],
    ['a type of roles that is no text', { auth_typ: 'aad', claims: claimsOf(tid, admin), role_typ: ['roles'] }],
    ['null', null],
    ['a list', []],
    ['a number', 7],
    ['no base64', '%%%'],
    ['two headers in one', `${principal(admin)}, ${principal(admin)}`],
    ['base64 of nothing', ''],
    ['base64url', `${principal(admin).slice(0, -4)}_-==`],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]).toString('base64')],
    ['JSON that is cut', Buffer.from('{"auth_typ":"aad","claims":[').toString('base64')],
    ['JSON so deep that reading it fails', Buffer.from('['.repeat(200_000)).toString('base64')],
  ])('%s is nobody', (_what, value) => {
    expect(() => principalOf(shown(value), onAzure)).toThrow(expect.objectContaining({ status: 401 }));
    expect(claimedRoles(shown(value), onAzure).size).toBe(0);
  });

  test.each([['name'], ['email'], ['groups'], ['role'], ['Roles'], ['']])(
    'roles under the type %j are none',
    (type) => {
      const value = {
        auth_typ: 'aad',
        claims: claimsOf(tid, [type, 'admin'], ['name', 'admin'], admin),
        role_typ: type,
      };
      expect(principalOf(shown(value), onAzure).roles).toEqual([]);
      expect(covers(principalOf(shown(value), onAzure), 'viewer')).toBe(false);
    },
  );
});

test('local mode is refused on Azure', () => {
  // The start refuses it already.
  const local = { ...settings({ AUTH_MODE: 'local' }), siteName: 'site' };
  expect(() => principalOf(new Headers({ host: '127.0.0.1' }), local)).toThrow(
    expect.objectContaining({ status: 403 }),
  );
});

describe('local mode', () => {
  const local = settings({ AUTH_MODE: 'local' });
  test.each([
    {},
    { host: 'localhost:7071' },
    { host: '[::1]:7071' },
    { origin: 'http://127.0.0.1:7071' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1:7071' },
  ])('is admin for this machine: %j', (given) => {
    expect(principalOf(new Headers({ host: '127.0.0.1:7071', ...given }), local).roles).toContain('admin');
  });
  test.each([
    { host: 'evil.example:7071' },
    { host: 'localhost.evil.example' },
    { host: 'localhost@evil.example' },
    { origin: 'https://evil.example' },
    { origin: 'http://127.0.0.1:8080' },
    { origin: 'http://localhost:7071' },
    { origin: 'http://127.0.0.1' },
    { origin: 'null' },
    { origin: '' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': '' },
  ])('refuses what a stranger’s page can send: %j', (given) => {
    expect(() => principalOf(new Headers({ host: '127.0.0.1:7071', ...given }), local)).toThrow(
      expect.objectContaining({ status: 403 }),
    );
  });
});

test.each([
  [['admin'], 'operator', true],
  [['operator'], 'operator', true],
  [['operator'], 'viewer', true],
  [['viewer'], 'operator', false],
  [[], 'viewer', false],
] as const)('%s covers %s: %s', (roles, needed, expected) => {
  expect(covers({ name: 'x', roles }, needed)).toBe(expected);
});
