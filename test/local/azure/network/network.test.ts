import { NetworkManagementClient } from '@azure/arm-network';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Simulator } from '../../../../local/azure/simulator.ts';
import {
  call,
  clientOptions,
  credential,
  errorOf,
  failure,
  fakeTime,
  pass,
  S,
  SUBSCRIPTION,
  settle,
  simulator,
} from '../support.ts';

let sim: Simulator;
let client: NetworkManagementClient;
beforeEach(async () => {
  fakeTime();
  sim = simulator();
  client = new NetworkManagementClient(credential, SUBSCRIPTION, clientOptions(sim));
  await call(sim, 'PUT', `${S}/resourceGroups/rg?api-version=2025-04-01`, { location: 'eastus' });
});
afterEach(async () => {
  await sim.stop();
  vi.useRealTimers();
});

const at = (type: string, name: string) => `${S}/resourceGroups/rg/providers/Microsoft.Network/${type}/${name}`;
const V = '?api-version=2026-01-01';
const location = 'eastus';
const vnetBody = (subnets: object[] = [{ name: 'mixers', addressPrefix: '10.42.2.0/24' }]) => ({
  location,
  addressSpace: { addressPrefixes: ['10.42.0.0/16'] },
  subnets,
});
const nicBody = (extra: object = {}, subnet = 'mixers') => ({
  location,
  ipConfigurations: [{ name: 'ipconfig1', subnet: { id: at('virtualNetworks', `v/subnets/${subnet}`) }, ...extra }],
});
const makeVnet = (subnets?: object[]) => settle(client.virtualNetworks.createOrUpdate('rg', 'v', vnetBody(subnets)));

describe('long-running operations of the network', () => {
  test('VNet: 201 Updating, Azure-AsyncOperation, Retry-After 3, polls at 10, a status and nothing else, final GET', async () => {
    const body = { location, properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] } } };
    const first = await call(sim, 'PUT', `${at('virtualNetworks', 'v')}${V}`, body);
    expect(first.status).toBe(201);
    expect(first.headers).toMatchObject({ 'azure-asyncnotification': 'Enabled', 'retry-after': '3' });
    expect(first.body.properties).toMatchObject({ provisioningState: 'Updating' });
    const operation = String(first.headers['azure-asyncoperation']);
    expect(operation).toMatch(
      /^https:\/\/management\.azure\.com\/subscriptions\/.*\/Microsoft\.Network\/locations\/eastus\/operations\//,
    );
    const polled = await call(sim, 'GET', operation);
    expect([polled.status, polled.headers['retry-after'], polled.body]).toEqual([200, '10', { status: 'InProgress' }]);
    await pass(60);
    expect((await call(sim, 'GET', operation)).body).toEqual({ status: 'Succeeded' });
    await pass(23 * 3600);
    expect((await call(sim, 'GET', operation)).body).toEqual({ status: 'Succeeded' });
    const read = await call(sim, 'GET', `${at('virtualNetworks', 'v')}${V}`);
    expect(read.headers.etag).toBe(read.body.etag);
    expect(read.headers.etag).toMatch(/^W\/"[0-9a-f-]{36}"$/);
    expect((await call(sim, 'PUT', `${at('virtualNetworks', 'v')}${V}`, body)).status).toBe(200);
  });

  test('NIC: Succeeded and with its address already in the 201, no Retry-After', async () => {
    await makeVnet();
    const wire = {
      location,
      properties: {
        ipConfigurations: [{ name: 'ip', properties: { subnet: { id: at('virtualNetworks', 'v/subnets/mixers') } } }],
      },
    };
    const first = await call(sim, 'PUT', `${at('networkInterfaces', 'n')}${V}`, wire);
    expect([first.status, first.headers['retry-after']]).toEqual([201, undefined]);
    expect(first.headers['azure-asyncoperation']).toBeDefined();
    expect(first.body.properties).toMatchObject({
      provisioningState: 'Succeeded',
      ipConfigurations: [{ properties: { privateIPAddress: '10.42.2.4', primary: true } }],
    });
  });

  test('deletes: 202 with both headers, 204 when absent, 200 by the SDK', async () => {
    await settle(client.networkSecurityGroups.createOrUpdate('rg', 'n', { location }));
    const gone = await call(sim, 'DELETE', `${at('networkSecurityGroups', 'n')}${V}`);
    expect(gone.status).toBe(202);
    expect(gone.headers).toMatchObject({ 'retry-after': '10' });
    expect(gone.headers.location).toContain('/operationResults/');
    expect(gone.headers['azure-asyncoperation']).toContain('/operations/');
    expect((await call(sim, 'GET', String(gone.headers.location))).status).toBe(202);
    await pass(60);
    expect((await call(sim, 'GET', String(gone.headers.location))).status).toBe(200);
    expect((await call(sim, 'DELETE', `${at('networkSecurityGroups', 'n')}${V}`)).status).toBe(204);
    await makeVnet();
    await settle(client.virtualNetworks.delete('rg', 'v'));
    expect(await failure(client.virtualNetworks.get('rg', 'v'))).toMatchObject({
      statusCode: 404,
      code: 'ResourceNotFound',
    });
  });

  test('a PUT that is refused leaves nothing behind', async () => {
    const error = await failure(
      client.virtualNetworks.createOrUpdate('rg', 'v', vnetBody([{ name: 's', addressPrefix: '10.9.0.0/24' }])),
    );
    expect(error).toMatchObject({ statusCode: 400, code: 'NetcfgSubnetRangeOutsideVnet' });
    expect((await call(sim, 'GET', '/_sim/resources')).body.resources).toHaveLength(1);
  });

  test('polls go by time, not by being asked', async () => {
    const poller = client.virtualNetworks.createOrUpdate('rg', 'v', vnetBody());
    await poller.submitted();
    await pass(120);
    expect((await client.virtualNetworks.get('rg', 'v')).provisioningState).toBe('Succeeded');
  });
});

describe('VNets and subnets', () => {
  test('a subnet PUT while the VNet is Updating cancels the VNet operation', async () => {
    const vnet = client.virtualNetworks.createOrUpdate('rg', 'v', vnetBody());
    await vnet.submitted();
    const subnet = client.subnets.createOrUpdate('rg', 'v', 'more', { addressPrefix: '10.42.9.0/24' });
    await subnet.submitted();
    const url = String(JSON.parse(await vnet.serialize()).state.config.operationLocation);
    const polled = await call(sim, 'GET', url);
    expect(polled.status).toBe(200);
    expect(polled.headers['canceled-by-azure-asyncoperation']).toBeDefined();
    expect(polled.body).toMatchObject({
      status: 'Canceled',
      error: { code: 'CanceledAndSupersededDueToAnotherOperation' },
    });
    expect((await failure(vnet)).message).toBe('Operation was canceled');
    await settle(subnet);
    expect((await client.virtualNetworks.get('rg', 'v')).provisioningState).toBe('Succeeded');
  });

  test('a VNet PUT without subnets keeps them, an empty list removes them', async () => {
    await makeVnet();
    await settle(
      client.virtualNetworks.createOrUpdate('rg', 'v', {
        location,
        addressSpace: { addressPrefixes: ['10.42.0.0/16'] },
      }),
    );
    expect((await client.virtualNetworks.get('rg', 'v')).subnets).toHaveLength(1);
    await makeVnet([]);
    expect((await client.virtualNetworks.get('rg', 'v')).subnets).toHaveLength(0);
  });

  test.each([
    ['10.42.0.0/33', 'InvalidAddressPrefixFormat'],
    ['10.42.0.1/24', 'InvalidCIDRNotation'],
    ['10.43.0.0/24', 'NetcfgSubnetRangeOutsideVnet'],
    ['10.42.2.128/25', 'NetcfgSubnetRangesOverlap'],
    ['10.42.7.0/30', 'NetcfgInvalidSubnet'],
  ])('subnet %s is refused with %s', async (addressPrefix, code) => {
    await makeVnet();
    expect(await failure(client.subnets.createOrUpdate('rg', 'v', 's', { addressPrefix }))).toMatchObject({
      statusCode: 400,
      code,
    });
  });

  test('subnets of a missing VNet: 404 ParentResourceNotFound on PUT, NotFound for a missing child of an existing one', async () => {
    const put = client.subnets.createOrUpdate('rg', 'nope', 's', { addressPrefix: '10.0.0.0/24' });
    expect(await failure(put)).toMatchObject({ statusCode: 404, code: 'ParentResourceNotFound' });
    await makeVnet();
    expect(await failure(client.subnets.get('rg', 'v', 'nope'))).toMatchObject({ statusCode: 404, code: 'NotFound' });
  });

  test('a delegation cannot be left out or the subnet removed while a service association link lives', async () => {
    const delegations = [{ name: 'aci', serviceName: 'Microsoft.ContainerInstance/containerGroups' }];
    await makeVnet([{ name: 'containers', addressPrefix: '10.42.1.0/24', delegations }]);
    const subnet = sim.kernel.resources.get(at('virtualNetworks', 'v/subnets/containers'));
    if (!subnet) throw new Error('no subnet');
    subnet.properties.serviceAssociationLinks = [{ id: `${subnet.id}/serviceAssociationLinks/acisal`, name: 'acisal' }];
    sim.kernel.resources.save(subnet);
    const without = client.virtualNetworks.createOrUpdate(
      'rg',
      'v',
      vnetBody([{ name: 'containers', addressPrefix: '10.42.1.0/24' }]),
    );
    expect(await failure(without)).toMatchObject({ statusCode: 400, code: 'SubnetMissingRequiredDelegation' });
    expect(await failure(client.virtualNetworks.delete('rg', 'v'))).toMatchObject({
      code: 'SubnetMissingRequiredDelegation',
    });
    await makeVnet([{ name: 'containers', addressPrefix: '10.42.1.0/24', delegations }]);
    expect((await client.subnets.get('rg', 'v', 'containers')).serviceAssociationLinks).toHaveLength(1);
  });
});

describe('NICs', () => {
  test('a NIC in a subnet that is still Updating: 429 RetryableError with ReferencedResourceNotProvisioned', async () => {
    await client.virtualNetworks.createOrUpdate('rg', 'v', vnetBody()).submitted();
    const error = await failure(client.networkInterfaces.createOrUpdate('rg', 'n', nicBody()));
    expect(error).toMatchObject({ statusCode: 429, code: 'RetryableError' });
    const wire = {
      location,
      properties: {
        ipConfigurations: [{ name: 'ip', properties: { subnet: { id: at('virtualNetworks', 'v/subnets/mixers') } } }],
      },
    };
    const raw = await call(sim, 'PUT', `${at('networkInterfaces', 'n')}${V}`, wire);
    expect(raw.body).toMatchObject({ error: { details: [{ code: 'ReferencedResourceNotProvisioned' }] } });
    await pass(60);
    await settle(client.networkInterfaces.createOrUpdate('rg', 'n', nicBody()));
  });

  test('addresses: first is .4, static ones must be inside, not reserved, not taken, and come back when freed', async () => {
    await makeVnet([{ name: 'mixers', addressPrefix: '10.42.2.0/29' }]);
    const make = (name: string, extra: object = {}) =>
      settle(client.networkInterfaces.createOrUpdate('rg', name, nicBody(extra)));
    const fixed = (address: string) => ({ privateIPAllocationMethod: 'Static', privateIPAddress: address });
    await make('a', fixed('10.42.2.5'));
    expect((await make('b')).ipConfigurations?.[0]?.privateIPAddress).toBe('10.42.2.4');
    expect(await failure(make('c', fixed('10.42.2.5')))).toMatchObject({ code: 'PrivateIPAddressIsAllocated' });
    expect(await failure(make('c', fixed('10.42.2.3')))).toMatchObject({ code: 'PrivateIPAddressInReservedRange' });
    expect(await failure(make('c', fixed('10.42.2.7')))).toMatchObject({ code: 'PrivateIPAddressInReservedRange' });
    expect(await failure(make('c', fixed('10.42.3.4')))).toMatchObject({ code: 'PrivateIPAddressNotInSubnet' });
    await make('c');
    expect(await failure(make('d'))).toMatchObject({ code: 'SubnetIsFull' });
    await settle(client.networkInterfaces.delete('rg', 'a'));
    await make('d', fixed('10.42.2.5'));
  });

  test('delegated subnets take no NIC; references must exist', async () => {
    const delegations = [{ name: 'aci', serviceName: 'Microsoft.ContainerInstance/containerGroups' }];
    await makeVnet([{ name: 'containers', addressPrefix: '10.42.1.0/24', delegations }]);
    const refused = client.networkInterfaces.createOrUpdate('rg', 'n', nicBody({}, 'containers'));
    expect((await failure(refused)).statusCode).toBe(400);
    const missing = client.networkInterfaces.createOrUpdate('rg', 'n', nicBody({}, 'nope'));
    expect(await failure(missing)).toMatchObject({ statusCode: 400, code: 'InvalidResourceReference' });
  });
});

describe('concurrent operations', () => {
  test('a PUT on what is being deleted, and deleting a subnet while the VNet is written: 409 AnotherOperationInProgress', async () => {
    await makeVnet();
    await client.subnets.createOrUpdate('rg', 'v', 'more', { addressPrefix: '10.42.9.0/24' }).submitted();
    const early = await failure(client.subnets.delete('rg', 'v', 'mixers'));
    expect(early).toMatchObject({ statusCode: 409, code: 'AnotherOperationInProgress' });
    await pass(60);
    await client.virtualNetworks.delete('rg', 'v').submitted();
    const late = await failure(client.virtualNetworks.createOrUpdate('rg', 'v', vnetBody()));
    expect(late).toMatchObject({ statusCode: 409, code: 'AnotherOperationInProgress' });
    await pass(60);
    await makeVnet();
  });

  test('a NIC that cannot have its second address gives the first one back', async () => {
    await makeVnet();
    const two = nicBody();
    two.ipConfigurations.push({
      ...nicBody({ privateIPAllocationMethod: 'Static', privateIPAddress: '10.42.2.2' }).ipConfigurations[0],
      name: 'b',
    } as never);
    expect(await failure(client.networkInterfaces.createOrUpdate('rg', 'n', two))).toMatchObject({
      code: 'PrivateIPAddressInReservedRange',
    });
    const other = await settle(client.networkInterfaces.createOrUpdate('rg', 'm', nicBody()));
    expect(other.ipConfigurations?.[0]?.privateIPAddress).toBe('10.42.2.4');
  });

  test('subnets are private unless they say otherwise', async () => {
    await makeVnet([
      { name: 'a', addressPrefix: '10.42.1.0/24' },
      { name: 'b', addressPrefix: '10.42.2.0/24', defaultOutboundAccess: true },
    ]);
    const { subnets } = await client.virtualNetworks.get('rg', 'v');
    expect(subnets?.map((one) => one.defaultOutboundAccess)).toEqual([false, true]);
  });
});

describe('what is in use cannot be deleted', () => {
  test('subnet, VNet, public address and NSG of a NIC, in the order that works', async () => {
    const nsg = await settle(client.networkSecurityGroups.createOrUpdate('rg', 'nsg', { location }));
    const pip = await settle(
      client.publicIPAddresses.createOrUpdate('rg', 'p', {
        location,
        sku: { name: 'Standard' },
        publicIPAllocationMethod: 'Static',
      }),
    );
    await makeVnet([{ name: 'mixers', addressPrefix: '10.42.2.0/24', networkSecurityGroup: { id: nsg.id ?? '' } }]);
    await settle(client.networkInterfaces.createOrUpdate('rg', 'n', nicBody({ publicIPAddress: { id: pip.id } })));
    expect((await client.publicIPAddresses.get('rg', 'p')).ipConfiguration?.id).toBe(
      at('networkInterfaces', 'n/ipConfigurations/ipconfig1'),
    );
    expect((await client.networkSecurityGroups.get('rg', 'nsg')).subnets?.[0]?.id).toBe(
      at('virtualNetworks', 'v/subnets/mixers'),
    );
    expect(await failure(client.subnets.delete('rg', 'v', 'mixers'))).toMatchObject({
      statusCode: 400,
      code: 'InUseSubnetCannotBeDeleted',
    });
    expect(await failure(client.virtualNetworks.delete('rg', 'v'))).toMatchObject({
      statusCode: 400,
      code: 'InUseSubnetCannotBeDeleted',
    });
    expect(await failure(client.publicIPAddresses.delete('rg', 'p'))).toMatchObject({
      statusCode: 400,
      code: 'PublicIPAddressCannotBeDeleted',
    });
    expect(await failure(client.networkSecurityGroups.delete('rg', 'nsg'))).toMatchObject({
      statusCode: 400,
      code: 'InUseNetworkSecurityGroupCannotBeDeleted',
    });
    await settle(client.networkInterfaces.delete('rg', 'n'));
    await settle(client.publicIPAddresses.delete('rg', 'p'));
    await settle(client.virtualNetworks.delete('rg', 'v'));
    await settle(client.networkSecurityGroups.delete('rg', 'nsg'));
  });

  test('the group cascade finds that order by itself', async () => {
    const nsg = await settle(client.networkSecurityGroups.createOrUpdate('rg', 'nsg', { location }));
    const pip = await settle(
      client.publicIPAddresses.createOrUpdate('rg', 'p', {
        location,
        sku: { name: 'Standard' },
        publicIPAllocationMethod: 'Static',
      }),
    );
    await makeVnet([{ name: 'mixers', addressPrefix: '10.42.2.0/24', networkSecurityGroup: { id: nsg.id ?? '' } }]);
    await settle(client.networkInterfaces.createOrUpdate('rg', 'n', nicBody({ publicIPAddress: { id: pip.id } })));
    await call(sim, 'DELETE', `${S}/resourceGroups/rg?api-version=2025-04-01`);
    await pass(600);
    expect((await call(sim, 'GET', '/_sim/resources')).body.resources).toEqual([]);
    expect((await call(sim, 'GET', '/_sim/meter')).body).toMatchObject({ perHour: 0 });
  });
});

describe('security groups and public addresses', () => {
  const rule = (name: string, priority: number, more: object = {}) => ({
    name,
    protocol: 'Tcp',
    access: 'Allow',
    direction: 'Inbound',
    priority,
    sourceAddressPrefix: '*',
    sourcePortRange: '*',
    destinationAddressPrefix: '*',
    destinationPortRange: '3389',
    ...more,
  });
  test('rules inline and one by one, with six default rules', async () => {
    const nsg = await settle(
      client.networkSecurityGroups.createOrUpdate('rg', 'n', { location, securityRules: [rule('a', 100)] }),
    );
    expect(nsg.securityRules?.[0]).toMatchObject({ name: 'a', provisioningState: 'Succeeded' });
    expect(nsg.defaultSecurityRules).toHaveLength(6);
    const { name: _, ...udp } = rule('b', 101, { protocol: 'Udp' });
    await settle(client.securityRules.createOrUpdate('rg', 'n', 'b', udp));
    const names: (string | undefined)[] = [];
    for await (const one of client.securityRules.list('rg', 'n')) names.push(one.name);
    expect(names).toEqual(['a', 'b']);
    await settle(client.securityRules.delete('rg', 'n', 'b'));
    expect(await failure(client.securityRules.get('rg', 'n', 'b'))).toMatchObject({ statusCode: 404 });
  });
  test.each([
    ['SecurityRuleConflict', [rule('a', 100), rule('b', 100)]],
    ['SecurityRuleInvalidPriority', [rule('a', 99)]],
    ['SecurityRuleInvalidPortRange', [rule('a', 100, { destinationPortRange: '70000' })]],
    ['SecurityRuleInvalidAddressPrefix', [rule('a', 100, { sourceAddressPrefix: '1.2.3.4.5' })]],
    ['SecurityRuleInvalidAddressPrefix', [rule('a', 100, { sourceAddressPrefix: '50.206.209.68/27' })]],
    ['SecurityRuleInvalidAddressPrefix', [rule('a', 100, { sourceAddressPrefix: '010.0.0.1/8' })]],
    ['SecurityRuleInvalidAddressPrefix', [rule('a', 100, { sourceAddressPrefix: '0.0.0.0/00' })]],
    ['SecurityRuleInvalidAddressPrefix', [rule('a', 100, { sourceAddressPrefixes: ['10.0.0.0/8', '10.0.0.0/8 '] })]],
    [
      'OverlappingSubnetsNotPermittedInSecurityRule',
      [rule('a', 100, { sourceAddressPrefixes: ['149.173.0.0/16', '149.173.8.27'] })],
    ],
  ])('%s', async (code, securityRules) => {
    expect(
      await failure(client.networkSecurityGroups.createOrUpdate('rg', 'n', { location, securityRules })),
    ).toMatchObject({ statusCode: 400, code });
  });
  test('Standard addresses are static, DNS labels are unique in a region', async () => {
    const standard = { location, sku: { name: 'Standard' } };
    const dynamic = client.publicIPAddresses.createOrUpdate('rg', 'p', {
      ...standard,
      publicIPAllocationMethod: 'Dynamic',
    });
    expect((await failure(dynamic)).statusCode).toBe(400);
    const basic = { location, sku: { name: 'Basic' } };
    await settle(client.publicIPAddresses.createOrUpdate('rg', 'b', basic));
    expect((await failure(client.publicIPAddresses.createOrUpdate('rg', 'b', standard))).message).toContain(
      'Sku property',
    );
    await call(sim, 'PUT', '/_sim/settings', { basicPublicAddresses: false });
    expect((await failure(client.publicIPAddresses.createOrUpdate('rg', 'c', basic))).message).toContain('more than 0');
    const first = await settle(
      client.publicIPAddresses.createOrUpdate('rg', 'p', { ...standard, dnsSettings: { domainNameLabel: 'demo' } }),
    );
    expect(first.dnsSettings?.fqdn).toBe('demo.eastus.cloudapp.azure.com');
    expect(first.ipAddress).toMatch(/^198\.1[89]\.\d+\.\d+$/);
    const taken = client.publicIPAddresses.createOrUpdate('rg', 'q', {
      ...standard,
      dnsSettings: { domainNameLabel: 'demo' },
    });
    expect(await failure(taken)).toMatchObject({ statusCode: 400, code: 'DnsRecordInUse' });
  });
  test('a NAT gateway holds its address and its subnets hold it', async () => {
    const pip = await settle(
      client.publicIPAddresses.createOrUpdate('rg', 'p', { location, sku: { name: 'Standard' } }),
    );
    const nat = await settle(
      client.natGateways.createOrUpdate('rg', 'g', {
        location,
        sku: { name: 'Standard' },
        publicIpAddresses: [{ id: pip.id ?? '' }],
      }),
    );
    await makeVnet([{ name: 's', addressPrefix: '10.42.1.0/24', natGateway: { id: nat.id ?? '' } }]);
    expect(await failure(client.publicIPAddresses.delete('rg', 'p'))).toMatchObject({
      code: 'PublicIPAddressCannotBeDeleted',
    });
    expect((await failure(client.natGateways.delete('rg', 'g'))).statusCode).toBe(400);
    await settle(client.virtualNetworks.delete('rg', 'v'));
    await settle(client.natGateways.delete('rg', 'g'));
    await settle(client.publicIPAddresses.delete('rg', 'p'));
  });
  test('a route table is held by its subnets, its routes are resources of their own', async () => {
    const routes = [{ name: 'out', addressPrefix: '0.0.0.0/0', nextHopType: 'Internet' }];
    const table = await settle(client.routeTables.createOrUpdate('rg', 'rt', { location, routes }));
    expect(table.routes?.[0]).toMatchObject({ name: 'out', provisioningState: 'Succeeded' });
    await makeVnet([{ name: 's', addressPrefix: '10.42.1.0/24', routeTable: { id: table.id ?? '' } }]);
    expect((await failure(client.routeTables.delete('rg', 'rt'))).statusCode).toBe(400);
    const { available, availableIPAddresses } = await client.virtualNetworks.checkIPAddressAvailability(
      'rg',
      'v',
      '10.42.1.3',
    );
    expect([available, availableIPAddresses?.[0]]).toEqual([false, '10.42.1.4']);
    await settle(client.virtualNetworks.delete('rg', 'v'));
    await settle(client.routes.delete('rg', 'rt', 'out'));
    await settle(client.routeTables.delete('rg', 'rt'));
  });
  test('usages count', async () => {
    await settle(client.publicIPAddresses.createOrUpdate('rg', 'p', { location, sku: { name: 'Standard' } }));
    const found: Record<string, number> = {};
    for await (const one of client.usages.list('eastus')) found[one.name?.value ?? ''] = Number(one.currentValue);
    expect(found).toMatchObject({ PublicIPAddresses: 1, VirtualNetworks: 0 });
  });
});

test('a failure inside the operation: 200 Failed with the error, the resource stays as Failed', async () => {
  await call(sim, 'PUT', '/_sim/faults', [
    {
      match: { type: 'Microsoft.Network/virtualNetworks' },
      outcome: { kind: 'operation-fails', code: 'InternalServerError', message: 'An error occurred.' },
    },
  ]);
  const error = await failure(client.virtualNetworks.createOrUpdate('rg', 'v', vnetBody()));
  expect(error.message).toBe('The long-running operation has failed. InternalServerError. An error occurred.');
  expect((await client.virtualNetworks.get('rg', 'v')).provisioningState).toBe('Failed');
  expect(errorOf(await call(sim, 'GET', `${at('virtualNetworks', 'none')}${V}`)).code).toBe('ResourceNotFound');
});
