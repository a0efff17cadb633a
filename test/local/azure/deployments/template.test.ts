import { afterEach, beforeEach, expect, test } from 'vitest';
import { MIXER_IMAGE, type World, world } from '../world.ts';

let w: World;
beforeEach(async () => {
  w = await world();
  await w.group();
});
afterEach(() => w.close());

const path = (name: string, tail = '') =>
  `/subscriptions/${w.kernel.account.subscriptionId}/resourcegroups/rg/providers/Microsoft.Resources/deployments/${name}${tail}?api-version=2021-04-01`;
const put = (template: object, parameters: object = {}, name = 'd1') =>
  w.raw('PUT', path(name), { properties: { mode: 'Incremental', template, parameters } });
const read = async (name = 'd1') =>
  (await w.raw('GET', path(name))).body as unknown as { properties: Record<string, unknown> };
const settle = async (name = 'd1') => {
  await w.pass(3600);
  return read(name);
};

const network = {
  parameters: {
    prefix: { type: 'string', defaultValue: "[concat('10.', '1')]" },
    location: { type: 'string', defaultValue: '[resourceGroup().location]' },
    password: { type: 'securestring' },
  },
  variables: { subnet: "[format('{0}.0.0/24', parameters('prefix'))]" },
  resources: [
    {
      type: 'Microsoft.Network/networkInterfaces',
      apiVersion: '2022-07-01',
      name: 'nic',
      location: "[parameters('location')]",
      dependsOn: [
        "[resourceId('Microsoft.Network/virtualNetworks', 'vnet')]",
        'Microsoft.Network/publicIpAddresses/pip',
      ],
      properties: {
        ipConfigurations: [
          {
            name: 'ip',
            properties: {
              subnet: { id: "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet', 'default')]" },
              publicIPAddress: { id: "[resourceId('Microsoft.Network/publicIPAddresses', 'pip')]" },
            },
          },
        ],
      },
    },
    {
      type: 'Microsoft.Network/publicIPAddresses',
      apiVersion: '2022-07-01',
      name: 'pip',
      location: "[parameters('location')]",
      sku: { name: 'Standard' },
      properties: { publicIPAllocationMethod: 'Static', dnsSettings: null },
    },
    {
      type: 'Microsoft.Network/virtualNetworks',
      apiVersion: '2022-07-01',
      name: 'vnet',
      location: "[parameters('location')]",
      properties: {
        addressSpace: { addressPrefixes: ["[concat(parameters('prefix'), '.0.0/16')]"] },
        subnets: [{ name: 'default', properties: { addressPrefix: "[variables('subnet')]" } }],
      },
    },
    {
      type: 'Microsoft.Compute/virtualMachines',
      apiVersion: '2022-08-01',
      name: 'vm',
      location: "[parameters('location')]",
      dependsOn: ["[resourceId('Microsoft.Network/networkInterfaces', 'nic')]"],
      properties: {
        hardwareProfile: { vmSize: 'Standard_D2s_v5' },
        storageProfile: { imageReference: { id: MIXER_IMAGE }, osDisk: { createOption: 'FromImage' } },
        osProfile: { computerName: 'vm', adminUsername: 'operator', adminPassword: "[parameters('password')]" },
        networkProfile: { networkInterfaces: [{ id: "[resourceId('Microsoft.Network/networkInterfaces', 'nic')]" }] },
      },
    },
  ],
  outputs: {
    address: {
      type: 'string',
      value: "[reference(resourceId('Microsoft.Network/publicIPAddresses', 'pip')).ipAddress]",
    },
    big: { type: 'bool', value: "[if(greater(length('abc'), 2), true, false)]" },
  },
};
const PASSWORD = { password: { value: 'Canary-4711-pass' } };

test('resources come up in the order of their dependencies, outputs are evaluated, the password is nowhere', async () => {
  const first = await put(network, PASSWORD);
  expect(first).toMatchObject({ status: 201, body: { properties: { provisioningState: 'Accepted' } } });
  const poll = first.headers?.['azure-asyncoperation'] ?? '';
  await w.pass(5);
  expect(await w.raw('GET', poll)).toMatchObject({ status: 200, body: { status: 'Running' } });
  expect(JSON.stringify(w.simulator.snapshot())).not.toContain('Canary-4711');
  const done = await settle();
  expect(done.properties).toMatchObject({
    provisioningState: 'Succeeded',
    parameters: { password: { type: 'securestring' }, prefix: { type: 'string', value: '10.1' } },
    outputs: { address: { value: expect.stringMatching(/^\d+(\.\d+){3}$/) }, big: { value: true } },
  });
  expect(await w.raw('GET', poll)).toMatchObject({ body: { status: 'Succeeded' } });
  expect(JSON.stringify(w.simulator.snapshot({ secrets: true }))).not.toContain('Canary-4711');
  expect(await w.run(w.compute.virtualMachines.get('rg', 'vm'))).toMatchObject({ provisioningState: 'Succeeded' });
  const operations = await w.raw('GET', path('d1', '/operations'));
  expect((operations.body as unknown as { value: unknown[] }).value).toHaveLength(4);
});

test('what fails inside is told with its own code below DeploymentFailed; a passed quota is named', async () => {
  await w.raw('PUT', '/_sim/limits', { compute: { '*/cores': 1 } });
  const first = await put(network, PASSWORD);
  const done = await settle();
  expect(done.properties).toMatchObject({
    provisioningState: 'Failed',
    error: { code: 'DeploymentFailed', details: [{ code: 'QuotaExceeded' }] },
  });
  expect(await w.raw('GET', first.headers?.['azure-asyncoperation'] ?? '')).toMatchObject({
    status: 200,
    body: { status: 'Failed', error: { code: 'DeploymentFailed' } },
  });
});

test('a failure inside a long-running operation fails the deployment too', async () => {
  w.kernel.faults.replace([
    {
      match: { type: 'Microsoft.Compute/virtualMachines' },
      outcome: { kind: 'operation-fails', code: 'AllocationFailed' },
    },
  ]);
  await put(network, PASSWORD);
  expect((await settle()).properties).toMatchObject({ error: { details: [{ code: 'AllocationFailed' }] } });
});

const one = (more: object) => ({
  resources: [
    {
      type: 'Microsoft.Network/networkSecurityGroups',
      apiVersion: '2022-07-01',
      name: 'nsg',
      location: 'westeurope',
      ...more,
    },
  ],
});
test.each<[string, object, object, RegExp]>([
  ['a parameter without value', network, {}, /'password' is not provided/],
  [
    'a parameter that is not declared',
    one({}),
    { extra: { value: 1 } },
    /'extra' in the parameters file are not valid/,
  ],
  ['an unknown function', one({ name: "[magic('x')]" }), {}, /'magic' is not valid/],
  ['an expression that is none', one({ name: '[concat(]' }), {}, /Unable to parse/],
  ['a resource without api-version', one({ apiVersion: undefined }), {}, /has no 'apiVersion'/],
  ['names that do not fit the type', one({ name: 'a/b' }), {}, /incorrect segment lengths/],
  ['a copy loop without count', one({ copy: { name: 'c', count: 'some' } }), {}, /copy loop 'c' has no valid count/],
])('refused: %s', async (_, template, parameters, message) => {
  const answer = await put(template, parameters);
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).toMatch(message);
  expect(
    (await w.raw('POST', path('d1', '/validate'), { properties: { mode: 'Incremental', template, parameters } }))
      .status,
  ).toBe(400);
});

test('resources in a ring, another mode, and no template are refused', async () => {
  const a = { ...one({}).resources[0], name: 'a', dependsOn: ['b'] };
  const b = { ...one({}).resources[0], name: 'b', dependsOn: ['a'] };
  expect(JSON.stringify((await put({ resources: [a, b] })).body)).toMatch(/Circular dependency/);
  expect(await w.raw('PUT', path('d1'), { properties: { mode: 'Complete', template: {} } })).toMatchObject({
    status: 400,
  });
  expect(await w.raw('PUT', path('d1'), { properties: { mode: 'Incremental' } })).toMatchObject({ status: 400 });
});

test('a running deployment can be cancelled and cannot be replaced', async () => {
  await put(network, PASSWORD);
  await w.pass(3);
  expect(await put(network, PASSWORD)).toMatchObject({ status: 409, body: { error: { code: 'DeploymentActive' } } });
  expect(await w.raw('POST', path('d1', '/cancel'))).toMatchObject({ status: 204 });
  expect((await read()).properties.provisioningState).toBe('Canceled');
});
