import type { VirtualMachine } from '@azure/arm-compute';
import { afterEach, expect, test } from 'vitest';
import { type World, world } from '../world.ts';
import { mixer, nicIn } from './machines.ts';

let w: World;
let nic: string;
afterEach(() => w.close());

const VM = 'Microsoft.Compute/virtualMachines';
const start = async (outcome?: object, more: object = {}) => {
  w = await world(
    outcome ? { faults: [{ match: { type: VM, operation: 'create' }, times: 1, outcome, ...more }] } : {},
  );
  nic = await nicIn(w);
};
const create = (more: Partial<VirtualMachine> = {}, name = 'mixer') =>
  w.compute.virtualMachines.createOrUpdate('rg', name, mixer(nic, more));
const states = async (name = 'mixer') =>
  (await w.run(w.compute.virtualMachines.instanceView('rg', name))).statuses?.map((one) => one.code);

test('AllocationFailed comes inside the operation and leaves VM, disk and a reserved interface behind', async () => {
  await start({ kind: 'operation-fails', code: 'AllocationFailed' });
  const error = await w.refused(create());
  expect(error.message).toMatch(/^The long-running operation has failed\. AllocationFailed\. Allocation failed\./);
  expect(await w.run(w.compute.virtualMachines.get('rg', 'mixer'))).toMatchObject({ provisioningState: 'Failed' });
  expect(await states()).toEqual(['ProvisioningState/failed/AllocationFailed']);
  expect((await w.run(w.compute.disks.get('rg', 'mixer-os'))).name).toBe('mixer-os');
  expect(await w.refused(create({}, 'second'))).toMatchObject({ statusCode: 400, code: 'NicInUse' });
  expect(w.rate()).toBeCloseTo((1.15 * 19.71) / 730, 6);
});

test('an interface stays reserved for 180 s after a failed create, for another VM and for its delete', async () => {
  await start({ kind: 'operation-fails', code: 'AllocationFailed' });
  await w.refused(create({ networkProfile: { networkInterfaces: [{ id: nic }] } }));
  await w.run(w.compute.virtualMachines.delete('rg', 'mixer'));
  const expected = {
    statusCode: 400,
    code: 'NicReservedForAnotherVm',
    message: expect.stringMatching(/^Nic\(s\) in request is reserved for another Virtual Machine for 180 seconds\./),
  };
  expect(await w.refused(create({}, 'second'))).toMatchObject(expected);
  expect(await w.refused(w.network.networkInterfaces.delete('rg', 'nic'))).toMatchObject(expected);
  await w.pass(180);
  await w.run(create({}, 'second'));
});

test('the same VM may be tried again with another size, and comes up', async () => {
  await start({ kind: 'operation-fails', code: 'AllocationFailed' });
  await w.refused(create());
  const vm = await w.run(create({ hardwareProfile: { vmSize: 'Standard_D4s_v4' } }));
  expect(vm.provisioningState).toBe('Succeeded');
  expect(await states()).toEqual(['ProvisioningState/succeeded', 'PowerState/running']);
});

test('OSProvisioningTimedOut is not final: the machine runs and reports success later', async () => {
  await start({ kind: 'operation-fails', code: 'OSProvisioningTimedOut' });
  expect((await w.refused(create())).message).toMatch(/OSProvisioningTimedOut/);
  expect(await states()).toEqual(['ProvisioningState/failed/OSProvisioningTimedOut', 'PowerState/running']);
  await w.pass(1800);
  expect(await states()).toEqual(['ProvisioningState/succeeded', 'PowerState/running']);
  expect((await w.run(w.compute.virtualMachines.get('rg', 'mixer'))).provisioningState).toBe('Succeeded');
});

test('a group delete takes a failed create with everything it left', async () => {
  await start({ kind: 'operation-fails', code: 'ZonalAllocationFailed' });
  await w.refused(create());
  await w.run(w.resources.resourceGroups.delete('rg', { forceDeletionTypes: VM }));
  expect(w.kernel.resources.inGroup(nic)).toEqual([]);
  expect(w.rate()).toBe(0);
});

test('Spot: simulated eviction deallocates after its notice, by policy Delete the VM goes', async () => {
  await start();
  const spot = { priority: 'Spot' as const, billingProfile: { maxPrice: -1 } };
  await w.run(create({ ...spot, evictionPolicy: 'Deallocate' }));
  const full = 4 * 0.048 + 4 * 0.046;
  expect(w.rate()).toBeLessThan(1.15 * full);
  await w.run(w.compute.virtualMachines.simulateEviction('rg', 'mixer'));
  await w.pass(40);
  expect(await states()).toContain('PowerState/deallocated');
  await w.run(w.compute.virtualMachines.delete('rg', 'mixer'));
  nic = await nicIn(w);
  await w.run(create({ ...spot, evictionPolicy: 'Delete' }));
  await w.run(w.compute.virtualMachines.simulateEviction('rg', 'mixer'));
  await w.pass(40);
  expect(await w.refused(w.compute.virtualMachines.get('rg', 'mixer'))).toMatchObject({
    statusCode: 404,
    code: 'ResourceNotFound',
  });
});

test('simulated eviction of a VM that is not Spot is refused', async () => {
  await start();
  await w.run(create());
  expect(await w.refused(w.compute.virtualMachines.simulateEviction('rg', 'mixer'))).toMatchObject({ statusCode: 400 });
});

test('a lost answer: the VM is there all the same, and a second PUT is not a second VM', async () => {
  await start({ kind: 'drop-response' });
  expect((await w.refused(create())).code).toBe('ECONNRESET');
  const first = await w.run(w.compute.virtualMachines.get('rg', 'mixer'));
  expect(first.provisioningState).toBe('Creating');
  expect(await w.refused(create())).toMatchObject({ statusCode: 409, code: 'Conflict' });
  await w.pass(1800);
  expect(await w.run(w.compute.virtualMachines.get('rg', 'mixer'))).toMatchObject({
    vmId: first.vmId,
    provisioningState: 'Succeeded',
  });
});

test('a managed run command reports the script, not only itself', async () => {
  await start();
  await w.run(create());
  await w.pass(120);
  const put = (name: string, script: string, more = {}) =>
    w.run(
      w.compute.virtualMachineRunCommands.createOrUpdate('rg', 'mixer', name, {
        location: 'westeurope',
        source: { script },
        ...more,
      }),
    );
  expect((await put('bad', 'nonsense')).provisioningState).toBe('Succeeded');
  const bad = await w.run(
    w.compute.virtualMachineRunCommands.getByVirtualMachine('rg', 'mixer', 'bad', { expand: 'instanceView' }),
  );
  expect(bad.instanceView).toMatchObject({
    executionState: 'Failed',
    exitCode: 1,
    error: expect.stringMatching(/not recognized/),
  });
  await put('good', 'hostname');
  const good = await w.run(
    w.compute.virtualMachineRunCommands.getByVirtualMachine('rg', 'mixer', 'good', { expand: 'instanceView' }),
  );
  expect(good.instanceView).toMatchObject({ executionState: 'Succeeded', exitCode: 0, output: 'mixer-en' });
});
