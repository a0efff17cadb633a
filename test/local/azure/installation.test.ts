/** What an installation consists of: kept in its shape, refused as Azure refuses it, nothing of it running. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../local/azure/core/json.ts';
import { type World, world } from './world.ts';

let w: World;
beforeEach(async () => {
  w = await world();
  await w.group();
});
afterEach(() => w.close());

const at = (path: string) => `/subscriptions/${w.kernel.account.subscriptionId}/resourceGroups/rg/providers/${path}`;
const put = async (path: string, body: object, version: string) =>
  w.raw('PUT', `${at(path)}?api-version=${version}`, { location: 'westeurope', ...body });
const properties = (answer: { body?: unknown }) => (answer.body as { properties: JsonObject }).properties;
const code = (answer: { body?: unknown }) => (answer.body as { error?: { code: string } }).error?.code;

const PLAN = { sku: { name: 'FC1', tier: 'FlexConsumption' }, properties: { reserved: true } };
const functionAppConfig = {
  deployment: {
    storage: {
      type: 'blobContainer',
      value: 'https://st.blob.core.windows.net/packages',
      authentication: { type: 'SystemAssignedIdentity' },
    },
  },
  scaleAndConcurrency: { maximumInstanceCount: 40, instanceMemoryMB: 2048, alwaysReady: [] },
  runtime: { name: 'node', version: '24' },
};
const site = async (more: JsonObject, settings: Record<string, string> = {}) => {
  await put('Microsoft.Web/serverfarms/plan', PLAN, '2024-04-01');
  return put(
    'Microsoft.Web/sites/func-1',
    {
      kind: 'functionapp,linux',
      properties: {
        serverFarmId: at('Microsoft.Web/serverfarms/plan'),
        functionAppConfig,
        siteConfig: { appSettings: Object.entries(settings).map(([name, value]) => ({ name, value })) },
        ...more,
      },
    },
    '2024-04-01',
  );
};
const settingsOf = async () =>
  properties(await w.raw('POST', `${at('Microsoft.Web/sites/func-1/config/appsettings/list')}?api-version=2024-04-01`));

describe('a function app', () => {
  test('keeps its settings where only a list of them tells them; a second PUT replaces them', async () => {
    const made = await site({}, { A: 'one', B: 'two' });
    expect(made.status).toBe(201);
    expect(properties(made)).toMatchObject({
      defaultHostName: 'func-1.azurewebsites.net',
      siteConfig: { appSettings: null },
    });
    expect(JSON.stringify(made.body)).not.toContain('two');
    expect(await settingsOf()).toEqual({ A: 'one', B: 'two' });
    await site({}, { A: 'three' });
    expect(await settingsOf()).toEqual({ A: 'three' });
    await w.raw('PUT', `${at('Microsoft.Web/sites/func-1/config/appsettings')}?api-version=2024-04-01`, {
      properties: { C: '4' },
    });
    expect(await settingsOf()).toEqual({ C: '4' });
  });

  test.each<[string, JsonObject, Record<string, string>, RegExp]>([
    [
      'without functionAppConfig',
      { functionAppConfig: null as never },
      {},
      /FunctionAppConfig section was not specified|functionAppConfig|Path/,
    ],
    [
      'with a setting that the plan replaces',
      {},
      { WEBSITE_RUN_FROM_PACKAGE: '1' },
      /AppSettings\.WEBSITE_RUN_FROM_PACKAGE/,
    ],
    [
      'with memory that is not offered',
      {
        functionAppConfig: {
          ...functionAppConfig,
          scaleAndConcurrency: { maximumInstanceCount: 40, instanceMemoryMB: 1000 },
        },
      },
      {},
      /instanceMemoryMB/,
    ],
    [
      'on a plan that is not there',
      { serverFarmId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/serverfarms/gone' },
      {},
      /serverFarm with name gone/,
    ],
  ])('is refused %s', async (_, more, settings, text) => {
    const refused = await site(more, settings);
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(refused.body)).toMatch(text);
  });

  test('is not offered everywhere', async () => {
    await w.raw('PUT', '/_sim/limits', { withoutFlex: ['westeurope'] });
    expect((await put('Microsoft.Web/serverfarms/plan', PLAN, '2024-04-01')).status).toBe(400);
    const list = await w.raw(
      'GET',
      `/subscriptions/${w.kernel.account.subscriptionId}/providers/Microsoft.Web/geoRegions?sku=FlexConsumption&api-version=2024-04-01`,
    );
    const names = (list.body as { value: { name: string }[] }).value.map(({ name }) => name);
    expect(names).toContain('North Europe');
    expect(names).not.toContain('West Europe');
  });
});

test.each([
  ['Microsoft.Storage', 'storageAccounts', 'stone', '2024-01-01', { sku: { name: 'Standard_LRS' } }],
  ['Microsoft.ContainerRegistry', 'registries', 'crone', '2023-07-01', { sku: { name: 'Basic' } }],
  ['Microsoft.KeyVault', 'vaults', 'kv-one', '2024-11-01', { properties: { sku: { family: 'A', name: 'standard' } } }],
])(
  '%s: a name is taken once in the world, and a check says so before',
  async (namespace, type, name, version, body) => {
    const check = () =>
      w.raw(
        'POST',
        `/subscriptions/${w.kernel.account.subscriptionId}/providers/${namespace}/checkNameAvailability?api-version=${version}`,
        { name },
      );
    expect((await check()).body).toMatchObject({ nameAvailable: true });
    expect((await put(`${namespace}/${type}/${name}`, body, version)).status).toBeLessThan(300);
    expect((await check()).body).toMatchObject({ nameAvailable: false, reason: 'AlreadyExists' });
    await w.group('other');
    const elsewhere = `/subscriptions/${w.kernel.account.subscriptionId}/resourceGroups/other/providers/${namespace}/${type}/${name}?api-version=${version}`;
    expect((await w.raw('PUT', elsewhere, { location: 'westeurope', ...body })).status).toBe(409);
  },
);

test('a deleted vault holds its name until it is purged, which purge protection forbids', async () => {
  const vault = (name: string, more: object = {}) =>
    put(
      `Microsoft.KeyVault/vaults/${name}`,
      { properties: { sku: { family: 'A', name: 'standard' }, ...more } },
      '2024-11-01',
    );
  const deleted = (name: string, tail = '') =>
    `/subscriptions/${w.kernel.account.subscriptionId}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/${name}${tail}?api-version=2024-11-01`;
  for (const [name, more] of [
    ['kv-open', {}],
    ['kv-kept', { enablePurgeProtection: true }],
  ] as const) {
    await vault(name, more);
    await w.raw('DELETE', `${at(`Microsoft.KeyVault/vaults/${name}`)}?api-version=2024-11-01`);
    expect(code(await vault(name))).toBe('ConflictError');
    expect((await w.raw('GET', deleted(name))).status).toBe(200);
  }
  expect(code(await w.raw('POST', deleted('kv-kept', '/purge')))).toBe('DeletedVaultPurge');
  expect((await w.raw('POST', deleted('kv-open', '/purge'))).status).toBe(200);
  expect((await vault('kv-open')).status).toBe(201);
  expect((await vault('kv-kept', { createMode: 'recover' })).status).toBe(201);
});

test('an image template builds a version into the gallery that it names', async () => {
  await put('Microsoft.Compute/galleries/gal', { properties: {} }, '2024-03-03');
  const identifier = { publisher: 'p', offer: 'o', sku: 's' };
  const definition = { properties: { osType: 'Windows', osState: 'Generalized', identifier } };
  await put('Microsoft.Compute/galleries/gal/images/mixer', definition, '2024-03-03');
  await w.pass(60);
  const template = 'Microsoft.VirtualMachineImages/imageTemplates/mixer-image';
  const distribute = [
    {
      type: 'SharedImage',
      runOutputName: 'mixer',
      galleryImageId: at('Microsoft.Compute/galleries/gal/images/mixer'),
      targetRegions: [{ name: 'westeurope' }],
    },
  ];
  expect(
    (await put(template, { properties: { source: { type: 'PlatformImage' }, distribute } }, '2024-02-01')).status,
  ).toBe(201);
  await w.pass(120);
  expect((await w.raw('POST', `${at(template)}/run?api-version=2024-02-01`)).status).toBe(202);
  await w.pass(2 * 3600);
  expect(properties(await w.raw('GET', `${at(template)}?api-version=2024-02-01`))).toMatchObject({
    lastRunStatus: { runState: 'Succeeded' },
  });
  const version = await w.raw(
    'GET',
    `${at('Microsoft.Compute/galleries/gal/images/mixer/versions/1.0.1')}?api-version=2024-03-03`,
  );
  expect(properties(version)).toMatchObject({ publishingProfile: { targetRegions: [{ name: 'West Europe' }] } });
});

test('with roles enforced a vault gives secrets to those only whom a role on it names', async () => {
  await put(
    'Microsoft.KeyVault/vaults/kv-roles',
    { properties: { sku: { family: 'A', name: 'standard' } } },
    '2024-11-01',
  );
  await w.raw('PUT', '/_sim/settings', { rbac: true });
  const oid = '55555555-5555-4555-8555-555555555555';
  const token = `Bearer x.${Buffer.from(JSON.stringify({ appid: oid, oid })).toString('base64url')}.x`;
  const secret = (method: string, body?: object) =>
    w.raw(method, 'https://kv-roles.vault.azure.net/secrets/one?api-version=7.6', body, { authorization: token });
  const assign = (name: string, role: string) =>
    w.raw(
      'PUT',
      `${at('Microsoft.KeyVault/vaults/kv-roles')}/providers/Microsoft.Authorization/roleAssignments/${name}?api-version=2022-04-01`,
      {
        properties: {
          roleDefinitionId: `/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/${role}`,
          principalId: oid,
          principalType: 'ServicePrincipal',
        },
      },
    );
  await assign('11111111-0000-4000-8000-000000000001', '4633458b-17de-408a-b874-0445c86b69e6');
  expect(await secret('PUT', { value: 'x' })).toMatchObject({
    status: 403,
    body: { error: { innererror: { code: 'ForbiddenByRbac' } } },
  });
  await assign('11111111-0000-4000-8000-000000000002', 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7');
  expect((await secret('PUT', { value: 'x' })).status).toBe(200);
  expect((await secret('GET')).status).toBe(200);
});
