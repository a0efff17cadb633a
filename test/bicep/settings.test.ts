/** The settings that the template gives are those that the app reads, in both directions. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSettings } from '../../azure/settings.ts';
import { APP_DIR } from '../system/world.ts';
import { BICEP_DIR, bicep, reason, type Template } from './compiler.ts';

/** What the app asks its environment for. */
function readNames(): string[] {
  const names = new Set<string>();
  const environment = new Proxy<Record<string, string | undefined>>(
    {},
    { get: (_, name) => void names.add(String(name)) },
  );
  expect(() => readSettings(environment)).toThrow();
  return [...names].sort();
}

/** Read by the app and not given, each with the reason. */
const NOT_GIVEN: Record<string, string> = {
  SIM_URL: 'the simulator is not Azure',
  TIME_SCALE: 'Azure takes the time it takes',
  ALERT_SECRET:
    'alerts sign in by the secure webhook; a secret in an address is readable by everybody who reads the action group',
  WEBSITE_SITE_NAME: 'App Service sets it',
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'one collector takes both',
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'one collector takes both',
  OTEL_TRACES_EXPORTER: 'for whoever wants one of the two only',
  OTEL_METRICS_EXPORTER: 'for whoever wants one of the two only',
  OTEL_SDK_DISABLED: 'for whoever wants none',
};
/** Given and not read by the app's own settings, each with who reads it. */
const NOT_READ: Record<string, string> = {
  DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'the durable extension',
  TASKHUB_NAME: 'the durable extension',
  AZURE_CLIENT_ID: '@azure/identity: which identity of the site to be',
  AzureWebJobsDisableHomepage: 'the host',
  AzureWebJobsStorage__blobServiceUri: 'the host',
  AzureWebJobsStorage__clientId: 'the host',
  AzureWebJobsStorage__credential: 'the host',
  AzureWebJobsStorage__queueServiceUri: 'the host',
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'the host',
  OTEL_EXPORTER_OTLP_HEADERS: '@opentelemetry/otlp-exporter-base',
};

describe.skipIf(reason)(`settings of the template${reason ? ` (${reason})` : ''}`, { timeout: 240_000 }, () => {
  let always: Record<string, string>;
  let sometimes: string[];
  beforeAll(() => {
    const { out, complaints } = bicep('build', join(BICEP_DIR, 'main.bicep'), '--stdout');
    expect(complaints).toBe('');
    const template = JSON.parse(out) as Template;
    always = template.functions?.[0]?.members.settings?.output.value as Record<string, string>;
    sometimes = [...out.matchAll(/createObject\('([A-Z_]+)', /g)].map(([, name = '']) => name);
  }, 240_000);

  it('are the settings that the app reads', () => {
    expect(sometimes.sort()).toEqual([
      'ALLOWED_REGISTRIES',
      'DURABLE_TASK_SCHEDULER_CONNECTION_STRING',
      'EVENT_WEBHOOKS',
      'EVENT_WEBHOOK_SECRET',
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_HEADERS',
      'TASKHUB_NAME',
      'TEAMS_WEBHOOK_SECRET',
      'TEAMS_WORKFLOW_URL',
      'TEMPLATES_DIR',
    ]);
    const given = [...Object.keys(always), ...sometimes];
    const read = readNames();
    expect(read.filter((name) => !given.includes(name)).sort()).toEqual(Object.keys(NOT_GIVEN).sort());
    expect(given.filter((name) => !read.includes(name)).sort()).toEqual(Object.keys(NOT_READ).sort());
  });

  it('start the app on an Azure site', () => {
    const id = (type: string, name: string) => `/subscriptions/s/resourceGroups/g/providers/${type}/${name}`;
    const identity = (name: string) => id('Microsoft.ManagedIdentity/userAssignedIdentities', name);
    const it: Record<string, string> = {
      subscriptionId: '00000000-0000-0000-0000-000000000001',
      controlVault: 'https://kv-control-x.vault.azure.net/',
      mixersVault: 'https://kv-mixers-x.vault.azure.net/',
      imageId: id('Microsoft.Compute/galleries', 'gal/images/mixer'),
      mixersIdentityId: identity('mixers'),
      containersIdentityId: identity('containers'),
      relayImage: 'crx.azurecr.io/relay:1',
      slideSplitterImage: 'crx.azurecr.io/relay:1',
      defaultRegion: 'westeurope',
      publicUrl: 'https://func-x.azurewebsites.net',
      audience: 'api://app',
      tenantId: '11111111-1111-1111-1111-111111111111',
      applicationClientId: '22222222-2222-2222-2222-222222222222',
      authority: 'https://login.microsoftonline.com/',
      'storage.tableEndpoint': 'https://stx.table.core.windows.net/',
    };
    const filled = Object.fromEntries(
      Object.entries(always).map(([name, value]) => [
        name,
        value.replace(/^\[parameters\('it'\)\.([\w.]+)\]$/, (_, field: string) => it[field] ?? ''),
      ]),
    );
    expect(readSettings({ ...filled, WEBSITE_SITE_NAME: 'func-x' })).toMatchObject({
      cloud: 'azure',
      authMode: 'entra',
      timeScale: 1,
      tableUrl: 'https://stx.table.core.windows.net',
      keyVaultUrl: 'https://kv-control-x.vault.azure.net',
      authority: 'https://login.microsoftonline.com',
      audiences: ['api://app', '22222222-2222-2222-2222-222222222222'],
    });
  });
});

it('the guide names every setting that the app reads, but the platform’s own', () => {
  const guide = readFileSync(join(APP_DIR, 'docs/operate/install.md'), 'utf8');
  for (const name of readNames().filter((one) => one !== 'WEBSITE_SITE_NAME')) expect(guide).toContain(`\`${name}\``);
});
