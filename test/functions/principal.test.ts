import { describe, expect, test } from 'vitest';
import { readSettings } from '../../azure/settings.ts';
import { claimedRoles, covers, principalOf } from '../../functions/principal.ts';
import { ENVIRONMENT } from '../azure/fake.ts';

const settings = (changed: Record<string, string | undefined>) => readSettings({ ...ENVIRONMENT, ...changed });
const onAzure = settings({ AUTH_MODE: 'entra', WEBSITE_SITE_NAME: 'site', WEBSITE_AUTH_ENABLED: 'True' });
const principal = (...claims: [typ: string, val: string][]) =>
  Buffer.from(
    JSON.stringify({ auth_typ: 'aad', claims: claims.map(([typ, val]) => ({ typ, val })), role_typ: 'roles' }),
  ).toString('base64');
const headers = (given: Record<string, string>) => new Headers({ host: 'control.azurewebsites.net', ...given });
const viewer = headers({
  'x-ms-client-principal': principal(['preferred_username', 'ann@example.org'], ['roles', 'viewer']),
});

describe('entra', () => {
  test('roles and name come from the platform’s header', () => {
    expect(principalOf(viewer, onAzure)).toEqual({ name: 'ann@example.org', roles: ['viewer'] });
  });
  test('is the default', () => {
    expect(settings({ AUTH_MODE: undefined }).authMode).toBe('entra');
  });
  test.each([
    ['no header', headers({}), onAzure],
    ['a header that is no principal', headers({ 'x-ms-client-principal': '%%%' }), onAzure],
    ['authentication switched off on Azure', viewer, settings({ AUTH_MODE: 'entra', WEBSITE_SITE_NAME: 'site' })],
    ['a forged header away from Azure', viewer, settings({ AUTH_MODE: 'entra' })],
    [
      'a forged header and Host where no platform guards real Azure',
      headers({ 'x-ms-client-principal': principal(['roles', 'admin']), host: '127.0.0.1' }),
      settings({
        AUTH_MODE: 'entra',
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

test('local mode is refused on Azure', () => {
  const local = settings({ AUTH_MODE: 'local', WEBSITE_SITE_NAME: 'site' });
  expect(() => principalOf(new Headers({ host: '127.0.0.1' }), local)).toThrow(
    expect.objectContaining({ status: 403 }),
  );
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
