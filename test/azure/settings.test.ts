import { describe, expect, test } from 'vitest';
import { readSettings } from '../../azure/settings.ts';
import { ENVIRONMENT } from './fake.ts';

const WORKSPACE =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/log-stream-control';
const TENANT = '11111111-2222-3333-4444-555555555555';

test('a complete environment is read, with defaults', () => {
  const settings = readSettings(ENVIRONMENT);
  expect(settings).toMatchObject({ cloud: 'simulator', timeScale: 1, authMode: 'local', defaultRegion: 'westeurope' });
  expect(readSettings({ ...ENVIRONMENT, AUTH_MODE: undefined, AUTH_TENANT_ID: TENANT }).authMode).toBe('entra');
  expect(readSettings({ ...ENVIRONMENT, PUBLIC_URL: 'http://127.0.0.1:7071/' }).publicUrl).toBe(
    'http://127.0.0.1:7071',
  );
});

test.each([
  ['KEY_VAULT_URL', undefined, 'KEY_VAULT_URL is not set'],
  ['KEY_VAULT_URL', 'http://control.vault.azure.net', 'KEY_VAULT_URL must be an https URL'],
  ['MIXER_IMAGE_ID', 'mixer', 'MIXER_IMAGE_ID must be an ARM id'],
  ['SIM_URL', undefined, 'SIM_URL must be set when AZURE_CLOUD is simulator'],
  ['AZURE_CLOUD', 'aws', 'AZURE_CLOUD must be azure or simulator'],
  ['AZURE_CLOUD', '', 'AZURE_SUBSCRIPTION_ID must be set when AZURE_CLOUD is azure'],
  ['TIME_SCALE', 'fast', 'TIME_SCALE must be a number'],
  ['TIME_SCALE', '0', 'TIME_SCALE must be a number of at least 1'],
  ['DEFAULT_REGION', 'West Europe', 'DEFAULT_REGION must be a region'],
  ['RELAY_IMAGE', 'user@registry.azurecr.io/relay', 'RELAY_IMAGE must be a container image'],
  ['ALLOWED_REGISTRIES', 'https://other.azurecr.io', 'ALLOWED_REGISTRIES must be hosts'],
  ['ALLOWED_REGISTRIES', '*', 'ALLOWED_REGISTRIES must be hosts'],
  ['AUTH_MODE', 'entra', 'AUTH_TENANT_ID must be set when AUTH_MODE is entra'],
  ['AUTH_MODE', undefined, 'AUTH_TENANT_ID must be set when AUTH_MODE is entra'],
  ['AUTH_TENANT_ID', 'common', 'AUTH_TENANT_ID must be the id'],
  ['AUTH_MODE', 'none', 'AUTH_MODE must be entra or local'],
  ['AUTH_CLIENT_ID', 'stream-control', 'AUTH_CLIENT_ID must be the client id'],
  ['AUTH_AUTHORITY', 'ftp://login.example', 'AUTH_AUTHORITY must be an http or https URL'],
  ['EVENT_WEBHOOKS', 'http://hooks.example', 'EVENT_WEBHOOKS must be at most 10 https'],
  ['EVENT_WEBHOOKS', 'https://ok.example,not-one', 'EVENT_WEBHOOKS must be at most 10 https'],
  ['EVENT_WEBHOOKS', 'https://hooks.example', 'EVENT_WEBHOOK_SECRET must be set when EVENT_WEBHOOKS is set'],
  ['USERS_TABLE_URL', 'https://account.blob.core.windows.net/users', 'USERS_TABLE_URL must be the address of a table'],
  ['LOG_WORKSPACE_ID', 'log', 'LOG_WORKSPACE_ID must be an ARM id'],
  ['LOG_WORKSPACE_ID', WORKSPACE, 'LOG_WORKSPACE_CUSTOMER_ID must be set when LOG_WORKSPACE_ID is set'],
  ['LOG_WORKSPACE_CUSTOMER_ID', TENANT, 'LOG_WORKSPACE_ID must be set when LOG_WORKSPACE_CUSTOMER_ID is set'],
  ['EVENT_WEBHOOK_SECRET', 'whsec_c2hvcnQ=', 'EVENT_WEBHOOK_SECRET must be whsec_'],
  ['EVENT_WEBHOOK_SECRET', 'YSBrZXkgb2YgdGhpcnR5LXR3byByYW5kb20gYnl0ZXM=', 'EVENT_WEBHOOK_SECRET must be whsec_'],
  [
    'ALERT_SECRET',
    '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/alert)',
    'ALERT_SECRET is a Key Vault reference',
  ],
])('%s=%s stops the start with one line', (name, value, line) => {
  const read = () => readSettings({ ...ENVIRONMENT, [name]: value });
  expect(read).toThrow(line);
  expect(read).toThrow(/^[^\n]*$/);
});

describe('settings that make no sense together', () => {
  const SITE = {
    AZURE_CLOUD: 'azure',
    AZURE_SUBSCRIPTION_ID: TENANT,
    AUTH_MODE: 'entra',
    AUTH_TENANT_ID: TENANT,
    PUBLIC_URL: 'https://site.azurewebsites.net',
    WEBSITE_SITE_NAME: 'site',
  };
  const VAULT = 'https://one.vault.azure.net';
  const IDENTITY = ENVIRONMENT.MIXER_IDENTITY_ID;
  test('a site as it should be starts', () => {
    expect(readSettings({ ...ENVIRONMENT, ...SITE })).toMatchObject({ siteName: 'site', timeScale: 1 });
  });
  test.each<[changes: Record<string, string | undefined>, line: string]>([
    [{ KEY_VAULT_URL: VAULT, MIXER_VAULT_URL: `${VAULT}/` }, 'MIXER_VAULT_URL must be another vault'],
    [
      { KEY_VAULT_URL: VAULT, MIXER_VAULT_URL: 'https://ONE.vault.azure.net:443' },
      'MIXER_VAULT_URL must be another vault',
    ],
    [
      { RELAY_IDENTITY_ID: IDENTITY?.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions') },
      'RELAY_IDENTITY_ID must',
    ],
    [{ SIM_URL: 'http://127.0.0.1:7071' }, 'SIM_URL must be another address than PUBLIC_URL'],
    [{ ...SITE, WEBSITE_SITE_NAME: undefined, TIME_SCALE: '60' }, 'TIME_SCALE must be 1'],
    [{ ...SITE, TIME_SCALE: '60' }, 'TIME_SCALE must be 1'],
    [{ ...SITE, AZURE_CLOUD: 'simulator' }, 'AZURE_CLOUD must be azure on an Azure site'],
    [{ ...SITE, AZURE_CLOUD: 'simulator', TIME_SCALE: '60' }, 'AZURE_CLOUD must be azure on an Azure site'],
    [{ ...SITE, AUTH_MODE: 'local' }, 'AUTH_MODE must be entra on an Azure site'],
    [{ ...SITE, AUTH_AUTHORITY: 'http://127.0.0.1:7072' }, 'AUTH_AUTHORITY must be an https address'],
    [{ ...SITE, PUBLIC_URL: 'http://site.azurewebsites.net' }, 'PUBLIC_URL must be the https address'],
    [{ ...SITE, PUBLIC_URL: 'https://localhost:7071' }, 'PUBLIC_URL must be the https address'],
  ])('%j', (changes, line) => {
    const read = () => readSettings({ ...ENVIRONMENT, ...changes });
    expect(read).toThrow(line);
    expect(read).toThrow(/^Cannot start: [^\n]*$/);
  });
  test('all of them are told at once', () => {
    const wrong = { ...SITE, AZURE_CLOUD: 'simulator', AUTH_MODE: 'local', MIXER_VAULT_URL: ENVIRONMENT.KEY_VAULT_URL };
    expect(() => readSettings({ ...ENVIRONMENT, ...wrong })).toThrow(/MIXER_VAULT_URL.*AZURE_CLOUD.*AUTH_MODE/);
  });
});
