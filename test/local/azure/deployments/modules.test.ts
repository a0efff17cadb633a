/** What the bicep compiler makes of modules: symbolic names, copy loops, functions of the template's own, deployments inside deployments. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type World, world } from '../world.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});
afterEach(() => w.close());

const subscription = () => `/subscriptions/${w.kernel.account.subscriptionId}`;
const path = (tail = '') =>
  `${subscription()}/providers/Microsoft.Resources/deployments/main${tail}?api-version=2021-04-01`;
const send = (template: object, parameters: object = {}, location: string | undefined = 'westeurope') =>
  w.raw('PUT', path(), { location, properties: { mode: 'Incremental', template, parameters } });
interface Shown {
  properties: { provisioningState: string; outputs?: Record<string, { value: unknown }>; error?: object };
}
const settled = async (): Promise<Shown['properties']> => {
  await w.pass(3600);
  return ((await w.raw('GET', path())).body as unknown as Shown).properties;
};

const nsg = (more: object) => ({
  type: 'Microsoft.Network/networkSecurityGroups',
  apiVersion: '2022-07-01',
  location: "[parameters('location')]",
  properties: {},
  ...more,
});
const inner = {
  languageVersion: '2.0',
  parameters: { location: { type: 'string' }, words: { type: 'object' }, names: { type: 'array' } },
  functions: [
    {
      namespace: 'ours',
      members: {
        greet: {
          parameters: [{ type: 'string', name: 'who' }],
          output: { type: 'string', value: "[concat('hello ', parameters('who'))]" },
        },
      },
    },
  ],
  resources: {
    // After the loop in the order of their dependencies, before it in the text.
    last: nsg({
      name: 'last',
      dependsOn: ['each'],
      tags: { first: "[reference('each[0]', '2022-07-01', 'full').name]" },
    }),
    each: nsg({
      copy: { name: 'each', count: "[length(parameters('names'))]" },
      name: "[format('nsg-{0}', parameters('names')[copyIndex()])]",
      tags: { "[format('{0}', 'index')]": "[string(copyIndex('each', 1))]" },
    }),
    never: nsg({ condition: "[empty(parameters('names'))]", name: 'never' }),
    identity: {
      type: 'Microsoft.ManagedIdentity/userAssignedIdentities',
      apiVersion: '2023-01-31',
      name: 'there',
      existing: true,
    },
  },
  outputs: {
    who: { type: 'string', value: "[reference('identity', '2023-01-31').clientId]" },
    said: { type: 'string', value: '[ours.greet(resourceGroup().name)]' },
    list: {
      type: 'array',
      value: {
        copy: [
          {
            name: 'all',
            count: "[length(items(parameters('words')))]",
            input: "[items(parameters('words'))[copyIndex('all')].key]",
          },
        ],
      },
    },
  },
};
const main = {
  languageVersion: '2.0',
  parameters: {
    location: { type: 'string', defaultValue: '[deployment().location]' },
    month: { type: 'string', defaultValue: "[utcNow('yyyy-MM-01')]" },
  },
  resources: {
    group: {
      type: 'Microsoft.Resources/resourceGroups',
      apiVersion: '2024-11-01',
      name: 'made',
      location: "[parameters('location')]",
    },
    before: {
      type: 'Microsoft.Resources/deployments',
      apiVersion: '2025-04-01',
      name: 'before',
      resourceGroup: 'made',
      dependsOn: ['group'],
      properties: {
        expressionEvaluationOptions: { scope: 'inner' },
        mode: 'Incremental',
        template: {
          languageVersion: '2.0',
          resources: {
            one: {
              type: 'Microsoft.ManagedIdentity/userAssignedIdentities',
              apiVersion: '2023-01-31',
              name: 'there',
              location: 'westeurope',
            },
          },
          outputs: {
            name: {
              type: 'string',
              value: "[split(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'there'), '/')[8]]",
            },
          },
        },
      },
    },
    module: {
      type: 'Microsoft.Resources/deployments',
      apiVersion: '2025-04-01',
      name: 'module',
      resourceGroup: 'made',
      dependsOn: ['group', 'before'],
      properties: {
        expressionEvaluationOptions: { scope: 'inner' },
        mode: 'Incremental',
        parameters: {
          location: { value: "[parameters('location')]" },
          words: { value: { b: '1', a: '2' } },
          names: { value: ['x', "[reference('before').outputs.name.value]"] },
        },
        template: inner,
      },
    },
  },
  outputs: {
    all: { type: 'object', value: "[reference('module').outputs]" },
    month: { type: 'string', value: "[parameters('month')]" },
  },
};

test('a template over the subscription makes a group and what modules put into it, and hands their outputs on', async () => {
  expect(await send(main)).toMatchObject({ status: 201 });
  const done = await settled();
  expect(done).toMatchObject({ provisioningState: 'Succeeded' });
  expect(done.outputs?.month?.value).toMatch(/^\d{4}-\d{2}-01$/);
  const there = w.kernel.resources.get(
    `${subscription()}/resourceGroups/made/providers/Microsoft.ManagedIdentity/userAssignedIdentities/there`,
  );
  expect(done.outputs?.all?.value).toMatchObject({
    who: { value: there?.properties.clientId },
    said: { value: 'hello made' },
    list: { value: { all: ['a', 'b'] } },
  });
  const groups = w.kernel.resources
    .inGroup(`${subscription()}/resourceGroups/made`)
    .filter(({ type }) => type === 'Microsoft.Network/networkSecurityGroups');
  expect(groups.map(({ name, tags }) => [name, tags]).sort()).toEqual([
    ['last', { first: 'nsg-x' }],
    ['nsg-there', { index: '2' }],
    ['nsg-x', { index: '1' }],
  ]);
  // Again: nothing changes, and nothing is in the way.
  expect(await send(main)).toMatchObject({ status: 200 });
  expect(await settled()).toMatchObject({ provisioningState: 'Succeeded' });
});

test('what is refused inside is told outside, with its own code and the resource', async () => {
  const broken = structuredClone(main);
  Object.assign(broken.resources.module.properties.template.resources.each, { name: 'a<b' });
  await send(broken);
  const done = await settled();
  expect(done).toMatchObject({ provisioningState: 'Failed', error: { code: 'DeploymentFailed' } });
  expect(JSON.stringify(done.error)).toContain('InvalidResourceName');
  expect(JSON.stringify(done.error)).toMatch(/networkSecurityGroups\/a<b/);
});

test('a deployment into a subscription says where it is kept', async () => {
  for (const [method, tail] of [
    ['PUT', ''],
    ['POST', '/validate'],
  ] as const)
    expect(await w.raw(method, path(tail), { properties: { mode: 'Incremental', template: main } })).toMatchObject({
      status: 400,
      body: { error: { code: 'LocationRequired' } },
    });
  expect(
    await w.raw('POST', path('/validate'), {
      location: 'westeurope',
      properties: { mode: 'Incremental', template: main },
    }),
  ).toMatchObject({ status: 200 });
});

test.each<[string, object, unknown, RegExp]>([
  ['a text that is too short', { type: 'string', minLength: 3 }, 'ab', /minLength is '3'/],
  ['a number that is too great', { type: 'int', maxValue: 3 }, 4, /maxValue is '3'/],
  ['a value that is not among those allowed', { type: 'string', allowedValues: ['a'] }, 'b', /not part of the allowed/],
])('refused: %s', async (_, declaration, value, message) => {
  const answer = await send({ parameters: { one: declaration }, resources: [] }, { one: { value } });
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).toMatch(message);
});
