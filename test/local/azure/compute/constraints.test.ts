import type { VirtualMachine } from '@azure/arm-compute';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MIXER_IMAGE, type World, world } from '../world.ts';
import { mixer, nicIn } from './machines.ts';

let w: World;
let nic: string;
beforeEach(async () => {
  w = await world();
  nic = await nicIn(w);
});
afterEach(() => w.close());

const create = (body: VirtualMachine, name = 'mixer') => w.compute.virtualMachines.createOrUpdate('rg', name, body);
const os = (more: object) => ({ osProfile: { ...mixer('').osProfile, ...more } });
const image = (imageReference: object) => ({ storageProfile: { ...mixer('').storageProfile, imageReference } });
const missing = MIXER_IMAGE.replace('1.0.0', '9.9.9');

test.each<[string, Partial<VirtualMachine>, string, RegExp]>([
  ['no size', { hardwareProfile: {} }, 'InvalidParameter', /'vmSize' is missing/],
  [
    'an unknown size',
    { hardwareProfile: { vmSize: 'Standard_Z9' } },
    'InvalidParameter',
    /'Standard_Z9' provided for the VM size is not valid/,
  ],
  [
    'a Windows name of 16 characters',
    os({ computerName: 'mixer-0123456789' }),
    'InvalidParameter',
    /^Windows computer name cannot be more than 15 characters long/,
  ],
  ['a Windows name of digits', os({ computerName: '12345' }), 'InvalidParameter', /be entirely numeric/],
  [
    'a Windows name with a dot',
    os({ computerName: 'mixer.fr' }),
    'InvalidParameter',
    /contain the following characters/,
  ],
  ['no administrator', os({ adminUsername: undefined }), 'InvalidParameter', /'adminUsername' is missing/],
  [
    'administrator "admin"',
    os({ adminUsername: 'Admin' }),
    'InvalidParameter',
    /Admin Username specified is not allowed/,
  ],
  [
    'an administrator of 21 characters',
    os({ adminUsername: 'a'.repeat(21) }),
    'InvalidParameter',
    /more than 20 characters/,
  ],
  ['an administrator ending in a dot', os({ adminUsername: 'operator.' }), 'InvalidParameter', /end with a period/],
  ['no password', os({ adminPassword: undefined }), 'InvalidParameter', /'adminPassword' is missing/],
  ['a password of seven characters', os({ adminPassword: 'Abc-123' }), 'InvalidParameter', /between 8-123 characters/],
  ['a password of two classes', os({ adminPassword: 'abcdefgh123' }), 'InvalidParameter', /3 of password complexity/],
  ['a password everybody knows', os({ adminPassword: 'P@$$w0rd' }), 'InvalidParameter', /not allowed/],
  ['user data that is not base64', { userData: '{"v":1}' }, 'InvalidParameter', /base64/],
  [
    'no network interface',
    { networkProfile: { networkInterfaces: [] } },
    'InvalidParameter',
    /'networkProfile' is missing/,
  ],
  [
    'a network interface that does not exist',
    { networkProfile: { networkInterfaces: [{ id: '/subscriptions/x/nobody' }] } },
    'InvalidResourceReference',
    /nobody/,
  ],
  ['a network interface of another region', { location: 'eastus' }, 'InvalidResourceReference', /same region/],
  [
    'an image version that does not exist',
    image({ id: missing }),
    'GalleryImageNotFound',
    /is not available in westeurope region/,
  ],
  [
    'a managed image that does not exist',
    image({ id: '/subscriptions/x/resourceGroups/rg/providers/Microsoft.Compute/images/none' }),
    'NotFound',
    /^The Image .* cannot be found\.$/,
  ],
  [
    'a marketplace image that does not exist',
    image({ publisher: 'Nobody', offer: 'o', sku: 's', version: 'latest' }),
    'PlatformImageNotFound',
    /Nobody:o:s:latest/,
  ],
  [
    'an identity that does not exist',
    { identity: { type: 'UserAssigned', userAssignedIdentities: { '/subscriptions/x/nobody': {} } } },
    'FailedIdentityOperation',
    /nobody/,
  ],
])('refused: %s', async (_, more, code, message) => {
  const error = await w.refused(create(mixer(nic, more)));
  expect(error.code).toBe(code);
  expect([400, 404]).toContain(error.statusCode);
  expect(error.message).toMatch(message);
  expect(w.kernel.resources.ofType('Microsoft.Compute/virtualMachines')).toEqual([]);
  expect(w.kernel.resources.ofType('Microsoft.Compute/disks')).toEqual([]);
});

test('a VM name may have 64 characters when the computer name is given', async () => {
  await w.run(create(mixer(nic), `m${'x'.repeat(60)}`));
  expect(
    (await w.refused(create(mixer(nic, os({ computerName: undefined })), 'mixer-original-event'))).message,
  ).toMatch(/15 characters/);
});

test('the interface of another VM, and the disk name of another VM, are refused', async () => {
  await w.run(create(mixer(nic)));
  expect(await w.refused(create(mixer(nic), 'second'))).toMatchObject({ statusCode: 400, code: 'NicInUse' });
  const other = await w.run(
    w.network.networkInterfaces.createOrUpdate('rg', 'nic-2', {
      location: 'westeurope',
      ipConfigurations: [
        { name: 'ip', subnet: { id: `${nic.replace(/networkInterfaces.*/, '')}virtualNetworks/vnet/subnets/mixers` } },
      ],
    }),
  );
  expect(await w.refused(create(mixer(other.id ?? ''), 'second'))).toMatchObject({
    statusCode: 409,
    code: 'ConflictingUserInput',
    message: 'Disk mixer-os already exists in resource group rg. Only CreateOption.Attach is supported.',
  });
});

test('quota: regional cores and the family, with Azure’s words, as usages show them', async () => {
  await w.raw('PUT', '/_sim/limits', { compute: { 'westeurope/cores': 3 } });
  const error = await w.refused(create(mixer(nic)));
  expect(error).toMatchObject({ statusCode: 409, code: 'OperationNotAllowed' });
  expect(error.message).toContain(
    'exceeding approved Total Regional Cores quota. Additional details - Deployment Model: Resource Manager, Location: westeurope, Current Limit: 3, Current Usage: 0, Additional Required: 4, (Minimum) New Limit Required: 4.',
  );
  await w.raw('PUT', '/_sim/limits', { compute: { '*/standardDSv5Family': 4 } });
  await w.run(create(mixer(nic)));
  const usages = [];
  for (
    let page = w.compute.usage.list('westeurope').byPage(), next = await w.run(page.next());
    !next.done;
    next = await w.run(page.next())
  )
    usages.push(...next.value);
  expect(usages.find((one) => one.name.value === 'standardDSv5Family')).toMatchObject({ currentValue: 4, limit: 4 });
  expect(usages.find((one) => one.name.value === 'cores')).toMatchObject({ currentValue: 4, unit: 'Count' });
  const resized = { ...mixer(nic), hardwareProfile: { vmSize: 'Standard_D8s_v5' } };
  expect((await w.refused(create(resized))).message).toContain('standardDSv5Family Cores quota');
});

test('a restricted size is 409 SkuNotAvailable and shows its restriction among the SKUs', async () => {
  await w.raw('PUT', '/_sim/limits', { restrictions: { 'westeurope/Standard_D4s_v5': 'NotAvailableForSubscription' } });
  expect(await w.refused(create(mixer(nic)))).toMatchObject({
    statusCode: 409,
    code: 'SkuNotAvailable',
    message:
      "The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: Standard_D4s_v5' is currently not available in location 'westeurope'. Please try another size or deploy to a different location or different zone. See https://aka.ms/azureskunotavailable for details.",
  });
  const skus = (await w.run(w.compute.resourceSkus.list({ filter: "location eq 'westeurope'" }).byPage().next())).value;
  const sku = skus?.find((one: { name?: string }) => one.name === 'Standard_D4s_v5');
  expect(sku).toMatchObject({
    resourceType: 'virtualMachines',
    family: 'standardDSv5Family',
    restrictions: [{ type: 'Location', values: ['westeurope'], reasonCode: 'NotAvailableForSubscription' }],
  });
  expect(sku?.capabilities?.find((one: { name?: string }) => one.name === 'vCPUs')?.value).toBe('4');
  await w.run(create(mixer(nic, { hardwareProfile: { vmSize: 'Standard_D4s_v4' } })));
});

test('what a VM was made of cannot change; size, tags and user data can', async () => {
  const made = await w.run(create(mixer(nic)));
  for (const more of [
    os({ computerName: 'other' }),
    os({ adminUsername: 'someone' }),
    image({ publisher: 'Canonical', offer: 'ubuntu-24_04-lts', sku: 'server', version: 'latest', id: missing }),
  ])
    expect(await w.refused(create(mixer(nic, more)))).toMatchObject({
      statusCode: 409,
      code: 'PropertyChangeNotAllowed',
    });
  const userData = Buffer.from('{"v":2}').toString('base64');
  await w.run(
    w.compute.virtualMachines.update('rg', 'mixer', {
      hardwareProfile: { vmSize: 'Standard_D8s_v5' },
      userData,
      tags: { a: 'b' },
    }),
  );
  const vm = await w.run(w.compute.virtualMachines.get('rg', 'mixer', { expand: 'userData' }));
  expect(vm).toMatchObject({
    vmId: made.vmId,
    hardwareProfile: { vmSize: 'Standard_D8s_v5' },
    userData,
    tags: { a: 'b' },
  });
  expect(vm.storageProfile?.osDisk?.managedDisk?.id).toBe(made.storageProfile?.osDisk?.managedDisk?.id);
});

test('tags of a deallocated VM change though its image is gone, and nothing else does', async () => {
  await w.run(create(mixer(nic)));
  await w.run(w.compute.virtualMachines.deallocate('rg', 'mixer'));
  w.kernel.operations.remove(MIXER_IMAGE);
  const vm = await w.run(w.compute.virtualMachines.update('rg', 'mixer', { tags: { a: 'b' } }));
  expect(vm.storageProfile?.imageReference).toMatchObject({ id: MIXER_IMAGE, exactVersion: '1.0.0' });
  expect((await w.run(w.compute.disks.get('rg', 'mixer-os'))).diskState).toBe('Reserved');
  const statuses = (await w.run(w.compute.virtualMachines.instanceView('rg', 'mixer'))).statuses;
  expect(statuses?.map((one) => one.code)).toContain('PowerState/deallocated');
});

test('one operation at a time; nothing while a delete runs; a delete ends what runs', async () => {
  await w.run(create(mixer(nic)));
  const restart = w.compute.virtualMachines.restart('rg', 'mixer');
  await w.run(restart.submitted());
  expect(await w.refused(w.compute.virtualMachines.powerOff('rg', 'mixer'))).toMatchObject({
    statusCode: 409,
    code: 'Conflict',
  });
  const removal = w.compute.virtualMachines.delete('rg', 'mixer');
  await w.run(removal.submitted());
  expect((await w.refused(restart.pollUntilDone())).message).toMatch(/OperationPreempted/);
  expect((await w.refused(w.compute.virtualMachines.start('rg', 'mixer'))).message).toMatch(
    /since the VM is marked for deletion/,
  );
  await w.run(removal.pollUntilDone());
});
