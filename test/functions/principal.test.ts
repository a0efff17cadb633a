import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSettings } from '../../azure/settings.ts';
import { covers, principalOf, vouchedFor } from '../../functions/principal.ts';
import { ENVIRONMENT } from '../azure/fake.ts';
import { ANN, type Issuer, issuer, OTHER_TENANT, principalHeader, TENANT } from './issuer.ts';

const settings = (changed: Record<string, string | undefined>) => readSettings({ ...ENVIRONMENT, ...changed });
let entra: Issuer;
let viewer: string;
beforeAll(async () => {
  entra = await issuer();
  viewer = await entra.token(['viewer']);
});
afterAll(() => entra[Symbol.asyncDispose]());

const headers = (given: Record<string, string>) => new Headers({ host: 'site.azurewebsites.net', ...given });
const LONG_TID = 'http://schemas.microsoft.com/identity/claims/tenantid';
const LONG_OID = 'http://schemas.microsoft.com/identity/claims/objectidentifier';
const LONG_ROLE = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role';
type Claim = [typ: string, val: string];
const [tid, oid, asViewer, asAdmin]: Claim[] = [
  ['tid', TENANT],
  ['oid', ANN],
  ['roles', 'viewer'],
  ['roles', 'admin'],
];

describe('entra', () => {
  test('is the default', () => {
    expect(settings({ AUTH_MODE: undefined, AUTH_TENANT_ID: TENANT }).authMode).toBe('entra');
  });
  test('roles and name come from the bearer token', async () => {
    const given = headers({ authorization: `Bearer ${viewer}` });
    expect(await principalOf(given, entra.settings)).toEqual({ name: 'ann@example.org', roles: ['viewer'] });
  });
  test('a browser that signed in through the platform has its token in a header', async () => {
    const given = headers({ 'x-ms-token-aad-id-token': viewer });
    expect(await principalOf(given, entra.settings)).toEqual({ name: 'ann@example.org', roles: ['viewer'] });
  });
  test('the bearer token goes before the browser’s, also where it is worthless', async () => {
    const admin = await entra.token(['admin']);
    const given = (authorization: string) => headers({ authorization, 'x-ms-token-aad-id-token': admin });
    expect((await principalOf(given(`Bearer ${viewer}`), entra.settings)).roles).toEqual(['viewer']);
    for (const worthless of ['Bearer x', 'Bearer', `HMAC ${admin}`, ''])
      await expect(principalOf(given(worthless), entra.settings)).rejects.toMatchObject({ status: 401 });
  });
  test('no token is nobody, whatever the platform’s header says', async () => {
    for (const header of [undefined, principalHeader(tid as Claim, oid as Claim, asAdmin as Claim), '%%%', '']) {
      const given = headers(header === undefined ? {} : { 'x-ms-client-principal': header });
      await expect(principalOf(given, entra.settings)).rejects.toMatchObject({ status: 401 });
      expect(await vouchedFor(given, entra.settings)).toBeUndefined();
    }
  });
  test('someone without a role is nobody', async () => {
    const given = headers({ authorization: `Bearer ${await entra.token([])}` });
    expect(covers(await principalOf(given, entra.settings), 'viewer')).toBe(false);
  });
  test('roles that are not people’s are seen, but open no door', async () => {
    const given = headers({ authorization: `Bearer ${await entra.token(['agent'])}` });
    expect((await vouchedFor(given, entra.settings))?.roles).toEqual(new Set(['agent']));
    expect((await principalOf(given, entra.settings)).roles).toEqual([]);
  });
  test('while the keys cannot be had, nobody is told to sign in', async () => {
    await using away = await issuer();
    away.broken = { status: 503, body: '' };
    const given = headers({ authorization: `Bearer ${await away.token(['viewer'])}` });
    await expect(principalOf(given, away.settings)).rejects.toMatchObject({ status: 503 });
  });
});

describe('the platform’s header counts only where it agrees with the token', () => {
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
  const said = (...claims: (Claim | undefined)[]) => principalHeader(...claims.filter((claim) => claim !== undefined));
  const ask = (header: string) =>
    principalOf(headers({ authorization: `Bearer ${viewer}`, 'x-ms-client-principal': header }), entra.settings);

  test.each([
    ['the token’s own words', said(tid, oid, asViewer)],
    ['the long names', said([LONG_TID, TENANT], [LONG_OID, ANN], [LONG_ROLE, 'Viewer'])],
    ['both', said(tid, [LONG_TID, TENANT.toUpperCase()], oid, [LONG_OID, ANN])],
    ['no roles', said(tid, oid)],
  ])('%s agrees', async (_what, header) => {
    expect((await ask(header)).roles).toEqual(['viewer']);
  });

  test.each([
    ['another tenant', said(['tid', OTHER_TENANT], oid, asViewer)],
    ['two tenants', said(tid, [LONG_TID, OTHER_TENANT], oid)],
    ['no tenant', said(oid, asViewer)],
    ['somebody else', said(tid, ['oid', 'b0000000-0000-0000-0000-000000000002'], asViewer)],
    ['two people', said(tid, oid, [LONG_OID, 'b0000000-0000-0000-0000-000000000002'])],
    ['nobody', said(tid, asViewer)],
    ['a role more', said(tid, oid, asViewer, asAdmin)],
    ['a role more under the long name', said(tid, oid, [LONG_ROLE, 'admin'])],
    ['another provider', encoded({ auth_typ: 'google', claims: [{ typ: 'tid', val: TENANT }] })],
    ['no provider', encoded({ claims: [] })],
    ['no claims', encoded({ auth_typ: 'aad' })],
    ['a claim that is nothing', encoded({ auth_typ: 'aad', claims: [null] })],
    ['a claim of numbers', encoded({ auth_typ: 'aad', claims: [{ typ: 1, val: 2 }] })],
    ['null', encoded(null)],
    ['no base64', '%%%'],
    ['nothing', ''],
    ['two headers in one', `${said(tid, oid)}, ${said(tid, oid)}`],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]).toString('base64')],
    ['JSON that is cut', Buffer.from('{"auth_typ":"aad","claims":[').toString('base64')],
    ['JSON so deep that reading it fails', Buffer.from('['.repeat(200_000)).toString('base64')],
  ])('%s does not: the caller is nobody', async (_what, header) => {
    await expect(ask(header)).rejects.toMatchObject({ status: 401 });
  });
});

test('local mode is refused on Azure', async () => {
  // The start refuses it already.
  const local = { ...settings({ AUTH_MODE: 'local' }), siteName: 'site' };
  await expect(principalOf(new Headers({ host: '127.0.0.1' }), local)).rejects.toMatchObject({ status: 403 });
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
  ])('is admin for this machine: %j', async (given) => {
    expect((await principalOf(new Headers({ host: '127.0.0.1:7071', ...given }), local)).roles).toContain('admin');
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
  ])('refuses what a stranger’s page can send: %j', async (given) => {
    const asked = principalOf(new Headers({ host: '127.0.0.1:7071', ...given }), local);
    await expect(asked).rejects.toMatchObject({ status: 403 });
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
