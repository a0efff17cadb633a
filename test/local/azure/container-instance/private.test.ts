import { afterEach, beforeEach, expect, test } from 'vitest';
import { type World, world } from '../world.ts';
import { relay } from './groups.ts';

let w: World;
let subnet: string;
const DELEGATION = { name: 'aci', serviceName: 'Microsoft.ContainerInstance/containerGroups' };
const vnet = (delegated: boolean, prefix = '10.0.0.0/24') =>
  w.network.virtualNetworks.createOrUpdate('rg', 'vnet', {
    location: 'westeurope',
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
    subnets: [
      {
        name: 'containers',
        addressPrefix: prefix,
        ...(delegated ? { delegations: [DELEGATION] } : {}),
      },
    ],
  });
beforeEach(async () => {
  w = await world();
  await w.group();
});
afterEach(() => w.close());

const inside = (more = {}) =>
  relay({
    subnetIds: [{ id: subnet }],
    ipAddress: { type: 'Private', ports: [{ port: 8080, protocol: 'TCP' }] },
    ...more,
  });
const start = async (delegated = true, prefix?: string) => {
  const made = await w.run(vnet(delegated, prefix));
  subnet = made.subnets?.[0]?.id ?? '';
};
const create = (name: string, body = inside()) => w.containers.containerGroups.beginCreateOrUpdate('rg', name, body);
const createAndWait = (name: string) =>
  w.run(w.containers.containerGroups.beginCreateOrUpdateAndWait('rg', name, inside()));

test('the address appears with success only, is private, and no health port answers from outside', async () => {
  await start();
  const poller = await w.run(create('relay'));
  expect((await w.run(w.containers.containerGroups.get('rg', 'relay'))).ipAddress).toBeUndefined();
  const made = await w.run(poller.pollUntilDone());
  expect(made.ipAddress).toMatchObject({ type: 'Private', ip: '10.0.0.4' });
  expect(made.ipAddress?.fqdn).toBeUndefined();
  const ask = w.simulator.handle({ method: 'GET', url: new URL('https://10.0.0.4:8080/health'), headers: {} });
  expect((await w.run(ask)).status).not.toBe(200);
});

test.each([
  ['a subnet without delegation', false, {}, 'SubnetMissingRequiredDelegation'],
  ['a public address in a subnet', true, { ipAddress: relay().ipAddress }, 'InvalidIpAddressType'],
  [
    'a DNS label in a subnet',
    true,
    { ipAddress: { type: 'Private', ports: [{ port: 8080 }], dnsNameLabel: 'demo-relay' } },
    'DnsNameLabelNotSupported',
  ],
  ['a subnet that does not exist', true, { subnetIds: [{ id: '/subscriptions/x/nowhere' }] }, 'SubnetNotFound'],
])('refused: %s', async (_, delegated, more, code) => {
  await start(delegated);
  expect(await w.refused(create('relay', inside(more)))).toMatchObject({ statusCode: 400, code });
});

test('a second create in one subnet while the first sets up the network is 409; later it works', async () => {
  await start();
  const first = await w.run(create('one'));
  expect(await w.refused(create('two'))).toMatchObject({
    statusCode: 409,
    code: 'ServiceAssociationLinkNotReady',
    message: "Network is not ready for container group 'two'. Please try again.",
  });
  await w.run(first.pollUntilDone());
  expect((await createAndWait('two')).ipAddress?.ip).toBe('10.0.0.5');
});

test('a subnet of eight addresses holds three groups', async () => {
  await start(true, '10.0.0.0/29');
  for (const name of ['one', 'two', 'three']) await createAndWait(name);
  expect(await w.refused(create('four'))).toMatchObject({ code: 'SubnetIsFull' });
});

test('the link outlives the group: the subnet cannot go for minutes, and its delegation not at all before', async () => {
  await start();
  await createAndWait('relay');
  expect(await w.refused(vnet(false))).toMatchObject({ statusCode: 400, code: 'SubnetMissingRequiredDelegation' });
  await w.run(w.containers.containerGroups.beginDeleteAndWait('rg', 'relay'));
  const early = await w.refused(w.network.subnets.delete('rg', 'vnet', 'containers'));
  expect(early.message).toMatch(/serviceAssociationLinks\/acisal|in use/);
  await w.pass(3600);
  await w.run(w.network.subnets.delete('rg', 'vnet', 'containers'));
});

test('the link can be removed by hand once no group is left', async () => {
  await start();
  await createAndWait('relay');
  const remove = () => w.containers.subnetServiceAssociationLink.beginDeleteAndWait('rg', 'vnet', 'containers');
  expect(await w.refused(remove())).toMatchObject({ statusCode: 409 });
  await w.run(w.containers.containerGroups.beginDeleteAndWait('rg', 'relay'));
  await w.run(remove());
  await w.run(w.network.subnets.delete('rg', 'vnet', 'containers'));
});

test('a resource group with such a group in it goes all the same', async () => {
  await start();
  await createAndWait('relay');
  const seconds = await w.took(w.resources.resourceGroups.delete('rg'));
  expect(seconds).toBeGreaterThan(60);
  expect(w.kernel.resources.inGroup(subnet)).toEqual([]);
});
