import { afterEach, beforeEach, expect, test } from 'vitest';
import { type World, world } from '../world.ts';
import { mixer, nicIn, PASSWORD } from './machines.ts';

let w: World;
let nic: string;
beforeEach(async () => {
  w = await world();
  nic = await nicIn(w, 'nic', { publicIp: true });
});
afterEach(() => w.close());

const vms = () => w.compute.virtualMachines;
const create = (more = {}) => w.run(vms().createOrUpdate('rg', 'mixer-en', mixer(nic, more)));
const power = async () =>
  (await w.run(vms().instanceView('rg', 'mixer-en'))).statuses?.find((one) => one.code?.startsWith('PowerState/'))
    ?.code;

test('create from the gallery: echo rules, minutes, instance view', async () => {
  const seconds = await w.took(create());
  expect(seconds).toBeGreaterThan(60);
  expect(seconds).toBeLessThan(1500);
  const vm = await w.run(vms().get('rg', 'mixer-en', { expand: 'instanceView' }));
  expect(vm).toMatchObject({
    provisioningState: 'Succeeded',
    osProfile: { computerName: 'mixer-en', requireGuestProvisionSignal: true, allowExtensionOperations: true },
    storageProfile: {
      imageReference: { exactVersion: '1.0.0' },
      osDisk: { osType: 'Windows', diskSizeGB: 127, deleteOption: 'Delete', name: 'mixer-os' },
      dataDisks: [],
    },
  });
  expect(vm.vmId).toMatch(/^[0-9a-f-]{36}$/);
  expect(vm.osProfile?.adminPassword).toBeUndefined();
  expect(vm.userData).toBeUndefined();
  expect(vm.instanceView?.statuses?.map((one) => one.code)).toEqual([
    'ProvisioningState/succeeded',
    'PowerState/running',
  ]);
  expect((await w.run(vms().get('rg', 'mixer-en', { expand: 'userData' }))).userData).toBe('eyJ2IjoxfQ==');
  expect(JSON.stringify(w.simulator.snapshot({ secrets: true }))).not.toContain(PASSWORD);
  const disk = await w.run(w.compute.disks.get('rg', 'mixer-os'));
  expect(disk).toMatchObject({ diskState: 'Attached', managedBy: vm.id, diskSizeGB: 127 });
});

test('the default delete option is Detach', async () => {
  await create({ storageProfile: { ...mixer(nic).storageProfile, osDisk: { createOption: 'FromImage' } } });
  const vm = await w.run(vms().get('rg', 'mixer-en'));
  expect(vm.storageProfile?.osDisk?.deleteOption).toBe('Detach');
  expect(vm.storageProfile?.osDisk?.name).toMatch(/^mixer-en_OsDisk_1_[0-9a-f]{32}$/);
});

test('delete takes along what is marked: disk, interface, address', async () => {
  await create();
  await w.run(vms().delete('rg', 'mixer-en'));
  const left = w.kernel.resources.inGroup(
    '/subscriptions/x/resourceGroups/rg'.replace('x', w.kernel.account.subscriptionId),
  );
  expect(left.map((one) => one.type.split('/').at(-1)).sort()).toEqual(['subnets', 'virtualNetworks']);
  expect(w.rate()).toBe(0);
});

test('delete of an absent VM is 204 at once; forced deletion is quicker than a plain one', async () => {
  expect(await w.took(vms().delete('rg', 'nobody'))).toBeLessThan(1);
  const times: number[] = [];
  for (const forceDeletion of [false, true]) {
    await create({ storageProfile: mixer(nic).storageProfile, networkProfile: { networkInterfaces: [{ id: nic }] } });
    times.push(await w.took(vms().delete('rg', 'mixer-en', { forceDeletion })));
  }
  expect(times[1]).toBeLessThan(times[0] ?? 0);
});

test('power states: off is still billed, deallocated is not, start brings it back', async () => {
  await create();
  const running = w.rate();
  await w.run(vms().powerOff('rg', 'mixer-en'));
  expect(await power()).toBe('PowerState/stopped');
  expect(w.rate()).toBeCloseTo(running, 9);
  await w.run(vms().deallocate('rg', 'mixer-en'));
  expect(await power()).toBe('PowerState/deallocated');
  expect(running - w.rate()).toBeCloseTo(1.15 * (4 * 0.048 + 4 * 0.046), 6);
  expect((await w.run(w.compute.disks.get('rg', 'mixer-os'))).diskState).toBe('Reserved');
  expect(await w.refused(vms().restart('rg', 'mixer-en'))).toMatchObject({
    statusCode: 409,
    code: 'OperationNotAllowed',
  });
  await w.run(vms().start('rg', 'mixer-en'));
  expect(await power()).toBe('PowerState/running');
  await w.run(vms().restart('rg', 'mixer-en'));
  await w.run(vms().redeploy('rg', 'mixer-en'));
  expect(await power()).toBe('PowerState/running');
});

test('a 50-second hint comes with the first poll, a 10-second one with the answer', async () => {
  const path = `/subscriptions/${w.kernel.account.subscriptionId}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/mixer-en?api-version=2026-04-01`;
  const { hardwareProfile, storageProfile, osProfile } = mixer(nic);
  const first = await w.raw('PUT', path, {
    location: 'westeurope',
    properties: { hardwareProfile, storageProfile, osProfile, networkProfile: { networkInterfaces: [{ id: nic }] } },
  });
  expect(first).toMatchObject({
    status: 201,
    headers: { 'retry-after': '10' },
    body: { properties: { provisioningState: 'Creating' } },
  });
  expect(first.headers?.['x-ms-ratelimit-remaining-resource']).toBe(
    'Microsoft.Compute/PutVM3Min;239,Microsoft.Compute/PutVM30Min;1199',
  );
  const poll = await w.raw('GET', first.headers?.['azure-asyncoperation'] ?? '');
  expect(poll).toMatchObject({ status: 200, headers: { 'retry-after': '50' }, body: { status: 'InProgress' } });
});

test('run command: output, one at a time, only while it runs', async () => {
  await create();
  const call = (script: string[]) => vms().runCommand('rg', 'mixer-en', { commandId: 'RunPowerShellScript', script });
  await w.pass(120);
  const first = call(['hostname', 'Write-Output "up"', 'nonsense']);
  await w.run(first.submitted());
  expect(await w.refused(call(['hostname']))).toMatchObject({
    code: 'Conflict',
    message: expect.stringMatching(/^Run command extension/),
  });
  const result = await w.run(first.pollUntilDone());
  expect(result.value?.[0]).toMatchObject({ code: 'ComponentStatus/StdOut/succeeded', message: 'mixer-en\nup' });
  expect(result.value?.[1]?.message).toMatch(/not recognized/);
  expect(await w.refused(vms().runCommand('rg', 'mixer-en', { commandId: 'Nothing' }))).toMatchObject({
    statusCode: 404,
  });
});

test('an extension needs a running machine and keeps its protected settings to itself', async () => {
  await create();
  const extension = {
    location: 'westeurope',
    publisher: 'Microsoft.Compute',
    typePropertiesType: 'CustomScriptExtension',
    typeHandlerVersion: '1.10',
    protectedSettings: { commandToExecute: 'canary-4711' },
  };
  const made = await w.run(w.compute.virtualMachineExtensions.createOrUpdate('rg', 'mixer-en', 'script', extension));
  expect(made.provisioningState).toBe('Succeeded');
  expect(JSON.stringify(w.simulator.snapshot({ secrets: true }))).not.toContain('canary-4711');
  await w.run(vms().deallocate('rg', 'mixer-en'));
  expect(
    await w.refused(w.compute.virtualMachineExtensions.createOrUpdate('rg', 'mixer-en', 'other', extension)),
  ).toMatchObject({ statusCode: 409 });
});
